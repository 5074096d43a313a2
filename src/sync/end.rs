//! The end of each run in the log: one record with the run's number, its exit code, and what
//! it did or why it failed.

use anyhow::Error;

use super::SystemSummary;
use crate::exit;
use crate::text::counted;

/// The failure of a command, and of which of its runs.
#[derive(Debug)]
pub struct RunFailure {
    /// None if there is no row of it.
    pub run_id: Option<i64>,
    pub error: Error,
}

impl From<Error> for RunFailure {
    fn from(error: Error) -> Self {
        Self {
            run_id: None,
            error,
        }
    }
}

impl RunFailure {
    /// The graver one of two failures, else the earlier one. The other one's end is logged.
    pub(super) fn gravest(earlier: Option<Self>, later: Option<Self>) -> Option<Self> {
        let (earlier, later) = match (earlier, later) {
            (Some(earlier), Some(later)) => (earlier, later),
            (one, other) => return one.or(other),
        };
        let (kept, other) = if exit::is_graver(&later.error, &earlier.error) {
            (later, earlier)
        } else {
            (earlier, later)
        };
        other.log();
        Some(kept)
    }

    /// Logs the end of a `sync` that failed: what happened, and what to do.
    pub fn log(&self) {
        let run = self
            .run_id
            .map_or(String::new(), |id| format!("run {id}, "));
        let (code, message) = (exit::of(&self.error) as u8, exit::message(&self.error));
        log::error!("sync ends: {run}exit {code}: {message}");
    }
}

/// Logs the end of a system's run that succeeded.
pub(super) fn log_success(run_id: i64, system: &SystemSummary) {
    let counts = &system.counts;
    log::info!(
        "sync ends: run {run_id}, exit 0, {}: {} ({} new, {} changed), {} assigned, {} unmatched, {} quarantined",
        counted(system.requests, "request"),
        counted(counts.read, "call"),
        counts.new,
        counts.changed,
        counts.assigned,
        counts.unmatched,
        counts.quarantined,
    );
}
