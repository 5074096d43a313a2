//! Asking for a day's figures: kind by kind, a hundred numbers at once.

use anyhow::Result;
use chrono::NaiveDate;

use super::Pass;
use super::stored_day::{FiguresByNumber, StoredDay};
use super::unknown_numbers::unknown_number_message;
use crate::call::Kind;
use crate::http::Answer;
use crate::moment::Window;
use crate::phone::PhoneNumber;
use crate::provider::{self, Fault};
use crate::reason::{Cause, Reason};

/// The answer about more numbers has several pages, between which its rows may move.
const MAX_NUMBERS: usize = 100;

/// What Callyzer answers for each kind.
type Answers = Vec<(Kind, FiguresByNumber)>;

impl<'a> Pass<'a> {
    /// How many requests the figures of a day take.
    pub(super) fn requests_for_figures(&self) -> u64 {
        (self.kinds.len() * self.numbers.len().div_ceil(MAX_NUMBERS)) as u64
    }

    /// Asks for the numbers that Callyzer knows; None: there is none. Nothing is asked
    /// of today before its first call.
    pub(super) fn ask_for_day(
        &mut self,
        day: NaiveDate,
        numbers: &[PhoneNumber],
        stored: &StoredDay,
    ) -> Result<Option<Answer<'a, Answers>>> {
        if day == self.clock.today() && stored.is_empty() {
            return Ok(None);
        }
        let window = Window::of_day(day, self.options.zone);
        let answers = self.without_unknown(numbers, |pass, numbers| {
            let (mut by_kind, mut last_permit) = (Answers::new(), None);
            for kind in pass.kinds_of_day(stored) {
                if let Some(Answer { body, permit }) = pass.ask_for_kind(numbers, &kind, window)? {
                    by_kind.push((kind, body));
                    last_permit = Some(permit);
                }
            }
            Ok(last_permit.map(|permit| Answer {
                body: by_kind,
                permit,
            }))
        })?;
        Ok(answers.flatten())
    }

    /// The configured kinds and those of which the day has calls; with v2.1 one
    /// question is for all.
    pub(super) fn kinds_of_day(&self, stored: &StoredDay) -> Vec<Kind> {
        let mut kinds = self.kinds.clone();
        for kind in stored.kinds().filter(|_| !self.api.knows_one_kind()) {
            let is_like = |other: &Kind| other.is_like(kind);
            if !kinds.iter().chain(&self.refused_kinds).any(is_like) {
                kinds.push(kind.clone());
            }
        }
        kinds
    }

    /// None: Callyzer refuses the kind, which is not configured.
    fn ask_for_kind(
        &mut self,
        numbers: &[PhoneNumber],
        kind: &Kind,
        window: Window,
    ) -> Result<Option<Answer<'a, FiguresByNumber>>> {
        let mut all: Option<Answer<FiguresByNumber>> = None;
        for numbers in numbers.chunks(MAX_NUMBERS) {
            match self.api.figures(numbers, kind, window) {
                Ok(mut answer) => {
                    answer.body.extend(all.into_iter().flat_map(|all| all.body));
                    all = Some(answer);
                }
                Err(error) => {
                    let error = error.into();
                    return self.refuse_kind(kind, error).map(|()| None);
                }
            }
            self.progress.count_request();
            self.show_progress();
        }
        Ok(all)
    }

    /// Leaves a kind out that is not configured and that Callyzer refuses; any other
    /// failure stays one.
    pub(super) fn refuse_kind(&mut self, kind: &Kind, error: anyhow::Error) -> Result<()> {
        let is_refused = matches!(provider::fault(&error), Some(Fault::Refused(..)))
            && unknown_number_message(&error).is_none();
        if self.kinds.contains(kind) || !is_refused {
            return Err(error);
        }
        let refusal = Reason::in_its_words(error);
        self.run.report(refusal.and(Cause::KindLeftOut.of(&[kind])));
        self.refused_kinds.push(kind.clone());
        Ok(())
    }
}
