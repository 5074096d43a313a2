//! Closed days: read again daily, for late calls, notes and corrections.

use anyhow::Result;
use chrono::NaiveDate;

use super::{CallSource, WindowPass};
use crate::moment::Window;
use crate::pass::due_days::{MAX_DAYS, closed_days_due};
use crate::pass::progress::Step;
use crate::pass::steps::Stepwise;

impl<S: CallSource> WindowPass<'_, S> {
    /// Reads the days that are due, at most three.
    pub(super) fn read_closed_days(&mut self) -> Result<()> {
        if !self.clock.is_known(self.store)? {
            return Ok(());
        }
        let readings = self.store.reread_days(Self::PROVIDER)?;
        let mut due = closed_days_due(self.store, &readings, self.options, &self.clock)?;
        due.truncate(MAX_DAYS);
        self.progress.begin(Step::ClosedDays);
        let questions = self.questions_of(due.len());
        self.progress.expect(Step::ClosedDays, questions);
        self.rereads_notes = true;
        for day in due {
            self.step(|pass| pass.reread_day(day));
        }
        self.rereads_notes = false;
        Ok(())
    }

    /// Reads a day for every key. A failure that ended all asking says nothing of the day.
    fn reread_day(&mut self, day: NaiveDate) -> Result<()> {
        log::info!("reading {day} again");
        let now = self.clock.times().now;
        let window = Window::of_day(day, self.options.zone);
        let is_read = self.each_key(|pass, key| pass.read_window(key, window));
        match is_read {
            true => self.store.mark_reread(Self::PROVIDER, day, now),
            false if self.steps.has_ended() => Ok(()),
            false => self.store.mark_failed(Self::PROVIDER, day, now),
        }
    }
}
