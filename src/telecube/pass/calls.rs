//! Reading calls: slices of a window, pages.

use anyhow::Result;

use super::{PROVIDER, Pass};
use crate::call::{Kind, Records, TimeFilter};
use crate::exit;
use crate::http::Answer;
use crate::moment::{self, Window};
use crate::pass::SLICE;
use crate::pass::late_dates::{self, LateDates};
use crate::pass::progress::Step;
use crate::pass::steps::Stepwise;
use crate::provider::{self, Fault};
use crate::reading::{self, Page};
use crate::store::advisors::ALL_NUMBERS;
use crate::store::incomplete_windows::IncompleteWindow;
use crate::text;

impl Pass<'_> {
    /// Reads the calls made since the date of last synchronisation, then what earlier
    /// runs left unread.
    pub(super) fn read_since_last_sync(&mut self) {
        let mut incomplete = Vec::new();
        self.step(|pass| {
            incomplete = pass.windows_to_read_again()?;
            let left = incomplete.len() as u64;
            pass.progress.expect(Step::IncompleteWindows, left);
            Ok(())
        });
        self.step(Self::read_new_calls);
        self.step(Self::set_late_date_back);
        self.progress.begin(Step::IncompleteWindows);
        self.each(incomplete, Self::read_incomplete_window);
        self.step(Self::read_closed_days);
    }

    /// Reads new calls; plans the window again if the first answer shows that this
    /// machine's clock is wrong.
    fn read_new_calls(&mut self) -> Result<()> {
        loop {
            let planned_by = self.plan_times;
            let date = self.store.date_of(PROVIDER, ALL_NUMBERS)?;
            let window = self.options.window_since(date, planned_by);
            let done = window.map_or(Ok(()), |window| self.read_slices(window));
            self.plan_times = self.clock.times();
            if self.plan_times == planned_by {
                return done;
            }
            log::info!("planning anew by TeleCube's clock");
        }
    }

    /// Whether the window was planned by a clock that turned out to be wrong.
    fn is_plan_outdated(&self) -> bool {
        !self.options.reads_window() && self.plan_times != self.clock.times()
    }

    /// Reads a window slice by slice. An answer that cannot be read holds the date, but
    /// not the newest day.
    pub(super) fn read_slices(&mut self, window: Window) -> Result<()> {
        log::info!("reading calls {window}");
        let slices: Vec<_> = reading::slices(window, SLICE).collect();
        let mut left = slices.len() as u64;
        for slice in slices {
            if self.is_plan_outdated() || slice.from > self.clock.times().now {
                break;
            }
            self.progress.expect_questions(left);
            left -= 1;
            log::info!("slice {slice}");
            if let Err(error) = self.read_window(slice) {
                let newest = Window {
                    from: slice.to.max(window.to - SLICE),
                    to: window.to,
                };
                let may_read_on = is_odd_answer(&error) && newest.from < newest.to;
                let done = may_read_on.then(|| self.read_window(newest));
                return exit::gravest(Err(error), done.unwrap_or(Ok(())));
            }
            self.move_date(slice)?;
        }
        Ok(())
    }

    /// Moves the date past a slice, unless the window was given by hand or planned by a
    /// wrong clock.
    fn move_date(&mut self, slice: Window) -> Result<()> {
        if self.options.reads_window() || self.is_plan_outdated() {
            return Ok(());
        }
        match self.clock.date_after(slice) {
            Some(date) => {
                let all = [ALL_NUMBERS].into_iter();
                self.store.move_dates(PROVIDER, all, date)
            }
            None => {
                log::info!(
                    "the date does not move: neither TeleCube's time nor a call has come so far"
                );
                Ok(())
            }
        }
    }

    /// Reads a window. If not all its rows come, it is kept as an incomplete one.
    pub(super) fn read_window(&mut self, window: Window) -> Result<()> {
        let missing = self.read_until_whole(window)?;
        if missing > 0 {
            let incomplete = IncompleteWindow {
                provider: PROVIDER,
                kind: Kind::phone_call(),
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

    /// Reads a window until it is whole, twice at most, and stores every page. Gives how
    /// many rows never came.
    fn read_until_whole(&mut self, window: Window) -> Result<i64> {
        let api = self.api;
        self.progress.count_question();
        let totals =
            reading::read_until_whole(|| api.history(window), |page| self.save_page(&page))?;
        Ok(totals.missing())
    }

    fn save_page(&mut self, page: &Page<Answer<Records>>) -> Result<()> {
        let records = &page.content.body;
        let times = records.calls.iter().map(|call| call.started_at);
        self.clock.note_received(times);
        self.update_clock()?;
        let context = self.context();
        let counts = self.store.save_page(records, &context)?;
        self.run.has_read = true;
        for (what, _) in &records.left_out {
            *self.run.left_out.entry(*what).or_default() += 1;
        }
        log::info!(
            "page {}: {}, {} new, {} changed, {} unreadable, {} left out",
            page.number,
            text::counted(records.calls.len(), "call"),
            counts.new,
            counts.changed,
            records.unreadable.len(),
            records.left_out.len()
        );
        self.progress.count_page(records.calls.len(), page.left);
        self.show_progress();
        Ok(())
    }

    /// Sets a date after TeleCube's own clock back, and reads from there.
    fn set_late_date_back(&mut self) -> Result<()> {
        let late = late_dates::set_back(self.store, self.options, &self.clock)?;
        let Some(LateDates { date, .. }) = late else {
            return Ok(());
        };
        log::warn!(
            "the date of last synchronisation lay after TeleCube's clock (a clock that ran \
             ahead?); reading again from {}",
            moment::to_text(date)
        );
        self.plan_times = self.clock.times();
        self.read_new_calls()
    }

    /// The windows that were not read again today.
    fn windows_to_read_again(&self) -> Result<Vec<IncompleteWindow>> {
        let today = self.clock.today_so_far();
        self.store
            .windows_to_read_again(PROVIDER, today, self.api.region())
    }

    fn read_incomplete_window(&mut self, window: IncompleteWindow) -> Result<()> {
        let missing = self.read_until_whole(window.window)?;
        if missing <= 0 {
            return self.store.remove_incomplete_window(&window);
        }
        self.run.report(window.report(missing));
        let now = self.clock.times().now;
        self.store
            .keep_incomplete_window(&window, Some(missing), now)
    }
}

/// Whether TeleCube is there, and only its answer is odd.
fn is_odd_answer(error: &anyhow::Error) -> bool {
    let fault = provider::fault(error);
    matches!(fault, Some(Fault::BadAnswer(_) | Fault::Refused(_)))
}
