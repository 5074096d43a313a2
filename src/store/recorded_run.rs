//! A run from its begin to its end, however it ends: its row is completed, or what the row
//! should say is kept.

use std::time::Duration;

use anyhow::Result;

use super::Store;
use super::runs::{Run, RunStart};
use super::unwritten_end::UnwrittenEnd;
use crate::exit::{self, Exit};
use crate::interrupt;
use crate::moment::{self, Moment};
use crate::provider::{self, Fault};
use crate::reason::Cause;

impl Store {
    /// Does `work` as a run with a row of its own. `work` completes the row with
    /// its last write, by [`super::runs::finish`] or [`Store::finish_run`]; if it fails, the row
    /// is completed here. From here on a signal waits for the work in hand.
    pub fn record_run<T>(
        &mut self,
        start: RunStart,
        work: impl FnOnce(&mut Self, &mut Run) -> Result<T>,
    ) -> Result<T> {
        interrupt::finish_work_in_hand();
        let started_at = moment::now();
        let mut run = match self.begin(start, started_at) {
            Ok(run) => run,
            Err(failure) => {
                let failure = with_cause(failure, start.provider);
                self.keep_end(&UnwrittenEnd::without_row(&start, started_at, &failure));
                return Err(failure);
            }
        };
        let done = work(self, &mut run).and_then(|done| {
            self.check_placement()?;
            Ok(done)
        });
        done.map_err(|failure| self.finish_failed(&start, &run, failure))
    }

    /// Records a run that failed before it could ask or write anything. Gives its number.
    pub fn record_failure(&mut self, start: RunStart, failure: &anyhow::Error) -> Result<i64> {
        interrupt::finish_work_in_hand();
        let run = self.begin(start, moment::now())?;
        self.finish_run(&run, Some(failure))?;
        Ok(run.id)
    }

    fn begin(&mut self, start: RunStart, started_at: Moment) -> Result<Run> {
        self.write_kept_ends()?;
        self.begin_run(start, started_at)
    }

    /// Completes the row of a run that failed, also after a signal, and gives the failure.
    fn finish_failed(
        &mut self,
        start: &RunStart,
        run: &Run,
        failure: anyhow::Error,
    ) -> anyhow::Error {
        let failure = with_cause(failure, start.provider);
        if self.path().is_none() || self.has_lost_its_files() {
            return failure;
        }
        match self.try_to_finish(run, &failure) {
            Ok(()) => failure,
            Err(error) => {
                let failure = exit::graver(failure, error);
                self.keep_end(&UnwrittenEnd::of(start, run, &failure));
                failure
            }
        }
    }

    /// Waits for no other program if the run has waited for it long enough.
    fn try_to_finish(&mut self, run: &Run, failure: &anyhow::Error) -> Result<()> {
        if exit::is_of_sqlite(failure) && exit::of(failure) == Exit::TryAgain {
            self.connection.busy_timeout(Duration::ZERO)?;
        }
        self.let_statements_end()?;
        let done = self.finish_run(run, Some(failure));
        self.let_signals_end_statements()?;
        done
    }
}

/// The failure, where SQLite does not know its cause: a signal ended a statement or the wait
/// for another program, or a file may become no larger.
fn with_cause(failure: anyhow::Error, provider: Option<&'static str>) -> anyhow::Error {
    match exit::of(&failure) {
        _ if !exit::is_of_sqlite(&failure) => failure,
        Exit::TryAgain if interrupt::requested() => match provider {
            Some(system) => {
                let fault = Fault::Interrupted;
                provider::Error::new(system, fault).into()
            }
            None => exit::failure(Exit::TryAgain, Cause::Interrupted.of(&[])),
        },
        Exit::Database if interrupt::hit_size_limit() => failure.context(exit::SizeLimit),
        _ => failure,
    }
}
