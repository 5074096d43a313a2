//! The periodic pass: the lock that one `sync` holds, a run's row for each system,
//! the configured systems in turn, and the unmatched calls tried again.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::callyzer::pass::{self, PassOptions};
use crate::callyzer::{self, Api};
use crate::exit::{self, Exit};
use crate::lock::LockFile;
use crate::moment;
use crate::reading::Scope;
use crate::store::Store;
use crate::store::matching::Waiting;
use crate::store::runs::{self, Counts, Run, RunStart};
use crate::{interrupt, terminal};

/// The lock file of the one `sync` at work, behind the database's name.
pub const LOCK: &str = "-sync";

/// Longer than another process needs to look at the lock.
const LOOK: Duration = Duration::from_millis(200);

/// What a `sync` is to do.
#[derive(Debug)]
pub struct SyncOptions<'a> {
    pub database: &'a Path,
    pub account: &'a str,
    pub pass: PassOptions,
    pub max_attempts: i64,
}

/// How a `sync` ended that did not fail.
#[derive(Debug)]
pub enum Outcome {
    /// Another one is at work, since this moment.
    Busy(String),
    Done(Summary),
}

#[derive(Debug)]
pub struct Summary {
    pub counts: Counts,
    /// Calls without a lead, after the run.
    pub unmatched: i64,
}

/// Makes the pass, unless another `sync` is at work.
pub fn run(options: &SyncOptions, callyzer: impl FnOnce() -> Result<Api>) -> Result<Outcome> {
    let mut store = Store::open(options.database)?;
    let lock = LockFile::open(options.database, LOCK)?;
    // Who only looks whether the lock is held holds it for a moment.
    if !(lock.try_take()? || interrupt::wait(LOOK) && lock.try_take()?) {
        return Ok(Outcome::Busy(lock.text()?));
    }
    lock.write_text(&moment::to_text(moment::now()))
        .context("could not write the lock file beside the database")?;
    Ok(Outcome::Done(make(&mut store, options, callyzer, true)?))
}

/// Makes the pass without keeping anything: asks and reports.
pub fn try_out(options: &SyncOptions, callyzer: impl FnOnce() -> Result<Api>) -> Result<Summary> {
    let mut store = Store::open_dry(options.database)?;
    make(&mut store, options, callyzer, false)
}

fn make(
    store: &mut Store,
    options: &SyncOptions,
    callyzer: impl FnOnce() -> Result<Api>,
    is_only_sync: bool,
) -> Result<Summary> {
    let start = RunStart {
        command: match options.pass.scope {
            Scope::SinceLastSync => runs::SYNC,
            Scope::Window(_) => runs::SYNC_WINDOW,
        },
        provider: Some(callyzer::PROVIDER),
        account: options.account,
        is_only_sync,
        ..RunStart::default()
    };
    let api = callyzer()?;
    store.record_run(start, |store, run| {
        log::info!("sync begins: run {}", run.id);
        log::debug!("database {}", options.database.display());
        terminal::start_progress();
        let result = ask_and_match(store, options, &api, run);
        terminal::end_progress();
        result?;
        log::info!("sync ends: run {}, {} requests", run.id, run.requests);
        Ok(Summary {
            counts: store.run_counts(run.id)?,
            unmatched: store.unmatched_count()?,
        })
    })
}

/// Asks the systems in turn. The retries of unmatched calls count in the last
/// system's row, and complete it. A power cut before that may take back pages, but
/// with the dates that came after them, and the run, so that it is made again.
fn ask_and_match(
    store: &mut Store,
    options: &SyncOptions,
    callyzer: &Api,
    run: &mut Run,
) -> Result<()> {
    let last_call_id = store.last_call_id()?;
    store.sync_at_the_end()?;
    let asked = pass::pass(store, callyzer, &options.pass, run);
    store.sync_each_commit()?;
    if matches!(options.pass.scope, Scope::Window(_)) || ends_the_run(&asked) {
        asked?;
        return store.finish_run(run, None);
    }
    let waiting = Waiting {
        until: last_call_id,
        below: options.max_attempts,
    };
    let retried = store.retry_unmatched(waiting, run, asked.as_ref().err());
    if let Ok(retried) = &retried {
        log::info!(
            "unmatched calls: {} tried again, {} assigned",
            retried.tried,
            retried.assigned
        );
    }
    exit::gravest(asked, retried.map(drop))
}

/// Whether the unmatched calls are not tried: a signal came, the token is refused,
/// the database fails.
fn ends_the_run(asked: &Result<()>) -> bool {
    let Err(error) = asked else {
        return false;
    };
    interrupt::requested() || matches!(exit::of(error), Exit::Denied | Exit::Database)
}
