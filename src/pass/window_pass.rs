//! The pass of a system that is asked for the calls made in a window: calls read and
//! stored, windows that lacked rows and closed days read again, figures counted. What else
//! such a system has, it adds as steps of its own.
//!
//! What must stay true: a date of last synchronisation moves only when every page of the
//! slice before it is committed; no transaction is open during a wait for the system or
//! the pace; the permit is held from a request until what it brought is committed. No call
//! is removed because an answer lacks it.

mod calls;
mod closed_days;
mod figures;
mod repeats;
#[cfg(test)]
mod tests;
mod windows;

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Result;

use super::clock::{PassClock, PassTimes};
use super::progress::Progress;
use super::steps::{Steps, Stepwise};
use super::{PassOptions, RETRY_AFTER};
use crate::call::{Kind, Records, TimeFilter};
use crate::clock::HeardClock;
use crate::http::Answer;
use crate::moment::Window;
use crate::phone::Region;
use crate::provider::Provider;
use crate::reading::{Page, Scope};
use crate::store::Store;
use crate::store::advisors::ALL_NUMBERS;
use crate::store::runs::{Run, WriteContext};
pub use windows::incomplete;

/// Stores a page, while it keeps the permit.
pub type TakePage<'t> = dyn FnMut(Page<Answer<'_, Records>>) -> Result<()> + 't;

/// A system that is asked for the calls made in a window.
pub trait CallSource {
    const PROVIDER: Provider;

    /// The kind of its windows that lacked rows.
    fn kind() -> Kind;

    fn region(&self) -> Region;

    /// Requests sent so far, failed ones too.
    fn requests(&self) -> i64;

    /// The least time between two requests.
    fn interval(&self) -> Duration;

    /// The system's clock beside ours; None before its first good answer.
    fn clock(&self) -> Option<HeardClock>;

    /// Reads the calls of a window until it is whole, twice at most. `key`: what the date
    /// of last synchronisation is kept for, empty where one is for all. `take` stores each
    /// page before the next one is asked for. Gives the windows whose rows never all came,
    /// with how many are missing.
    fn read(&self, key: &str, window: Window, take: &mut TakePage) -> Result<Vec<(Window, i64)>>;
}

#[derive(Debug)]
pub struct WindowPass<'a, S> {
    pub store: &'a mut Store,
    pub source: &'a S,
    pub options: &'a PassOptions,
    pub run: &'a mut Run,
    pub clock: PassClock,
    pub progress: Progress,
    /// Whether the routing history of new and changed calls becomes due.
    pub wants_phases: bool,
    /// Ids of the calls that came and had not ended.
    pub unfinished: HashSet<String>,
    /// What the dates of last synchronisation are kept for.
    keys: Vec<String>,
    /// Those whose new calls are still to be read.
    keys_left: u64,
    /// What the windows of new calls were planned by.
    plan_times: PassTimes,
    /// Whether the notes of all calls that come are asked for again.
    rereads_notes: bool,
    steps: Steps,
}

impl<'a, S: CallSource> WindowPass<'a, S> {
    const PROVIDER: &'static str = S::PROVIDER.as_str();
    /// As people write it.
    const NAME: &'static str = S::PROVIDER.name();

    /// A pass with one date for all. Every window ends at the run's start, by this
    /// machine's clock and by the system's.
    pub fn new(
        store: &'a mut Store,
        source: &'a S,
        options: &'a PassOptions,
        run: &'a mut Run,
    ) -> Self {
        let started_at = run.started_at;
        Self {
            store,
            source,
            options,
            clock: PassClock::new(S::PROVIDER, TimeFilter::Call, options.zone, started_at),
            progress: Progress::new(),
            wants_phases: false,
            unfinished: HashSet::new(),
            keys: vec![ALL_NUMBERS.to_owned()],
            keys_left: 0,
            plan_times: PassTimes {
                now: started_at,
                end: started_at,
            },
            rereads_notes: false,
            steps: Steps::new(),
            run,
        }
    }

    /// Keeps a date for each of these.
    pub fn with_keys(mut self, keys: Vec<String>) -> Self {
        self.keys = keys;
        self
    }

    /// Reads the window that was given by hand, else what is new since the dates of last
    /// synchronisation and what earlier runs left unread.
    pub fn read_calls(&mut self) {
        match self.options.scope {
            Scope::Window(window) => {
                self.each_key(|pass, key| pass.read_slices(key, window));
            }
            Scope::SinceLastSync => self.read_since_last_sync(),
        }
    }

    /// Counts the figures and ends the pass. Of several failures the gravest is the result.
    pub fn finish(mut self) -> Result<()> {
        // A dry run keeps no calls that could be counted.
        if !self.store.is_dry_run() {
            self.step_without_asking(Self::count_figures);
        }
        self.run.requests = self.source.requests();
        self.steps.into_result()
    }

    /// Takes a step for each key. Gives whether all went well.
    fn each_key(&mut self, mut work: impl FnMut(&mut Self, &str) -> Result<()>) -> bool {
        let keys = self.keys.clone();
        self.keys_left = keys.len() as u64;
        self.each(keys, |pass, key| {
            pass.keys_left -= 1;
            let done = work(pass, &key);
            if done.is_err() && !key.is_empty() {
                log::warn!("the calls of {key} could not be read");
            }
            done
        })
    }

    /// Takes a step for each item, as long as the steps have not sent so many requests.
    pub fn each_within<T>(
        &mut self,
        requests: u64,
        items: Vec<T>,
        mut work: impl FnMut(&mut Self, T) -> Result<()>,
    ) {
        let before = self.source.requests();
        self.each(items, |pass, item| {
            let sent = (pass.source.requests() - before).unsigned_abs();
            if sent < requests {
                work(pass, item)
            } else {
                Ok(())
            }
        });
    }

    /// When a question must have failed to rest now.
    pub fn resting(&self) -> Window {
        let now = self.clock.times().now;
        Window {
            from: now - RETRY_AFTER,
            to: now,
        }
    }

    pub fn show_progress(&self) {
        self.progress
            .show(self.source.requests(), self.source.interval());
    }

    pub fn context(&self) -> WriteContext {
        WriteContext {
            provider: Self::PROVIDER,
            run_id: self.run.id,
            requests: self.source.requests(),
            now: self.clock.times().now,
            zone: self.options.zone,
            region: self.source.region(),
            accepts_moved_times: self.options.reads_window(),
            rereads_notes: self.rereads_notes,
            wants_phases: self.wants_phases,
        }
    }
}

impl<S: CallSource> Stepwise for WindowPass<'_, S> {
    fn steps(&mut self) -> &mut Steps {
        &mut self.steps
    }

    fn update_clock(&mut self) -> Result<()> {
        self.clock.update(self.source.clock(), self.store)
    }
}
