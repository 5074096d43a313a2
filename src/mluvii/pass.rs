//! mluvii's part of a `sync`: a pass over windows of sessions, those read by their ids that
//! had not ended, and phases from the routing history.

mod phases;
mod unfinished;

use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;

use super::Api;
use crate::call::Kind;
use crate::clock::HeardClock;
use crate::moment::Window;
use crate::pass::PassOptions;
use crate::pass::steps::Stepwise;
use crate::pass::window_pass::{CallSource, TakePage, WindowPass, incomplete};
use crate::phone::Region;
use crate::provider::Provider;
use crate::reading;
use crate::store::Store;
use crate::store::runs::Run;

/// How far a window goes back before the date: notes, ends and recordings come late.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);

#[derive(Clone, Copy, Debug)]
pub struct MluviiOptions {
    pub pass: PassOptions,
    /// Sessions whose routing history is read in one run; None: it is not wanted.
    pub phases_a_run: Option<u64>,
}

/// Makes the pass. A step that fails does not stop the other steps.
pub fn pass(store: &mut Store, api: &Api, options: &MluviiOptions, run: &mut Run) -> Result<()> {
    let mut pass = WindowPass::new(store, api, &options.pass, run);
    pass.wants_phases = options.phases_a_run.is_some();
    pass.read_calls();
    pass.step(WindowPass::read_unfinished);
    // A dry run keeps no calls that could have phases.
    if let Some(at_most) = options.phases_a_run
        && !pass.store.is_dry_run()
    {
        pass.step(|pass| pass.read_phases(at_most));
    }
    pass.finish()
}

impl CallSource for Api {
    const PROVIDER: Provider = Provider::Mluvii;

    fn kind() -> Kind {
        Kind::phone_call()
    }

    fn region(&self) -> Region {
        self.region()
    }

    fn requests(&self) -> i64 {
        self.http().requests()
    }

    fn interval(&self) -> Duration {
        self.http().interval()
    }

    fn clock(&self) -> Option<HeardClock> {
        self.http().clock()
    }

    fn read(&self, _: &str, window: Window, take: &mut TakePage) -> Result<Vec<(Window, i64)>> {
        let totals = reading::read_until_whole(|| self.history(window), take)?;
        Ok(incomplete(window, &totals))
    }
}
