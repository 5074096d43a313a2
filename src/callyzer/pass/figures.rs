//! Callyzer's own figures of every day that is due.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;
use chrono::{NaiveDate, TimeDelta};

use super::stored_day::{self, FiguresByNumber, StoredDay};
use super::{PROVIDER, Pass};
use crate::call::{Figures, Kind};
use crate::pass::due_days::report_impossible_days;
use crate::pass::progress::Step;
use crate::pass::steps::Stepwise;
use crate::phone::PhoneNumber;
use crate::store::figures::Due;
use crate::text;

/// Today's figures become no older than this.
const MAX_AGE: TimeDelta = TimeDelta::hours(1);

/// Callyzer's answers about a day, beside the stored calls.
#[derive(Debug)]
pub(super) struct FetchedDay {
    pub stored: StoredDay,
    pub theirs: FiguresByNumber,
    /// The numbers and kinds that Callyzer answered for.
    pub numbers: Vec<PhoneNumber>,
    pub kinds: Vec<Kind>,
}

impl Pass<'_> {
    /// Fetches what is due, also from earlier runs.
    pub(super) fn fetch_figures(&mut self) -> Result<()> {
        let due = self.store.figures_due(PROVIDER)?;
        report_impossible_days(&due.impossible, self.run);
        let mut due = due.days;
        if self.is_today_due(&due)? {
            let users = self.users_to_ask_for();
            self.store.mark_due(PROVIDER, users, self.clock.today())?;
            due = self.store.figures_due(PROVIDER)?.days;
        }
        log::info!("statistics due: {}", text::counted(due.len(), "day"));
        self.progress.begin(Step::Figures);
        let mut left = due.len() as u64;
        self.each(due, |pass, (day, due)| {
            let requests = left * pass.requests_for_figures();
            pass.progress.expect(Step::Figures, requests);
            left -= 1;
            pass.fetch_due(day, due)
        });
        Ok(())
    }

    /// Whether a call of today came or changed, or somebody's figures are an hour old.
    fn is_today_due(&self, due: &[(NaiveDate, Vec<Due>)]) -> Result<bool> {
        let (today, now, users) = (
            self.clock.today(),
            self.clock.times().now,
            self.users_to_ask_for(),
        );
        if due.iter().any(|(day, _)| *day == today) {
            return Ok(true);
        }
        let fetched_at = self
            .store
            .figures_fetched_at(PROVIDER, users.iter().copied(), today)?;
        let is_fresh = |user_id: &i64| {
            let age = fetched_at.get(user_id).map(|at| now - *at);
            age.is_some_and(|age| (TimeDelta::zero()..MAX_AGE).contains(&age))
        };
        Ok(!users.iter().all(is_fresh))
    }

    /// The active advisors of whom Callyzer knows a number.
    fn users_to_ask_for(&self) -> BTreeSet<i64> {
        let numbers = self.numbers.iter();
        let known = numbers.filter(|number| !self.unknown.contains(&number.number));
        known.map(|number| number.user_id).collect()
    }

    /// Fetches the figures of those whose day is due, and of those who share a number
    /// with them.
    fn fetch_due(&mut self, day: NaiveDate, due: Vec<Due>) -> Result<()> {
        let stored = self.stored_day(day)?;
        let due = with_sharers(due, &stored);
        let numbers = stored.numbers_of(&users_of(&due));
        let fetched = self.fetch_day(day, &due, numbers, stored)?;
        self.compare_in_passing(day, &fetched)
    }

    /// Fetches everybody's figures of a closed day, as far as Callyzer knows these numbers.
    pub(super) fn fetch_closed_day(
        &mut self,
        day: NaiveDate,
        numbers: &[PhoneNumber],
    ) -> Result<FetchedDay> {
        let stored = self.stored_day(day)?;
        let known = numbers
            .iter()
            .filter(|number| !self.unknown.contains(number));
        let holders = known.flat_map(|number| stored.holders(number));
        let users: BTreeSet<i64> = holders.collect();
        self.store.mark_due(PROVIDER, users, day)?;
        let due = self.store.figures_due(PROVIDER)?.days.into_iter();
        let due = due.filter(|(due_day, _)| *due_day == day);
        let due: Vec<_> = due.flat_map(|(_, due)| due).collect();
        self.fetch_day(day, &due, numbers.to_vec(), stored)
    }

    /// The stored calls of a day. A number that is known to differ counts as whose it
    /// was then.
    pub(super) fn stored_day(&self, day: NaiveDate) -> Result<StoredDay> {
        let zone = self.options.zone;
        let mut owners = self.store.number_owners()?;
        let differing = self.store.differences_of(PROVIDER, day)?.into_iter();
        owners.extend(differing.map(|one| (one.number, one.user_id)));
        let counts = self.store.stored_figures(PROVIDER, day, zone)?;
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
        let (theirs, ignored) = stored_day::sum_kinds(by_kind, &stored);
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
        let (now, context) = (self.clock.times().now, self.context());
        self.store.save_figures(day, &figures, now, &context)?;
        drop(answers);
        log::info!(
            "statistics of {day}: {}",
            text::counted(figures.len(), "advisor")
        );
        Ok(fetched)
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
        let all_kinds: Vec<_> = self.stored.kinds().cloned().collect();
        let unknown = unknown.iter().flat_map(|number| {
            let ours = self.stored.figures(number, &all_kinds);
            self.stored.shares(number, ours, &all_kinds)
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
