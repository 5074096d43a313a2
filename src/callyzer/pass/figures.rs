//! Callyzer's own figures of every day that is due.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;
use chrono::{NaiveDate, TimeDelta};

use super::stored_day::{self, FiguresByNumber, StoredDay};
use super::unknown_numbers::unknown_number_message;
use super::{PROVIDER, Pass};
use crate::call::{Figures, Kind};
use crate::http::Answer;
use crate::moment::Window;
use crate::phone::PhoneNumber;
use crate::provider::{self, Fault};
use crate::store::figures::Due;

/// Today's figures become no older than this.
const MAX_AGE: TimeDelta = TimeDelta::hours(1);

/// The answer about more numbers has several pages, between which its rows may move.
const MAX_NUMBERS: usize = 100;

/// Callyzer's answers about a day, beside the stored calls.
#[derive(Debug)]
pub(super) struct FetchedDay {
    pub stored: StoredDay,
    pub theirs: FiguresByNumber,
    /// The numbers and kinds that Callyzer answered for.
    pub numbers: Vec<PhoneNumber>,
    pub kinds: Vec<Kind>,
}

/// What Callyzer answers for each kind.
type Answers = Vec<(Kind, FiguresByNumber)>;

impl<'a> Pass<'a> {
    /// Fetches what is due, also from earlier runs.
    pub(super) fn fetch_figures(&mut self) -> Result<()> {
        if self.is_today_due()? {
            let users = self.users_to_ask_for();
            self.store.mark_due(PROVIDER, users, self.today())?;
        }
        let due = self.store.figures_due(PROVIDER)?;
        log::info!("statistics: {} days are due", due.len());
        self.progress.figures = 0;
        let mut days = due.len() as u64;
        self.each(due, |pass, (day, due)| {
            pass.progress
                .set_in_hand(days * pass.requests_for_figures());
            days -= 1;
            pass.fetch_due(day, due)
        });
        Ok(())
    }

    /// Whether a call of today came or changed, or somebody's figures are an hour old.
    fn is_today_due(&self) -> Result<bool> {
        let (today, now) = (self.today(), self.times().now);
        let due = self.store.figures_due(PROVIDER)?;
        let fetched_at = self.store.figures_fetched_at(PROVIDER, today)?;
        let is_fresh = |user_id: &i64| {
            let age = fetched_at.get(user_id).map(|at| now - *at);
            age.is_some_and(|age| (TimeDelta::zero()..MAX_AGE).contains(&age))
        };
        Ok(due.iter().any(|(day, _)| *day == today)
            || !self.users_to_ask_for().iter().all(is_fresh))
    }

    /// How many requests the figures of a day take.
    pub(super) fn requests_for_figures(&self) -> u64 {
        (self.kinds.len() * self.numbers.len().div_ceil(MAX_NUMBERS)) as u64
    }

    /// The active advisors of whom Callyzer knows a number.
    fn users_to_ask_for(&self) -> BTreeSet<i64> {
        let numbers = self.numbers.iter();
        let known = numbers.filter(|number| !self.unknown.contains(&number.number));
        known.map(|number| number.user_id).collect()
    }

    /// Fetches the figures of those whose day is due, and of those who share a number
    /// with them. An older day, which is not compared again otherwise, is compared.
    fn fetch_due(&mut self, day: NaiveDate, due: Vec<Due>) -> Result<()> {
        let stored = self.stored_day(day)?;
        let due = with_sharers(due, &stored);
        let numbers = stored.numbers_of(&users_of(&due));
        let fetched = self.fetch_day(day, &due, numbers, stored)?;
        if self.was_compared(day)? {
            self.keep_differences(day, &fetched)?;
        }
        Ok(())
    }

    /// Fetches everybody's figures of a closed day, as far as Callyzer knows these numbers.
    pub(super) fn fetch_closed_day(
        &mut self,
        day: NaiveDate,
        numbers: Vec<PhoneNumber>,
    ) -> Result<FetchedDay> {
        let stored = self.stored_day(day)?;
        let known = numbers
            .iter()
            .filter(|number| !self.unknown.contains(number));
        let holders = known.flat_map(|number| stored.holders(number));
        let users: BTreeSet<i64> = holders.collect();
        self.store.mark_due(PROVIDER, users, day)?;
        let due = self.store.figures_due(PROVIDER)?.into_iter();
        let due = due.filter(|(due_day, _)| *due_day == day);
        let due: Vec<_> = due.flat_map(|(_, due)| due).collect();
        self.fetch_day(day, &due, numbers, stored)
    }

