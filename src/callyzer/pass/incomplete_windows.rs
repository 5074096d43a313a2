//! Windows whose rows never reached Callyzer's total: kept, and read again.

use anyhow::Result;

use super::{PROVIDER, Pass};
use crate::callyzer::api::{NumberFilter, Question};
use crate::moment;
use crate::store::incomplete_windows::IncompleteWindow;

impl Pass<'_> {
    /// The windows of the configured kinds that were not read again today.
    pub(super) fn windows_to_read_again(&self) -> Result<Vec<IncompleteWindow>> {
        let (midnight, region) = (self.midnight(), self.api.region());
        let mut windows = self
            .store
            .windows_to_read_again(PROVIDER, midnight, region)?;
        windows.retain(|window| self.kinds.contains(&window.kind));
        Ok(windows)
    }

    pub(super) fn add_incomplete_window(
        &mut self,
        window: &IncompleteWindow,
        missing: i64,
    ) -> Result<()> {
        self.note_incomplete_window(window, missing);
        self.store
            .add_incomplete_window(window, missing, self.run.started_at)
    }

    /// Reads a window again for the numbers that it was read for. It is whole only
    /// if none of them had to be left out.
    pub(super) fn read_incomplete_window(&mut self, window: IncompleteWindow) -> Result<()> {
        self.without_unknown(&window.numbers, |pass, numbers| {
            let question = Question {
                numbers: NumberFilter::Advisors(numbers),
                kind: &window.kind,
                time_filter: window.time_filter,
                window: window.window,
            };
            let missing = pass.read_question(&question)?.missing().max(0);
            if missing == 0 && numbers.len() == window.numbers.len() {
                return pass.store.remove_incomplete_window(&window);
            }
            pass.note_incomplete_window(&window, missing);
            pass.store
                .keep_incomplete_window(&window, missing, pass.run.started_at)
        })
    }

    fn note_incomplete_window(&mut self, window: &IncompleteWindow, missing: i64) {
        let note = format!(
            "{missing} rows of {} from {} to {} never came",
            window.kind,
            moment::to_text(window.window.from),
            moment::to_text(window.window.to)
        );
        log::warn!("{note}; the window is kept and read again");
        self.run.notes.push(note);
    }
}
