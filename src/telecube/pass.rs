//! TeleCube's part of a `sync`: a pass over windows, and the notes of the calls. TeleCube
//! has no look-up by id.

mod notes;

use std::time::Duration;

use anyhow::Result;

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

#[derive(Clone, Copy, Debug)]
pub struct TelecubeOptions {
    pub pass: PassOptions,
    /// Requests for notes in one run.
    pub notes_a_run: u64,
}

/// Makes the pass. A step that fails does not stop the other steps.
pub fn pass(store: &mut Store, api: &Api, options: &TelecubeOptions, run: &mut Run) -> Result<()> {
    let mut pass = WindowPass::new(store, api, &options.pass, run);
    pass.read_calls();
    // A dry run keeps no calls that could have notes.
    if !pass.store.is_dry_run() {
        pass.step(|pass| pass.read_notes(options.notes_a_run));
    }
    pass.finish()
}

impl CallSource for Api {
    const PROVIDER: Provider = Provider::Telecube;

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
