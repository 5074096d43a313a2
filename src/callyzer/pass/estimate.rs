//! What the steps after the uploads will need, estimated before the pass begins.

use anyhow::Result;

use super::{Pass, plan};
use crate::moment;
use crate::pass::due_days::MAX_DAYS;
use crate::pass::progress::Step;

impl Pass<'_> {
    /// `windows`: the incomplete windows that are to be read again.
    pub(super) fn estimate_later_steps(&mut self, windows: usize) -> Result<()> {
        let groups = plan::groups(&self.numbers, self.options, self.plan_times);
        let first = groups.iter().map(|group| group.window.from).min();
        let first = first.map(|first| moment::day_of(first, self.options.zone));
        let days = first.map_or(0, |first| (self.clock.today() - first).num_days() + 1);
        let figures = days.unsigned_abs() * self.requests_for_figures();
        let mut closed_days = self.closed_days_due()?;
        closed_days.truncate(MAX_DAYS);
        let closed_days = self.requests_for_days(&closed_days)?.iter().sum();
        let phones = u64::from(self.is_time_to_look_at_phones()?);
        let progress = &mut self.progress;
        progress.expect(Step::IncompleteWindows, windows as u64);
        progress.expect(Step::ClosedDays, closed_days);
        progress.expect(Step::Figures, figures);
        progress.expect(Step::Phones, phones);
        Ok(())
    }
}
