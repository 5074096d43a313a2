//! Closed days, once a day: read again by call time for late notes, recordings
//! and corrections, and compared with what Callyzer counts.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chrono::{Days, NaiveDate};

use super::Pass;
use crate::call::{Axis, Figures, Party, Status};
use crate::lookup;
use crate::moment::{self, Window};
use crate::phone::PhoneNumber;
use crate::store::differences::Difference;

impl Pass<'_> {
    /// The first pass after local midnight reads the days that were closed since
    /// the last day read so, and some before it; days that differ are compared
    /// until they agree. A file whose first pass is today's has none.
    pub(super) fn read_closed_days(&mut self) -> Result<()> {
        if self.order.reread_days == 0 || !self.is_first_pass_of_a_day()? {
            return Ok(());
        }
        let yesterday = self.today() - Days::new(1);
        let last = self
            .store
            .last_reread_day()?
            .unwrap_or(yesterday - Days::new(1));
        let first = last + Days::new(1) - Days::new(self.order.reread_days);
        let range = first.iter_days().take_while(|day| *day <= yesterday);
        let differing = self
            .store
            .differing_days()?
            .into_iter()
            .filter(|day| *day <= yesterday);
        let days: BTreeSet<NaiveDate> = differing.chain(range).collect();
        log::info!("{} closed days are read again", days.len());
        self.each(days.into_iter().collect(), Self::reread_day)
    }

    fn is_first_pass_of_a_day(&self) -> Result<bool> {
        let yesterday = self.today() - Days::new(1);
        let done = self
            .store
            .last_reread_day()?
            .is_some_and(|day| day >= yesterday);
        Ok(!done && self.store.last_success_before(self.midnight())?.is_some())
    }

    fn reread_day(&mut self, day: NaiveDate) -> Result<()> {
        log::info!("reading {day} again");
        self.without_unknown(&self.all_numbers(), |pass, numbers| {
            pass.read_whole_day(numbers, day)
        })?;
        self.compare_day(day)?;
        self.store.mark_reread(day, self.order.started_at)
    }

    /// Reads a day by call time; calls that it lacks are looked up by id, and go
    /// only if Callyzer no longer knows them.
    fn read_whole_day(&mut self, numbers: &[PhoneNumber], day: NaiveDate) -> Result<()> {
        let window = Window::of_day(day, self.order.zone);
        let found = self.read_kinds(numbers, Axis::Call, window)?;
        let stored = self.store.ids_of_day(numbers, &self.order.kinds, window)?;
        let absent: Vec<_> = stored
            .into_iter()
            .filter(|id| !found.contains(id))
            .collect();
        if absent.is_empty() {
            return Ok(());
        }
        let newest = self.store.newest_ids(absent.len() + 1)?;
        let controls = found.iter().chain(&newest);
        let looked_up = lookup::look_up(self.callyzer, &absent, controls)?;
        log::info!(
            "{day}: {} calls that Callyzer no longer knows are removed",
            looked_up.gone.len()
        );
        let arrival = self.arrival();
        self.store.settle_absent(&looked_up, &arrival)
    }

    /// The days that a window covers whole.
    pub(super) fn whole_days(&self, window: Window) -> Vec<NaiveDate> {
        let first = moment::day_of(window.from, self.order.zone);
        let last = moment::day_of(window.to, self.order.zone);
        let covers = |day: &NaiveDate| {
            let whole = Window::of_day(*day, self.order.zone);
            window.from <= whole.from && whole.to <= window.to
        };
        first
            .iter_days()
            .take_while(|day| *day <= last)
            .filter(covers)
            .collect()
    }

    /// Compares a day's stored calls with Callyzer's figures. A day that differs
    /// is read again once; if it still differs, it is remembered.
    pub(super) fn compare_day(&mut self, day: NaiveDate) -> Result<()> {
        let mut differences = self.differences(day)?;
        if !differences.is_empty() {
            log::info!("{day} differs from Callyzer's figures; reading it again");
            self.without_unknown(&self.all_numbers(), |pass, numbers| {
                pass.read_whole_day(numbers, day)
            })?;
            differences = self.differences(day)?;
        }
        for Difference {
            user_id,
            ours,
            theirs,
            ..
        } in &differences
        {
            log::warn!("{day}: user {user_id} has {ours} calls here and {theirs} at Callyzer");
        }
        self.store
            .keep_differences(day, &differences, self.order.started_at)
    }

    fn differences(&mut self, day: NaiveDate) -> Result<Vec<Difference>> {
        self.fetch_closed_day(day)?;
        let window = Window::of_day(day, self.order.zone);
        let unreadable = self.unreadable_calls(day)?;
        let compared = self.store.ours_and_theirs(day, window)?;
        let difference = |(user_id, ours, theirs): (i64, Figures, Figures)| {
            let unreadable = unreadable.get(&user_id).copied().unwrap_or(0);
            difference(&ours, &theirs, unreadable).map(|(ours, theirs)| Difference {
                user_id,
                day,
                ours,
                theirs,
            })
        };
        Ok(compared.into_iter().filter_map(difference).collect())
    }

    /// How many of a day's records each advisor has in quarantine.
    fn unreadable_calls(&self, day: NaiveDate) -> Result<HashMap<i64, i64>> {
        let mut counts = HashMap::new();
        for record in self.store.quarantined_records()? {
            let Some((Party::Number(number), of_day)) = self.callyzer.owner_and_day(&record) else {
                continue;
            };
            if let Some(user_id) = self.owners.get(number.as_str()).filter(|_| of_day == day) {
                *counts.entry(*user_id).or_default() += 1;
            }
        }
        Ok(counts)
    }
}

/// The calls of the statuses in which two counts differ, ours and theirs. Records
/// in quarantine, whose status may be unreadable, stand for as many that we lack.
fn difference(ours: &Figures, theirs: &Figures, unreadable: i64) -> Option<(i64, i64)> {
    let statuses = [
        Status::Incoming,
        Status::Outgoing,
        Status::Missed,
        Status::Rejected,
    ];
    let counts = statuses.map(|status| (ours.calls(status), theirs.calls(status)));
    let differing = counts.into_iter().filter(|(ours, theirs)| ours != theirs);
    let surplus = counts.iter().any(|(ours, theirs)| ours > theirs);
    let (ours, theirs) = differing.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    (surplus || theirs - ours > unreadable).then_some((ours, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarantined_records_stand_for_calls_that_are_lacking_and_for_nothing_else() {
        let figures = |incoming, outgoing| Figures {
            incoming,
            outgoing,
            ..Figures::default()
        };
        for (ours, theirs, unreadable, expected) in [
            (figures(3, 4), figures(3, 4), 0, None),
            (figures(3, 4), figures(3, 4), 2, None),
            (figures(3, 4), figures(3, 5), 0, Some((4, 5))),
            (figures(3, 4), figures(3, 5), 1, None),
            (figures(3, 4), figures(4, 5), 1, Some((7, 9))),
            (figures(3, 4), figures(2, 4), 5, Some((3, 2))),
            (figures(3, 4), figures(4, 3), 5, Some((7, 7))),
        ] {
            assert_eq!(difference(&ours, &theirs, unreadable), expected);
        }
    }
}
