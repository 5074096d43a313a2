//! The rows of `sync_runs`: what each run did, kept true while it runs.

use anyhow::Result;
use rusqlite::{Transaction, params};

use super::Store;
use crate::exit::{self, Exit};
use crate::moment::{self, Moment};

/// The periodic pass, as `sync_runs` names it.
pub const SYNC: &str = "sync";
/// A manual reading of a window.
pub const SYNC_WINDOW: &str = "sync --since";

/// What a run did with calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: i64,
    pub new: i64,
    pub changed: i64,
    pub removed: i64,
    pub assigned: i64,
    pub unmatched: i64,
    pub quarantined: i64,
}

/// Who started which run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Starter<'a> {
    pub command: &'a str,
    pub account: &'a str,
    pub as_login: Option<&'a str>,
    pub lead_id: Option<i64>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ending<'a> {
    pub failure: Option<&'a anyhow::Error>,
    /// What a person should know of it, also if it succeeded.
    pub notes: &'a [String],
    pub requests: i64,
}

/// Begins a run's row and gives its id.
pub fn begin(tx: &Transaction, starter: Starter, now: Moment) -> Result<i64> {
    tx.execute(
        "INSERT INTO sync_runs (command, started_at, outcome, account, as_login, lead_id)
         VALUES (?1, ?2, 'running', ?3, ?4, ?5)",
        params![
            starter.command,
            moment::to_text(now),
            starter.account,
            starter.as_login,
            starter.lead_id
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

/// Adds to a run's counts, in the transaction that stores what is counted.
pub fn add(tx: &Transaction, run_id: i64, counts: &Counts, requests: i64) -> Result<()> {
    let mut update = tx.prepare_cached(
        "UPDATE sync_runs SET
             calls_read = calls_read + ?2, calls_new = calls_new + ?3,
             calls_changed = calls_changed + ?4, calls_removed = calls_removed + ?5,
             calls_assigned = calls_assigned + ?6, calls_unmatched = calls_unmatched + ?7,
             quarantined = quarantined + ?8, requests = max(requests, ?9)
         WHERE id = ?1",
    )?;
    update.execute(params![
        run_id,
        counts.read,
        counts.new,
        counts.changed,
        counts.removed,
        counts.assigned,
        counts.unmatched,
        counts.quarantined,
        requests
    ])?;
    Ok(())
}

/// Completes a run's row.
pub fn finish(tx: &Transaction, run_id: i64, ending: Ending, now: Moment) -> Result<()> {
    let exit = ending.failure.map_or(Exit::Done, exit::of);
    let failure = ending.failure.map(|error| format!("{error:#}"));
    let error: Vec<_> = failure
        .into_iter()
        .chain(ending.notes.iter().cloned())
        .collect();
    let error = (!error.is_empty()).then(|| error.join("; "));
    tx.execute(
        "UPDATE sync_runs SET finished_at = ?2, outcome = iif(?3 = 0, 'ok', 'failed'),
             exit_code = ?3, error = ?4, requests = max(requests, ?5)
         WHERE id = ?1",
        params![
            run_id,
            moment::to_text(now),
            exit as u8,
            error,
            ending.requests
        ],
    )?;
    Ok(())
}

impl Store {
    pub fn begin_run(&mut self, starter: Starter, now: Moment) -> Result<i64> {
        let tx = self.transaction()?;
        let run_id = begin(&tx, starter, now)?;
        tx.commit()?;
        Ok(run_id)
    }

    pub fn finish_run(&mut self, run_id: i64, ending: Ending, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        finish(&tx, run_id, ending, now)?;
        Ok(tx.commit()?)
    }

    /// Does `work` between the beginning and the end of a run's row.
    pub fn record_run<T>(
        &mut self,
        starter: Starter,
        work: impl FnOnce(&mut Self, i64, Moment) -> Result<T>,
    ) -> Result<T> {
        let now = moment::now();
        let run_id = self.begin_run(starter, now)?;
        let result = work(self, run_id, now);
        let ending = Ending {
            failure: result.as_ref().err(),
            ..Ending::default()
        };
        let finished = self.finish_run(run_id, ending, moment::now());
        let result = result?;
        finished?;
        Ok(result)
    }

    /// A run that failed before it wrote anything.
    pub fn record_failure(&mut self, starter: Starter, ending: Ending, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        let run_id = begin(&tx, starter, now)?;
        finish(&tx, run_id, ending, moment::now())?;
        Ok(tx.commit()?)
    }

    /// Passes that are still said to be running were killed. Only for the holder
    /// of the lock that a pass holds.
    pub fn mark_killed(&mut self) -> Result<usize> {
        let tx = self.transaction()?;
        let killed = tx.execute(
            "UPDATE sync_runs SET outcome = 'killed' WHERE command IN (?1, ?2) AND outcome = 'running'",
            [SYNC, SYNC_WINDOW],
        )?;
        tx.commit()?;
        Ok(killed)
    }

    pub fn run_counts(&self, id: i64) -> Result<Counts> {
        let sql = "SELECT calls_read, calls_new, calls_changed, calls_removed, calls_assigned,
                          calls_unmatched, quarantined
                   FROM sync_runs WHERE id = ?1";
        Ok(self.connection.query_row(sql, [id], |row| {
            Ok(Counts {
                read: row.get(0)?,
                new: row.get(1)?,
                changed: row.get(2)?,
                removed: row.get(3)?,
                assigned: row.get(4)?,
                unmatched: row.get(5)?,
                quarantined: row.get(6)?,
            })
        })?)
    }

    /// When the last successful periodic pass began that began before `moment`.
    pub fn last_success_before(&self, moment: Moment) -> Result<Option<Moment>> {
        let sql = "SELECT max(started_at) FROM sync_runs
                   WHERE command = ?2 AND outcome = 'ok' AND started_at < ?1";
        let values = params![moment::to_text(moment), SYNC];
        let text: Option<String> = self.connection.query_row(sql, values, |row| row.get(0))?;
        Ok(text.as_deref().map(moment::from_text).transpose()?)
    }
}
