//! New calls: slices of the window since a date of last synchronisation.

use anyhow::Result;

use super::{CallSource, WindowPass};
use crate::exit;
use crate::moment::{self, Window};
use crate::pass::SLICE;
use crate::pass::late_dates;
use crate::pass::progress::Step;
use crate::pass::steps::Stepwise;
use crate::provider::{self, Fault};
use crate::reading;

impl<S: CallSource> WindowPass<'_, S> {
    /// Reads the calls made since the dates of last synchronisation, then what earlier
    /// runs left unread.
    pub(super) fn read_since_last_sync(&mut self) {
        let mut incomplete = Vec::new();
        self.step(|pass| {
            incomplete = pass.windows_to_read_again()?;
            let left = pass.questions_of(incomplete.len());
            pass.progress.expect(Step::IncompleteWindows, left);
            Ok(())
        });
        self.each_key(Self::read_new_calls);
        self.step(Self::set_late_dates_back);
        self.progress.begin(Step::IncompleteWindows);
        for window in incomplete {
            self.step(|pass| pass.read_incomplete_window(&window));
        }
        self.step(Self::read_closed_days);
    }

    /// How many questions so many windows take.
    pub(super) fn questions_of(&self, windows: usize) -> u64 {
        (windows * self.keys.len()) as u64
    }

    /// Reads new calls; plans the window again if the first answer shows that this
    /// machine's clock is wrong.
    fn read_new_calls(&mut self, key: &str) -> Result<()> {
        loop {
            let planned_by = self.plan_times;
            let date = self.store.date_of(Self::PROVIDER, key)?;
            let window = self.options.window_since(date, planned_by);
            let done = window.map_or(Ok(()), |window| self.read_slices(key, window));
            self.plan_times = self.clock.times();
            if self.plan_times == planned_by {
                return done;
            }
            log::info!("planning anew by {}'s clock", Self::NAME);
        }
    }

    /// Whether the window was planned by a clock that turned out to be wrong.
    fn is_plan_outdated(&self) -> bool {
        !self.options.reads_window() && self.plan_times != self.clock.times()
    }

    /// Reads a window slice by slice. An answer that cannot be read holds the date, but
    /// not the newest day.
    pub(super) fn read_slices(&mut self, key: &str, window: Window) -> Result<()> {
        log::info!("reading {} {window}", calls_of(key));
        let slices: Vec<_> = reading::slices(window, SLICE).collect();
        let of_later_keys = self.keys_left * slices.len() as u64;
        for (done, slice) in slices.iter().enumerate() {
            if self.is_plan_outdated() || slice.from > self.clock.times().now {
                break;
            }
            let left = (slices.len() - done) as u64;
            self.progress.expect_questions(left + of_later_keys);
            log::info!("slice {slice}");
            if let Err(error) = self.read_window(key, *slice) {
                let newest = Window {
                    from: slice.to.max(window.to - SLICE),
                    to: window.to,
                };
                let may_read_on = is_odd_answer(&error) && newest.from < newest.to;
                let done = may_read_on.then(|| self.read_window(key, newest));
                return exit::gravest(Err(error), done.unwrap_or(Ok(())));
            }
            self.move_date(key, *slice)?;
        }
        Ok(())
    }

    /// Moves the date past a slice, unless the window was given by hand or planned by a
    /// wrong clock.
    fn move_date(&mut self, key: &str, slice: Window) -> Result<()> {
        if self.options.reads_window() || self.is_plan_outdated() {
            return Ok(());
        }
        match self.clock.date_after(slice) {
            Some(date) => self
                .store
                .move_dates(Self::PROVIDER, [key].into_iter(), date),
            None => {
                log::info!(
                    "the date does not move: neither {}'s time nor a call has come so far",
                    Self::NAME
                );
                Ok(())
            }
        }
    }

    /// Sets dates after the system's own clock back, and reads from there.
    fn set_late_dates_back(&mut self) -> Result<()> {
        let late = late_dates::set_back(self.store, self.options, &self.clock)?;
        let Some(late) = late else {
            return Ok(());
        };
        log::warn!(
            "the date of last synchronisation lay after {}'s clock (a clock that ran \
             ahead?); reading again from {}",
            Self::NAME,
            moment::to_text(late.date)
        );
        self.plan_times = self.clock.times();
        self.each_key(|pass, key| {
            if late.numbers.iter().any(|number| number == key) {
                pass.read_new_calls(key)?;
            }
            Ok(())
        });
        Ok(())
    }
}

/// What is read, in the log.
fn calls_of(key: &str) -> String {
    match key {
        "" => "calls".into(),
        key => format!("calls of {key}"),
    }
}

/// Whether the system is there, and only its answer is odd.
fn is_odd_answer(error: &anyhow::Error) -> bool {
    let fault = provider::fault(error);
    matches!(fault, Some(Fault::BadAnswer(_) | Fault::Refused(..)))
}
