//! Closed days that numbers missed: those of a first synchronisation, and those on which
//! Callyzer did not know them.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::{Days, NaiveDate};

use super::{PROVIDER, Pass};
use crate::moment::{self, Moment, Window};
use crate::phone::PhoneNumber;

impl Pass<'_> {
    /// Has the figures of the slice's closed days fetched and compared, unless a reading
    /// of the whole day is still to come.
    pub(super) fn mark_missed_days(
        &mut self,
        numbers: &[PhoneNumber],
        last_synced_at: Option<Moment>,
        slice: Window,
    ) -> Result<()> {
        let (zone, reread_days) = (self.options.zone, self.options.reread_days);
        let last = self.clock.today() - Days::new(reread_days);
        let from = last_synced_at.map_or(slice.from, |date| date.max(slice.from));
        let days = moment::day_of(from, zone).iter_days();
        let to = moment::day_of(slice.to, zone).min(last);
        let days: Vec<_> = days.take_while(|day| *day <= to).collect();
        if reread_days == 0 || days.is_empty() {
            return Ok(());
        }
        let to_come = self.closed_days_due()?;
        let is_missed = |day: &NaiveDate| !to_come.contains(day) && !self.first_days.contains(day);
        let owners = self
            .numbers
            .iter()
            .filter(|one| numbers.contains(&one.number));
        let users: BTreeSet<i64> = owners.map(|one| one.user_id).collect();
        for day in days.into_iter().filter(is_missed) {
            self.store.mark_due(PROVIDER, users.iter().copied(), day)?;
        }
        Ok(())
    }
}
