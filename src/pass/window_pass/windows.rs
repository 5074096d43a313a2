//! Reading a window and storing its pages, and once more if rows of it never came.

use std::fmt::Display;

use anyhow::Result;

use super::repeats::Repeats;
use super::{CallSource, WindowPass};
use crate::call::{LeftOut, Records, TimeFilter};
use crate::http::Answer;
use crate::moment::Window;
use crate::pass::steps::Stepwise;
use crate::reading::{Page, PageTotals};
use crate::store::calls::Saved;
use crate::store::incomplete_windows::IncompleteWindow;
use crate::text;

/// The window, with how many of its rows never came; nothing if all did.
pub fn incomplete(window: Window, totals: &PageTotals) -> Vec<(Window, i64)> {
    match totals.missing() {
        missing @ 1.. => vec![(window, missing)],
        _ => Vec::new(),
    }
}

impl<S: CallSource> WindowPass<'_, S> {
    /// Reads a window. What lacks rows of it is kept as incomplete windows.
    pub(super) fn read_window(&mut self, key: &str, window: Window) -> Result<()> {
        for (window, missing) in self.read_until_whole(key, window)? {
            let incomplete = IncompleteWindow {
                provider: Self::PROVIDER,
                kind: S::kind(),
                time_filter: TimeFilter::Call,
                window,
                numbers: Vec::new(),
            };
            self.run.report(incomplete.report(missing));
            let now = self.clock.times().now;
            self.store
                .add_incomplete_window(&incomplete, missing, now)?;
        }
        Ok(())
    }

    /// Reads a window until it is whole, twice at most, and stores every page. Gives the
    /// windows whose rows never all came, with how many are missing.
    fn read_until_whole(&mut self, key: &str, window: Window) -> Result<Vec<(Window, i64)>> {
        let source = self.source;
        self.progress.count_question();
        let mut repeats = Repeats::default();
        source.read(key, window, &mut |page| self.save_page(page, &mut repeats))
    }

    /// A row that came before in the window counts once, and is written again only where
    /// it says something else now.
    fn save_page(&mut self, mut page: Page<Answer<Records>>, repeats: &mut Repeats) -> Result<()> {
        let records = &mut page.content.body;
        let what = match repeats.take_out(records) {
            0 => format!("page {}", page.number),
            again => {
                let again = text::counted(again, "row");
                format!("page {}, {again} of which came before", page.number)
            }
        };
        self.save_records(what, records)?;
        self.progress.count_page(records.calls.len(), page.left);
        self.show_progress();
        Ok(())
    }

    /// Stores what an answer brought. `what` came, in the log.
    pub fn save_records(&mut self, what: impl Display, records: &Records) -> Result<()> {
        let times = records.calls.iter().map(|call| call.started_at);
        self.clock.note_received(times);
        self.update_clock()?;
        let context = self.context();
        let Saved { counts, suppressed } = self.store.save_page(records, &context)?;
        self.run.has_read = true;
        for (left_out, _) in &records.left_out {
            self.run.leave_out(*left_out, 1);
        }
        self.run.leave_out(LeftOut::Forgotten, suppressed.rows);
        let unfinished = records.unfinished.iter();
        self.unfinished
            .extend(unfinished.map(|call| call.provider_call_id.clone()));
        log::info!(
            "{what}: {}, {} new, {} changed, {} unreadable, {} left out",
            text::counted(records.calls.len(), "call"),
            counts.new,
            counts.changed,
            records.unreadable.len(),
            records.left_out.len()
        );
        Ok(())
    }

    /// The windows that were not read again today.
    pub(super) fn windows_to_read_again(&mut self) -> Result<Vec<IncompleteWindow>> {
        let (today, region) = (self.clock.today_so_far(), self.source.region());
        if let Some(first) = self.options.not_before {
            self.store.remove_windows_before(Self::PROVIDER, first)?;
        }
        self.store
            .windows_to_read_again(Self::PROVIDER, today, region)
    }

    /// Reads a window again for every key. One that a key answered oddly waits for another
    /// day, one that met an outage for the next run.
    pub(super) fn read_incomplete_window(&mut self, window: &IncompleteWindow) -> Result<()> {
        let mut missing = 0;
        let is_read = self.each_key(|pass, key| {
            let parts = pass.read_until_whole(key, window.window)?;
            missing += parts.iter().map(|(_, missing)| missing).sum::<i64>();
            Ok(())
        });
        let now = self.clock.times().now;
        if !is_read && self.steps.met_an_outage() {
            return Ok(());
        }
        if is_read && missing <= 0 {
            return self.store.remove_incomplete_window(window);
        }
        if missing > 0 {
            self.run.report(window.report(missing));
        }
        let missing = is_read.then_some(missing);
        self.store.keep_incomplete_window(window, missing, now)
    }
}
