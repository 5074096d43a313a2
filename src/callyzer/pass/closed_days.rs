//! Closed days: read again once a day by call time, for late notes, recordings and
//! corrections, and compared with Callyzer's figures.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chrono::{Days, NaiveDate};

use super::{PROVIDER, Pass};
use crate::call::{Figures, Party, Status, TimeFilter};
use crate::callyzer::lookup;
use crate::moment::Window;
use crate::phone::PhoneNumber;
use crate::store::closed_days::CallsOfDay;
use crate::store::differences::Difference;

impl Pass<'_> {
    /// In the first pass after local midnight: reads the days that were closed since
    /// the last day that was read again, and some before it. Days that differ are
    /// compared until they agree. A file whose first pass is today's has none.
    pub(super) fn read_closed_days(&mut self) -> Result<()> {
        if self.options.reread_days == 0 || !self.is_first_pass_of_a_day()? {
            return Ok(());
        }
        let yesterday = self.today() - Days::new(1);
        let last = self
            .store
            .last_reread_day(PROVIDER)?
            .unwrap_or(yesterday - Days::new(1));
        let first = last + Days::new(1) - Days::new(self.options.reread_days);
        let range = first.iter_days().take_while(|day| *day <= yesterday);
        let differing = self
            .store
            .differing_days(PROVIDER)?
            .into_iter()
            .filter(|day| *day <= yesterday);
        let days: BTreeSet<NaiveDate> = differing.chain(range).collect();
        log::info!("{} closed days are read again", days.len());
        self.each(days.into_iter().collect(), Self::reread_day);
        Ok(())
    }

    fn is_first_pass_of_a_day(&self) -> Result<bool> {
        let yesterday = self.today() - Days::new(1);
        let done = self
            .store
            .last_reread_day(PROVIDER)?
            .is_some_and(|day| day >= yesterday);
        let midnight = self.midnight();
        Ok(!done
            && self
                .store
                .last_success_before(PROVIDER, midnight)?
                .is_some())
    }

    fn reread_day(&mut self, day: NaiveDate) -> Result<()> {
        log::info!("reading {day} again");
        self.without_unknown(&self.all_numbers(), |pass, numbers| {
            pass.read_whole_day(numbers, day)
        })?;
        self.compare_day(day)?;
        self.store.mark_reread(PROVIDER, day, self.run.started_at)
    }

    /// Reads a day by call time. Stored calls that do not come are looked up by id,
    /// and removed only if Callyzer no longer knows them.
    fn read_whole_day(&mut self, numbers: &[PhoneNumber], day: NaiveDate) -> Result<()> {
        let window = Window::of_day(day, self.options.zone);
        let found = self.read_kinds(numbers, TimeFilter::Call, window)?;
        let calls = CallsOfDay {
            numbers,
            kinds: &self.kinds,
            window,
        };
        let mut absent = self.store.ids_of_day(PROVIDER, &calls)?;
        absent.retain(|id| !found.iter().any(|totals| totals.has(id)));
        if absent.is_empty() {
            return Ok(());
        }
        let newest = self.store.newest_ids(PROVIDER, absent.len() + 1)?;
        let controls = found.iter().flat_map(|totals| totals.ids().cloned());
        let mut removed = 0;
        lookup::look_up(self.api, &absent, controls.chain(newest), |looked_up| {
            let context = self.context();
            removed += looked_up.gone.len();
            self.store
                .save_look_up(&looked_up.records, &looked_up.gone, &context)
        })?;
        log::info!("{day}: {removed} calls that Callyzer no longer knows are removed");
        Ok(())
    }

    /// Compares a day's stored calls with Callyzer's figures. A day that differs is
    /// read again once; if it still differs, the difference is kept.
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
            .keep_differences(PROVIDER, day, &differences, self.run.started_at)
    }

    fn differences(&mut self, day: NaiveDate) -> Result<Vec<Difference>> {
        self.fetch_closed_day(day)?;
        let window = Window::of_day(day, self.options.zone);
        let unreadable = self.unreadable_calls(day)?;
        let compared = self.store.ours_and_theirs(PROVIDER, day, window)?;
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

    /// How many records of a day each advisor has in quarantine.
    fn unreadable_calls(&self, day: NaiveDate) -> Result<HashMap<i64, i64>> {
        let mut counts = HashMap::new();
        let owners = self.store.number_owners()?;
        for record in self.store.quarantined_records(PROVIDER)? {
            let Some((Party::Number(number), of_day)) = self.api.owner_and_day(&record) else {
                continue;
            };
            if let Some(user_id) = owners.get(number.as_str()).filter(|_| of_day == day) {
                *counts.entry(*user_id).or_default() += 1;
            }
        }
        Ok(counts)
    }
}

/// The calls of the statuses in which two counts differ, ours and theirs. A record
/// in quarantine stands for one call that we lack, of any status.
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
