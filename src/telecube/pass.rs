//! TeleCube's part of a `sync`: calls read and stored, closed days read again, notes
//! fetched, figures counted.
//!
//! What must stay true: the system's date moves only when every page of the slice before
//! it is committed; no transaction is open during a wait for TeleCube or the pace; the
//! permit is held from a request until what it brought is committed. TeleCube has no
//! look-up by id, so no call is removed because an answer lacks it.

mod calls;
mod closed_days;
mod figures;
mod notes;

use anyhow::Result;

use super::{Api, PROVIDER};
use crate::call::TimeFilter;
use crate::pass::PassOptions;
use crate::pass::clock::{PassClock, PassTimes};
use crate::pass::progress::Progress;
use crate::pass::steps::{Steps, Stepwise};
use crate::provider::Provider;
use crate::reading::Scope;
use crate::store::Store;
use crate::store::runs::{Run, WriteContext};

#[derive(Clone, Copy, Debug)]
pub struct TelecubeOptions {
    pub pass: PassOptions,
    /// Requests for notes in one run.
    pub notes_a_run: u64,
}

/// Makes the pass. Every window ends at the run's start, by this machine's clock and by
/// TeleCube's. A step that fails does not stop the other steps; of several failures the
/// gravest is the result.
pub fn pass(store: &mut Store, api: &Api, options: &TelecubeOptions, run: &mut Run) -> Result<()> {
    let started_at = run.started_at;
    let zone = options.pass.zone;
    let mut pass = Pass {
        store,
        api,
        options: &options.pass,
        notes_a_run: options.notes_a_run,
        clock: PassClock::new(Provider::Telecube, TimeFilter::Call, zone, started_at),
        plan_times: PassTimes {
            now: started_at,
            end: started_at,
        },
        run,
        rereads_notes: false,
        progress: Progress::new(),
        steps: Steps::new(),
    };
    pass.run();
    pass.run.requests = api.requests();
    pass.steps.into_result()
}

#[derive(Debug)]
struct Pass<'a> {
    store: &'a mut Store,
    api: &'a Api,
    options: &'a PassOptions,
    notes_a_run: u64,
    run: &'a mut Run,
    clock: PassClock,
    /// What the window of new calls was planned by.
    plan_times: PassTimes,
    /// Whether the notes of all calls that come are asked for again.
    rereads_notes: bool,
    progress: Progress,
    steps: Steps,
}

impl Pass<'_> {
    fn run(&mut self) {
        match self.options.scope {
            Scope::Window(window) => self.step(|pass| pass.read_slices(window)),
            Scope::SinceLastSync => self.read_since_last_sync(),
        }
        // A dry run keeps no calls that could have notes or be counted.
        if self.store.is_dry_run() {
            return;
        }
        self.step(Self::read_notes);
        self.step_without_asking(Self::count_figures);
    }

    fn show_progress(&self) {
        self.progress.show(self.api.requests(), self.api.interval());
    }

    fn context(&self) -> WriteContext {
        WriteContext {
            provider: PROVIDER,
            run_id: self.run.id,
            requests: self.api.requests(),
            now: self.clock.times().now,
            zone: self.options.zone,
            accepts_moved_times: self.options.reads_window(),
            rereads_notes: self.rereads_notes,
            wants_phases: false,
        }
    }
}

impl Stepwise for Pass<'_> {
    fn steps(&mut self) -> &mut Steps {
        &mut self.steps
    }

    fn update_clock(&mut self) -> Result<()> {
        self.clock.update(self.api.clock(), self.store)
    }
}
