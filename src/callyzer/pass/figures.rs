//! Callyzer's own figures of every day that is due.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;
use chrono::NaiveDate;

use super::{PROVIDER, Pass};
use crate::call::{Figures, Kind};
use crate::http::Answer;
use crate::moment::Window;
use crate::phone::PhoneNumber;
use crate::store::figures::Due;

type DayOfDue = (NaiveDate, Vec<Due>);

/// One answer.
type FiguresByNumber = HashMap<PhoneNumber, Figures>;

impl Pass<'_> {
    /// Fetches what is due, also from earlier runs. Today is due for every advisor.
    pub(super) fn fetch_figures(&mut self) -> Result<()> {
        let today = self.today();
        let users: BTreeSet<i64> = self
            .numbers
            .iter()
            .filter(|number| !self.unknown.contains(&number.number))
            .map(|number| number.user_id)
            .collect();
        self.store.mark_due(PROVIDER, users, today)?;
        let due = self.store.figures_due(PROVIDER)?;
        log::info!("statistics: {} days are due", due.len());
        self.each(due, Self::fetch_day);
        Ok(())
    }

    fn fetch_day(&mut self, (day, due): DayOfDue) -> Result<()> {
        let window = Window::of_day(day, self.options.zone);
        let due = self.with_sharers(window, due)?;
        let owners = self.owners_in(window, &due)?;
        let mut numbers: Vec<_> = owners.keys().cloned().collect();
        numbers.sort();
        self.save_zeros(day, &due, &owners)?;
        self.without_unknown(&numbers, |pass, numbers| {
            let users: HashSet<i64> = numbers.iter().map(|number| owners[number]).collect();
            let due: Vec<_> = due
                .iter()
                .filter(|due| users.contains(&due.user_id))
                .copied()
                .collect();
            pass.fetch_figures_of(day, numbers, &due, &owners)
        })
    }

    /// Adds the advisors who share a number of that day with an advisor who is due:
    /// a number's figures cannot be divided between them.
    fn with_sharers(&self, window: Window, mut due: Vec<Due>) -> Result<Vec<Due>> {
        let callers = self.store.callers_in(PROVIDER, window)?;
        let is_due = |due: &[Due], user_id: i64| due.iter().any(|due| due.user_id == user_id);
        let shared: HashSet<&String> = callers
            .iter()
            .filter(|(_, user_id)| is_due(&due, *user_id))
            .map(|(n, _)| n)
            .collect();
        for (number, user_id) in &callers {
            if shared.contains(number) && !is_due(&due, *user_id) {
                due.push(Due {
                    user_id: *user_id,
                    marks: Due::NOT_MARKED,
                });
            }
        }
        Ok(due)
    }

    /// Fetches everybody's figures of a closed day.
    pub(super) fn fetch_closed_day(&mut self, day: NaiveDate) -> Result<()> {
        let users: BTreeSet<i64> = self.numbers.iter().map(|number| number.user_id).collect();
        self.store.mark_due(PROVIDER, users, day)?;
        let due = self
            .store
            .figures_due(PROVIDER)?
            .into_iter()
            .find(|(due_day, _)| *due_day == day);
        due.map_or(Ok(()), |due| self.fetch_day(due))
    }

    /// Saves zeros for users who had no number on that day.
    fn save_zeros(
        &mut self,
        day: NaiveDate,
        due: &[Due],
        owners: &HashMap<PhoneNumber, i64>,
    ) -> Result<()> {
        let has_number = |due: &&Due| owners.values().any(|user_id| *user_id == due.user_id);
        let zeros = due
            .iter()
            .filter(|due| !has_number(due))
            .map(|due| (*due, Figures::default()));
        let zeros: Vec<_> = zeros.collect();
        let context = self.context();
        self.store.save_figures(day, &zeros, &context)
    }

    /// The numbers of the users whose day is due, as they were on that day.
    fn owners_in(&self, window: Window, due: &[Due]) -> Result<HashMap<PhoneNumber, i64>> {
        let region = self.api.region();
        let owners = self.store.owners_in(PROVIDER, window)?.into_iter();
        Ok(owners
            .filter(|(_, user_id)| due.iter().any(|due| due.user_id == *user_id))
            .filter_map(|(number, user_id)| Some((PhoneNumber::parse(&number, region)?, user_id)))
            .collect())
    }

    fn fetch_figures_of(
        &mut self,
        day: NaiveDate,
        numbers: &[PhoneNumber],
        due: &[Due],
        owners: &HashMap<PhoneNumber, i64>,
    ) -> Result<()> {
        let window = Window::of_day(day, self.options.zone);
        let mut answers: Vec<FiguresByNumber> = Vec::new();
        let mut last_permit = None;
        for kind in self.kinds_to_ask(window)? {
            let Answer { body, permit } = self.api.figures(numbers, &kind, window)?;
            last_permit = Some(permit);
            keep_answer(&mut answers, body, &kind, day);
        }
        let figures: Vec<_> = due
            .iter()
            .map(|due| (*due, sum(&answers, owners, due.user_id)))
            .collect();
        let context = self.context();
        self.store.save_figures(day, &figures, &context)?;
        drop(last_permit);
        log::info!("statistics of {day}: {} advisors", figures.len());
        Ok(())
    }

    /// The configured kinds of which a day has calls, in any spelling; with v2.1
    /// one question is for all.
    fn kinds_to_ask(&self, window: Window) -> Result<Vec<Kind>> {
        let stored = self.store.kinds_of_calls(PROVIDER, window)?;
        let mut kinds = self.kinds.clone();
        let is_there = |kind: &Kind| stored.iter().any(|one| one.is_like(kind));
        kinds.retain(|kind| self.api.knows_one_kind() && !stored.is_empty() || is_there(kind));
        Ok(kinds)
    }
}

/// Adds an answer, unless another kind had the same figures: an account that
/// ignores the kind answers every kind alike.
fn keep_answer(
    answers: &mut Vec<FiguresByNumber>,
    answer: FiguresByNumber,
    kind: &Kind,
    day: NaiveDate,
) {
    let says_nothing = answer
        .values()
        .all(|figures| *figures == Figures::default());
    if !says_nothing && answers.contains(&answer) {
        log::warn!(
            "statistics of {day}: {kind} has the same figures as another kind; they count once"
        );
    } else {
        answers.push(answer);
    }
}

/// Sums up a user's figures over all kinds and numbers.
fn sum(answers: &[FiguresByNumber], owners: &HashMap<PhoneNumber, i64>, user_id: i64) -> Figures {
    let mut total = Figures::default();
    for (number, figures) in answers.iter().flatten() {
        if owners.get(number) == Some(&user_id) {
            total += *figures;
        }
    }
    total
}