    /// The stored calls of a day. A number that is known to differ counts as whose it
    /// was then.
    pub(super) fn stored_day(&self, day: NaiveDate) -> Result<StoredDay> {
        let window = Window::of_day(day, self.options.zone);
        let mut owners = self.store.number_owners()?;
        let differing = self.store.differences_of(PROVIDER, day)?.into_iter();
        owners.extend(differing.map(|one| (one.number, one.user_id)));
        let counts = self.store.stored_figures(PROVIDER, window)?;
        Ok(StoredDay::new(counts, owners, self.api.region()))
    }

    /// Fetches and saves the figures of a day.
    fn fetch_day(
        &mut self,
        day: NaiveDate,
        due: &[Due],
        numbers: Vec<PhoneNumber>,
        stored: StoredDay,
    ) -> Result<FetchedDay> {
        let answers = self.ask_for_day(day, &numbers, &stored)?;
        let by_kind = answers.as_ref().map_or(&[][..], |answers| &answers.body);
        let (theirs, ignored) = stored_day::total(by_kind, &stored);
        for kind in ignored {
            log::warn!(
                "statistics of {day}: {kind} has the same figures as another kind; they count once"
            );
        }
        let is_known = |number: &PhoneNumber| !self.unknown.contains(number);
        let (numbers, unknown): (Vec<_>, Vec<_>) = numbers.into_iter().partition(is_known);
        let fetched = FetchedDay {
            stored,
            theirs,
            numbers,
            kinds: by_kind.iter().map(|(kind, _)| kind.clone()).collect(),
        };
        let of_users = fetched.by_user(&unknown);
        let figures: Vec<_> = due
            .iter()
            .map(|due| {
                (
                    *due,
                    of_users.get(&due.user_id).copied().unwrap_or_default(),
                )
            })
            .collect();
        let (now, context) = (self.times().now, self.context());
        self.store.save_figures(day, &figures, now, &context)?;
        drop(answers);
        log::info!("statistics of {day}: {} advisors", figures.len());
        Ok(fetched)
    }

    /// Asks for the numbers that Callyzer knows; None: there is none. Nothing is asked
    /// of today before its first call.
    fn ask_for_day(
        &mut self,
        day: NaiveDate,
        numbers: &[PhoneNumber],
        stored: &StoredDay,
    ) -> Result<Option<Answer<'a, Answers>>> {
        if day == self.today() && stored.is_empty() {
            return Ok(None);
        }
        let window = Window::of_day(day, self.options.zone);
        let answers = self.without_unknown(numbers, |pass, numbers| {
            let (mut by_kind, mut last_permit) = (Answers::new(), None);
            for kind in pass.kinds_of_figures(stored) {
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
    fn kinds_of_figures(&self, stored: &StoredDay) -> Vec<Kind> {
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
    fn refuse_kind(&mut self, kind: &Kind, error: anyhow::Error) -> Result<()> {
        let is_refused = matches!(provider::fault(&error), Some(Fault::Refused(_)))
            && unknown_number_message(&error).is_none();
        if self.kinds.contains(kind) || !is_refused {
            return Err(error);
        }
        self.report(format!(
            "{error}; figures are without {kind}, which is not in CALLYZER_KINDS"
        ));
        self.refused_kinds.push(kind.clone());
        Ok(())
    }
}

impl FetchedDay {
    /// Sums up each user's figures. `unknown`: numbers that Callyzer does not know,
    /// whose stored calls count.
    fn by_user(&self, unknown: &[PhoneNumber]) -> HashMap<i64, Figures> {
        let known = self.numbers.iter().flat_map(|number| {
            let theirs = self.theirs.get(number).copied().unwrap_or_default();
            self.stored.shares(number, theirs, &self.kinds)
        });
        let unknown = unknown.iter().flat_map(|number| {
            let ours = self.stored.all_figures(number);
            let kinds: Vec<_> = self.stored.kinds().cloned().collect();
            self.stored.shares(number, ours, &kinds)
        });
        let mut figures: HashMap<i64, Figures> = HashMap::new();
        for (user_id, share) in known.chain(unknown) {
            *figures.entry(user_id).or_default() += share;
        }
        figures
    }
}

fn users_of(due: &[Due]) -> HashSet<i64> {
    due.iter().map(|due| due.user_id).collect()
}

/// Adds those who share a number of that day with somebody who is due.
fn with_sharers(mut due: Vec<Due>, stored: &StoredDay) -> Vec<Due> {
    loop {
        let users = users_of(&due);
        let numbers = stored.numbers_of(&users);
        let holders = numbers.iter().flat_map(|number| stored.holders(number));
        let sharers: BTreeSet<_> = holders.filter(|holder| !users.contains(holder)).collect();
        if sharers.is_empty() {
            return due;
        }
        due.extend(sharers.into_iter().map(|user_id| Due {
            user_id,
            marks: Due::NOT_MARKED,
        }));
    }
}
