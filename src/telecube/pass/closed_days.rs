//! Closed days: read again daily, for late calls, notes and corrections.

use anyhow::Result;
use chrono::NaiveDate;

use super::{PROVIDER, Pass};
use crate::moment::Window;
use crate::pass::due_days::{MAX_DAYS, closed_days_due, mark_reading};
use crate::pass::progress::Step;
use crate::pass::steps::Stepwise;
use crate::provider::Provider;

impl Pass<'_> {
    /// Reads the days that are due, at most three.
    pub(super) fn read_closed_days(&mut self) -> Result<()> {
        if !self.clock.is_known(self.store)? {
            return Ok(());
        }
        let readings = self.store.reread_days(PROVIDER)?;
        let mut due = closed_days_due(self.store, &readings, self.options, &self.clock)?;
        due.truncate(MAX_DAYS);
        self.progress.begin(Step::ClosedDays);
        self.progress.expect(Step::ClosedDays, due.len() as u64);
        self.rereads_notes = true;
        self.each(due, Self::reread_day);
        self.rereads_notes = false;
        Ok(())
    }

    fn reread_day(&mut self, day: NaiveDate) -> Result<()> {
        log::info!("reading {day} again");
        let now = self.clock.times().now;
        let done = self.read_window(Window::of_day(day, self.options.zone));
        mark_reading(self.store, (Provider::Telecube, day), now, &done)?;
        done
    }
}
