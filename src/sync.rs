//! The periodic pass: the lock that one `sync` holds, the systems in turn, a run's row for
//! each, and the unmatched calls tried again.

pub mod end;
mod refusal;

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use anyhow::Result;

use crate::call::LeftOut;
use crate::exit::{self, Exit, failure};
use crate::lock::{self, LockFile};
use crate::moment;
use crate::provider::Provider;
use crate::reading::Scope;
use crate::settings::Settings;
use crate::store::Store;
use crate::store::matching::Waiting;
use crate::store::runs::{self, Counts, Run, RunStart};
use crate::systems::{self, PassRequest};
use crate::{interrupt, terminal};
use end::RunFailure;
pub use refusal::refuse;

/// Longer than another process needs to look at the lock.
const LOOK: Duration = Duration::from_millis(200);

/// What a `sync` is to do.
#[derive(Debug)]
pub struct SyncOptions<'a> {
    pub settings: &'a Settings,
    pub account: &'a str,
    pub scope: Scope,
    /// The systems to ask, in order.
    pub providers: Vec<Provider>,
}

/// How a `sync` ended.
#[derive(Debug)]
pub enum Outcome {
    /// Another one is at work, since this moment.
    Busy(String),
    Done(Summary),
}

#[derive(Debug)]
pub struct Summary {
    /// Whether several systems were to be read.
    pub is_of_several: bool,
    /// Those that were asked, in order.
    pub systems: Vec<SystemSummary>,
    /// Calls without a lead, after the run.
    pub unmatched: i64,
    /// The gravest failure of all systems. Its end is not in the log yet.
    pub failure: Option<RunFailure>,
}

#[derive(Debug)]
pub struct SystemSummary {
    pub provider: Provider,
    /// None: it was read.
    pub failure: Option<SystemFailure>,
    pub requests: i64,
    pub counts: Counts,
    /// How many rows came that are in no register.
    pub left_out: BTreeMap<LeftOut, i64>,
}

/// Why a system could not be read.
#[derive(Debug)]
pub struct SystemFailure {
    pub exit: Exit,
    pub message: String,
}

impl From<&anyhow::Error> for SystemFailure {
    fn from(error: &anyhow::Error) -> Self {
        Self {
            exit: exit::of(error),
            message: exit::message(error),
        }
    }
}

/// Makes the pass, unless another `sync` is at work.
pub fn run(options: &SyncOptions) -> Result<Outcome> {
    let database = &options.settings.database;
    let mut store = Store::open(database)?;
    let lock = LockFile::open(database, lock::OF_SYNC)?;
    match take(&lock).map_err(unusable)? {
        Some(since) => Ok(Outcome::Busy(since)),
        None => Ok(Outcome::Done(make(&mut store, options, true)?)),
    }
}

/// Takes the lock; if another `sync` holds it, gives since when.
fn take(lock: &LockFile) -> io::Result<Option<String>> {
    // Who only looks whether the lock is held holds it for a moment.
    if !(lock.try_take()? || interrupt::wait(LOOK) && lock.try_take()?) {
        return lock.text().map(Some);
    }
    lock.write_text(&moment::to_text(moment::now()))?;
    Ok(None)
}

fn unusable(error: io::Error) -> anyhow::Error {
    let reason = format!("could not use the lock file beside the database: {error}");
    failure(Exit::Database, reason)
}

/// Makes the pass without keeping anything: asks and reports.
pub fn try_out(options: &SyncOptions) -> Result<Summary> {
    let mut store = Store::open_dry(&options.settings.database)?;
    make(&mut store, options, false)
}

