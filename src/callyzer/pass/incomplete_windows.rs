//! Windows whose rows never reached Callyzer's total: kept, and read again.

use anyhow::Result;

use super::{PROVIDER, Pass};
use crate::callyzer::api::{NumberFilter, Question};
use crate::phone::PhoneNumber;
use crate::store::incomplete_windows::IncompleteWindow;

impl Pass<'_> {
    /// The windows of the configured kinds that were not read again today.
    pub(super) fn windows_to_read_again(&mut self) -> Result<Vec<IncompleteWindow>> {
        if let Some(first) = self.options.not_before {
            self.store.remove_windows_before(PROVIDER, first)?;
        }
        let today = self.clock.today_so_far();
        let mut windows = self
            .store
            .windows_to_read_again(PROVIDER, today, self.api.region())?;
        windows.retain(|window| self.kinds.contains(&window.kind));
        Ok(windows)
    }

    pub(super) fn add_incomplete_window(
        &mut self,
        window: &IncompleteWindow,
        missing: i64,
    ) -> Result<()> {
        self.run.report(window.report(missing));
        self.store
            .add_incomplete_window(window, missing, self.clock.times().now)
    }

    /// Reads a window again for the numbers that it was read for. It is whole only
    /// if no active advisor's number had to be left out.
    pub(super) fn read_incomplete_window(&mut self, window: IncompleteWindow) -> Result<()> {
        let missing = self.without_unknown(&window.numbers, |pass, numbers| {
            let question = Question {
                numbers: NumberFilter::Advisors(numbers),
                kind: &window.kind,
                time_filter: window.time_filter,
                window: window.window,
            };
            Ok(pass.read_question(&question)?.missing().max(0))
        })?;
        let now = self.clock.times().now;
        if let Some(missing) = missing.filter(|missing| *missing > 0) {
            self.run.report(window.report(missing));
            return self
                .store
                .keep_incomplete_window(&window, Some(missing), now);
        }
        let left_out = |number: &&PhoneNumber| self.unknown.contains(number);
        let left_out: Vec<_> = window.numbers.iter().filter(left_out).collect();
        if window.numbers.is_empty() || left_out.iter().any(|number| self.is_active(number)) {
            log::info!("an incomplete window waits for numbers that Callyzer knows");
            return self.store.keep_incomplete_window(&window, None, now);
        }
        for number in left_out {
            log::info!(
                "Callyzer no longer answers for {}, which is no active advisor's: its \
                 incomplete window is closed",
                number.masked()
            );
        }
        self.store.remove_incomplete_window(&window)
    }
}
