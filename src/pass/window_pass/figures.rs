//! Figures: the system gives none, so the stored calls of each day that is due are counted.

use anyhow::Result;

use super::{CallSource, WindowPass};
use crate::pass::due_days::report_impossible_days;
use crate::text;

impl<S: CallSource> WindowPass<'_, S> {
    pub(super) fn count_figures(&mut self) -> Result<()> {
        let due = self.store.figures_due(Self::PROVIDER)?;
        report_impossible_days(&due.impossible, self.run);
        for (day, due) in due.days {
            let zone = self.options.zone;
            let counted = self.store.counted_figures(Self::PROVIDER, day, zone)?;
            let of_user = |user_id: i64| counted.get(&user_id).copied().unwrap_or_default();
            let figures = due.into_iter().map(|due| (due, of_user(due.user_id)));
            let figures: Vec<_> = figures.collect();
            let (now, context) = (self.clock.times().now, self.context());
            self.store.save_figures(day, &figures, now, &context)?;
            log::info!(
                "statistics of {day}: {} counted",
                text::counted(figures.len(), "advisor")
            );
        }
        Ok(())
    }
}
