//! The rows of `sync_runs`: what each run did, kept true while it runs.

use anyhow::Result;
use rusqlite::{OptionalExtension, Transaction, params};

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
    pub assigned: i64,
    pub unmatched: i64,
    pub quarantined: i64,
}

/// Who started a run.
#[derive(Clone, Copy, Debug)]
pub struct Starter<'a> {
    pub command: &'a str,
    pub account: &'a str,
    pub as_login: Option<&'a str>,
}

/// Adds to a run's counts, in the transaction that stores what is counted.
pub fn add(tx: &Transaction, run_id: i64, counts: &Counts, requests: i64) -> Result<()> {
    let mut update = tx.prepare_cached(
        "UPDATE sync_runs SET
             calls_read = calls_read + ?2, calls_new = calls_new + ?3,
             calls_changed = calls_changed + ?4, calls_assigned = calls_assigned + ?5,
             calls_unmatched = calls_unmatched + ?6, quarantined = quarantined + ?7,
             requests = max(requests, ?8)
         WHERE id = ?1",
    )?;
    update.execute(params![
        run_id,
        counts.read,
        counts.new,
        counts.changed,
        counts.assigned,
        counts.unmatched,
        counts.quarantined,
        requests
    ])?;
    Ok(())
}

impl Store {
    /// Begins a run's row and gives its id.
    pub fn begin_run(&mut self, starter: Starter, now: Moment) -> Result<i64> {
        let tx = self.transaction()?;
        tx.execute(
            "INSERT INTO sync_runs (command, started_at, outcome, account, as_login)
             VALUES (?1, ?2, 'running', ?3, ?4)",
            params![
                starter.command,
                moment::to_text(now),
                starter.account,
                starter.as_login
            ],
        )?;
        let id = tx.last_insert_rowid();
        tx.commit()?;
        Ok(id)
    }

    /// Completes a run's row by its result. `notes`: what a person should know of it, also if it succeeded.
    pub fn finish_run<T>(
        &mut self,
        id: i64,
        result: &Result<T>,
        notes: &[String],
        requests: i64,
        now: Moment,
    ) -> Result<()> {
        let exit = result.as_ref().err().map_or(Exit::Done, exit::of);
        let failure = result.as_ref().err().map(|error| format!("{error:#}"));
        let error: Vec<_> = failure.into_iter().chain(notes.iter().cloned()).collect();
        let error = (!error.is_empty()).then(|| error.join("; "));
        let tx = self.transaction()?;
        tx.execute(
            "UPDATE sync_runs SET finished_at = ?2, outcome = iif(?3 = 0, 'ok', 'failed'),
                 exit_code = ?3, error = ?4, requests = ?5
             WHERE id = ?1",
            params![id, moment::to_text(now), exit as u8, error, requests],
        )?;
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
        let sql = "SELECT calls_read, calls_new, calls_changed, calls_assigned, calls_unmatched, quarantined
                   FROM sync_runs WHERE id = ?1";
        Ok(self.connection.query_row(sql, [id], |row| {
            Ok(Counts {
                read: row.get(0)?,
                new: row.get(1)?,
                changed: row.get(2)?,
                assigned: row.get(3)?,
                unmatched: row.get(4)?,
                quarantined: row.get(5)?,
            })
        })?)
    }

    /// When the last successful periodic pass began that began before `moment`.
    pub fn last_success_before(&self, moment: Moment) -> Result<Option<Moment>> {
        let sql = "SELECT max(started_at) FROM sync_runs
                   WHERE command = ?2 AND outcome = 'ok' AND started_at < ?1";
        let text: Option<Option<String>> = self
            .connection
            .query_row(sql, params![moment::to_text(moment), SYNC], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(text
            .flatten()
            .as_deref()
            .map(moment::from_text)
            .transpose()?)
    }
}
