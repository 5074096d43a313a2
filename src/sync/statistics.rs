//! Callyzer's own figures for every day that is due.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;
use chrono::NaiveDate;

use super::Pass;
use crate::call::{Figures, Kind, Party};
use crate::interrupt;
use crate::moment::{self, Window};
use crate::phone::PhoneNumber;
use crate::provider;
use crate::provider::http::Answer;
use crate::store::statistics::Due;

type DayOfDue = (NaiveDate, Vec<Due>);

/// One answer: the figures of each number.
type ByNumber = HashMap<PhoneNumber, Figures>;

impl Pass<'_> {
    /// Works off what is due, what an earlier run left too; today is due for everybody.
    pub(super) fn fetch_statistics(&mut self) -> Result<()> {
        let today = self.today();
        let users: BTreeSet<i64> = self
            .numbers
            .iter()
            .filter(|number| !self.unknown.contains(&number.number))
            .map(|number| number.user_id)
            .collect();
        self.store.mark_due(users, today)?;
        let due = self.store.statistics_due()?;
        log::info!("statistics: {} days are due", due.len());
        self.each(due, Self::fetch_day)
    }

    fn fetch_day(&mut self, (day, due): DayOfDue) -> Result<()> {
        let window = Window::of_day(day, self.order.zone);
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
            pass.fetch_figures(day, numbers, &due, &owners)
        })
    }

    /// Adds the advisors who share a number of that day with one who is due: its
    /// figures cannot be divided, and whoever loses them must not keep them.
    fn with_sharers(&self, window: Window, mut due: Vec<Due>) -> Result<Vec<Due>> {
        let callers = self.store.callers_in(window)?;
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
        self.store.mark_due(users, day)?;
        let due = self
            .store
            .statistics_due()?
            .into_iter()
            .find(|(due_day, _)| *due_day == day);
        due.map_or(Ok(()), |due| self.fetch_day(due))
    }

    /// Who had no number on that day had no call either.
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
        self.store
            .save_figures(self.order.run_id, 0, day, &zeros, moment::now())
    }

    /// The numbers of the users whose day is due, as they were on that day.
    fn owners_in(&self, window: Window, due: &[Due]) -> Result<HashMap<PhoneNumber, i64>> {
        let region = self.callyzer.region();
        let owners = self.store.owners_in(window)?.into_iter();
        Ok(owners
            .filter(|(_, user_id)| due.iter().any(|due| due.user_id == *user_id))
            .filter_map(|(number, user_id)| Some((PhoneNumber::parse(&number, region)?, user_id)))
            .collect())
    }

    fn fetch_figures(
        &mut self,
        day: NaiveDate,
        numbers: &[PhoneNumber],
        due: &[Due],
        owners: &HashMap<PhoneNumber, i64>,
    ) -> Result<()> {
        let window = Window::of_day(day, self.order.zone);
        let callyzer = self.callyzer;
        let mut answers: Vec<ByNumber> = Vec::new();
        let mut last_turn = None;
        for kind in self.kinds_to_ask(window)? {
            // The turn before is given back first: two would wait for each other.
            drop(last_turn.take());
            let Answer { body, turn } = callyzer.figures(numbers, &kind, window)?;
            last_turn = Some(turn);
            keep_answer(&mut answers, by_number(body, day), &kind, day);
            if interrupt::requested() {
                return Err(provider::Error::Interrupted.into());
            }
        }
        let figures: Vec<_> = due
            .iter()
            .map(|due| (*due, sum(&answers, owners, due.user_id)))
            .collect();
        let requests = callyzer.http().requests();
        self.store
            .save_figures(self.order.run_id, requests, day, &figures, moment::now())?;
        log::info!("statistics of {day}: {} advisors", figures.len());
        Ok(())
    }

    /// The kinds that are asked for and of which a day has calls, however a row
    /// spelt them; with v2.1 there is one question for all.
    fn kinds_to_ask(&self, window: Window) -> Result<Vec<Kind>> {
        let stored = self.store.kinds_of_calls(window)?;
        let mut kinds = self.order.kinds.clone();
        let is_there = |kind: &Kind| stored.iter().any(|one| one.is_like(kind));
        kinds.retain(|kind| self.callyzer.knows_one_kind() && !stored.is_empty() || is_there(kind));
        Ok(kinds)
    }
}

fn by_number(rows: Vec<(Party, Figures)>, day: NaiveDate) -> ByNumber {
    let mut figures = ByNumber::new();
    for (party, row) in rows {
        match party {
            Party::Number(number) => *figures.entry(number).or_default() += row,
            Party::Other(_) | Party::Hidden => {
                log::warn!("statistics of {day}: a row belongs to no number that can be read");
            }
        }
    }
    figures
}

/// An account that ignores the kind answers every kind with the same figures: they count once.
fn keep_answer(answers: &mut Vec<ByNumber>, answer: ByNumber, kind: &Kind, day: NaiveDate) {
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

/// Over all kinds and all of the user's numbers; zeros for who is left out.
fn sum(answers: &[ByNumber], owners: &HashMap<PhoneNumber, i64>, user_id: i64) -> Figures {
    let mut total = Figures::default();
    for (number, figures) in answers.iter().flatten() {
        if owners.get(number) == Some(&user_id) {
            total += *figures;
        }
    }
    total
}