/// Asks the systems in turn. One that fails does not stop the next.
fn make(store: &mut Store, options: &SyncOptions, is_only_sync: bool) -> Result<Summary> {
    let mut sync = Sync {
        options,
        last_call_id: store.last_call_id()?,
        is_only_sync,
        may_retry: false,
    };
    let (mut systems, mut failure) = (Vec::new(), None);
    for provider in &options.providers {
        let (summary, failed) = sync.read(store, *provider);
        systems.push(summary);
        let ends = failed
            .as_ref()
            .is_some_and(|failed| ends_the_sync(store, &failed.error));
        failure = RunFailure::gravest(failure, failed);
        if ends {
            break;
        }
    }
    let unmatched = store.unmatched_count().unwrap_or_else(|error| {
        failure = RunFailure::gravest(failure.take(), Some(error.into()));
        0
    });
    Ok(Summary {
        is_of_several: options.providers.len() > 1,
        systems,
        unmatched,
        failure,
    })
}

struct Sync<'a> {
    options: &'a SyncOptions<'a>,
    /// The last call before this run.
    last_call_id: i64,
    is_only_sync: bool,
    /// Whether unmatched calls are tried again: not if every system is refused.
    may_retry: bool,
}

impl Sync<'_> {
    /// Reads a system, as a run with a row of its own.
    fn read(
        &mut self,
        store: &mut Store,
        provider: Provider,
    ) -> (SystemSummary, Option<RunFailure>) {
        let mut run_id = None;
        let start = RunStart {
            command: match self.options.scope {
                Scope::SinceLastSync => runs::SYNC,
                Scope::Window(_) => runs::SYNC_WINDOW,
            },
            provider: Some(provider.as_str()),
            account: self.options.account,
            max_attempts: Some(self.options.settings.max_attempts),
            is_only_sync: self.is_only_sync,
            ..RunStart::default()
        };
        let mut summary = SystemSummary {
            provider,
            failure: None,
            requests: 0,
            counts: Counts::default(),
            left_out: BTreeMap::new(),
        };
        let done = store.record_run(start, |store, run| {
            run_id = Some(run.id);
            let name = provider.name();
            log::info!("sync begins: run {}, {name}", run.id);
            log::debug!("database {}", self.options.settings.database.display());
            terminal::start_progress();
            let result = self.ask_and_match(store, provider, run);
            terminal::end_progress();
            for (what, rows) in &run.left_out {
                log::info!("left out: {rows} {what}");
            }
            summary.requests = run.requests;
            summary.left_out = run.left_out.clone();
            let counts = store.run_counts(run.id);
            exit::gravest(result, counts.map(|counts| summary.counts = counts))
        });
        summary.failure = done.as_ref().err().map(SystemFailure::from);
        if let (Ok(()), Some(run_id)) = (&done, run_id) {
            end::log_success(run_id, &summary);
        }
        let failure = done.err().map(|error| RunFailure { run_id, error });
        (summary, failure)
    }

    /// Asks a system. The retries of unmatched calls count in the last system's row, and
    /// complete it. A power cut before that may take back pages, but with the dates that
    /// came after them, and the run, so that it is made again.
    fn ask_and_match(
        &mut self,
        store: &mut Store,
        provider: Provider,
        run: &mut Run,
    ) -> Result<()> {
        store.sync_at_the_end()?;
        let request = PassRequest {
            settings: self.options.settings,
            scope: self.options.scope,
        };
        let asked = systems::pass(provider, request, store, run);
        store.sync_each_commit()?;
        self.may_retry |= run.has_read || !asked.as_ref().is_err_and(is_refused);
        let is_window = matches!(self.options.scope, Scope::Window(_));
        let is_last = self.options.providers.last() == Some(&provider);
        let ends = asked
            .as_ref()
            .is_err_and(|error| ends_the_sync(store, error));
        if is_window || ends || !is_last || !self.may_retry {
            asked?;
            return store.finish_run(run, None);
        }
        let waiting = Waiting {
            until: self.last_call_id,
            below: self.options.settings.max_attempts,
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
}

/// Whether nothing more is done: a signal came, or the database fails or is held by another
/// program.
fn ends_the_sync(store: &Store, error: &anyhow::Error) -> bool {
    interrupt::requested() || exit::is_of_sqlite(error) || store.has_lost_its_files()
}

/// Whether a system was not asked, or refused the token.
fn is_refused(error: &anyhow::Error) -> bool {
    matches!(exit::of(error), Exit::Denied | Exit::Settings)
}
