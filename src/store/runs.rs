//! The rows of `sync_runs`. A command that may write has one, a `sync` one for
//! each system: it is there before the first request or write and says
//! `running`; the transaction of the last write completes it. A run that dies
//! leaves its row, which the next writing command marks `killed`; one whose end could not
//! be written leaves a note of it, by which the next writing command completes the row.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use anyhow::Result;
use chrono_tz::Tz;
use log::Level;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::Store;
use super::column::required_moment;
use crate::call::LeftOut;
use crate::exit::{self, Exit};
use crate::moment::{self, Moment};
use crate::phone::Region;
use crate::process;
use crate::reason::{self, Reason};

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

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.new += other.new;
        self.changed += other.changed;
        self.removed += other.removed;
        self.assigned += other.assigned;
        self.unmatched += other.unmatched;
        self.quarantined += other.quarantined;
    }
}

/// Who starts which run.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunStart<'a> {
    pub command: &'a str,
    /// None where no telephony system is asked.
    pub provider: Option<&'static str>,
    pub account: &'a str,
    pub as_login: Option<&'a str>,
    pub lead_id: Option<i64>,
    /// Attempts after which an unmatched call is exhausted, where the run counts them.
    pub max_attempts: Option<i64>,
    /// Whether it holds the lock that only one `sync` holds.
    pub is_only_sync: bool,
}

/// A run whose row says `running`.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: i64,
    pub started_at: Moment,
    /// Requests that it has sent.
    pub requests: i64,
    /// What a person should know of it, also if it succeeds.
    pub notes: Vec<Reason>,
    /// Whether a page of calls came.
    pub has_read: bool,
    /// How many rows came that are in no register.
    pub left_out: BTreeMap<LeftOut, i64>,
}

impl Run {
    /// Tells of something that a person should know, in the log and in the run's row.
    pub fn report(&mut self, note: impl Into<Reason>) {
        let note = note.into();
        log::warn!("{note}");
        self.notes.push(note);
    }

    /// Counts rows that came and are in no register.
    pub fn leave_out(&mut self, why: LeftOut, rows: i64) {
        if rows > 0 {
            *self.left_out.entry(why).or_default() += rows;
        }
    }
}

/// What a run says of itself when it writes calls and figures.
#[derive(Clone, Copy, Debug)]
pub struct WriteContext {
    pub provider: &'static str,
    pub run_id: i64,
    /// Requests that the run has sent so far.
    pub requests: i64,
    pub now: Moment,
    /// The zone of the account, in which days begin.
    pub zone: Tz,
    /// The country of numbers without a country code.
    pub region: Region,
    /// Whether the calls of a page may all move in time, as after a change of the zone.
    pub accepts_moved_times: bool,
    /// Whether the notes of all calls are asked for again, as after a closed day.
    pub rereads_notes: bool,
    /// Whether the routing history of new and changed calls becomes due.
    pub wants_phases: bool,
}

impl Store {
    /// Begins a row, and marks the rows of processes that are gone.
    pub(super) fn begin_run(&mut self, start: RunStart, started_at: Moment) -> Result<Run> {
        if let Some(dry_run) = &mut self.dry_run {
            dry_run.begin_run();
        }
        let tx = self.transaction()?;
        mark_killed(&tx, start)?;
        if let Some(max_attempts) = start.max_attempts {
            keep_max_attempts(&tx, max_attempts)?;
        }
        tx.execute(
            "INSERT INTO sync_runs (command, provider, started_at, outcome, account, as_login,
                 lead_id, process)
             VALUES (?1, ?2, ?3, 'running', ?4, ?5, ?6, ?7)",
            params![
                start.command,
                start.provider,
                moment::to_text(started_at),
                start.account,
                start.as_login,
                start.lead_id,
                process::own(),
            ],
        )?;
        let id = tx.last_insert_rowid();
        tx.commit()?;
        Ok(Run {
            id,
            started_at,
            requests: 0,
            notes: Vec::new(),
            has_read: false,
            left_out: BTreeMap::new(),
        })
    }

    /// Completes a run's row where there is nothing more to write.
    pub fn finish_run(&mut self, run: &Run, failure: Option<&anyhow::Error>) -> Result<()> {
        let tx = self.transaction()?;
        finish(&tx, run, failure)?;
        tx.commit()
    }

    pub fn run_counts(&self, id: i64) -> Result<Counts> {
        if let Some(dry_run) = &self.dry_run {
            return Ok(dry_run.counts);
        }
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

    /// The start of the first periodic pass that read calls, or had none to read.
    pub fn first_reading(&self, provider: &str) -> Result<Option<Moment>> {
        let sql = "SELECT started_at FROM sync_runs
                   WHERE outcome = ?1 AND command = ?2 AND provider = ?3
                     AND (?1 = 'ok' OR calls_read > 0) ORDER BY id LIMIT 1";
        let first = |outcome| {
            let values = [outcome, SYNC, provider];
            let first = self
                .connection
                .query_row(sql, values, |row| required_moment(row, 0));
            first.optional()
        };
        Ok(first("ok")?.into_iter().chain(first("failed")?).min())
    }

    /// The start of the last successful periodic pass that began before `moment`.
    pub fn last_success_before(&self, provider: &str, moment: Moment) -> Result<Option<Moment>> {
        let sql = "SELECT started_at FROM sync_runs
                   WHERE command = ?2 AND provider = ?3 AND outcome = 'ok' AND started_at < ?1
                   ORDER BY id DESC LIMIT 1";
        let values = params![moment::to_text(moment), SYNC, provider];
        let last = self
            .connection
            .query_row(sql, values, |row| required_moment(row, 0));
        Ok(last.optional()?)
    }
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

/// Completes a run's row, in the transaction of its last write. Overwrites what
/// another process took it for.
pub fn finish(tx: &Transaction, run: &Run, failure: Option<&anyhow::Error>) -> Result<()> {
    let exit = failure.map_or(Exit::Done, exit::of);
    tx.execute(
        "UPDATE sync_runs SET finished_at = ?2, outcome = iif(?3 = 0, 'ok', 'failed'),
             exit_code = ?3, error = ?4, requests = max(requests, ?5), process = NULL
         WHERE id = ?1",
        params![
            run.id,
            moment::to_text(moment::now()),
            exit as u8,
            error_text(run, failure),
            run.requests
        ],
    )?;
    Ok(())
}

/// What a run's row says: why it failed, and its notes.
pub(super) fn error_text(run: &Run, failure: Option<&anyhow::Error>) -> Option<String> {
    let failure = failure.map(exit::text);
    let notes = run.notes.iter().map(Reason::to_string);
    let texts: Vec<_> = failure.into_iter().chain(notes).collect();
    (!texts.is_empty()).then(|| texts.join(reason::JOINT))
}

/// Keeps the settings' maximum, for those who ask the file alone.
fn keep_max_attempts(tx: &Transaction, max_attempts: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO counters (name, value) VALUES ('max_attempts', ?1)
               ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value";
    tx.execute(sql, [max_attempts]).map(drop)
}

/// Marks the rows that say `running` and whose processes are gone.
fn mark_killed(tx: &Transaction, start: RunStart) -> Result<()> {
    let is_sync = |command: &str| command == SYNC || command == SYNC_WINDOW;
    for run in running(tx)? {
        if start.is_only_sync && is_sync(&run.command) || run.is_gone() {
            // Only a sync's log is read by somebody who would miss it.
            let level = if start.is_only_sync {
                Level::Warn
            } else {
                Level::Debug
            };
            log::log!(level, "the last {} was killed: run {}", run.command, run.id);
            tx.execute(
                "UPDATE sync_runs SET outcome = 'killed', process = NULL WHERE id = ?1",
                [run.id],
            )?;
        }
    }
    Ok(())
}

/// A row that says `running`.
pub(super) struct RunningRow {
    pub id: i64,
    pub command: String,
    process: Option<String>,
}

impl RunningRow {
    /// Whether its process has ended.
    pub fn is_gone(&self) -> bool {
        self.process.as_deref().is_none_or(process::is_gone)
    }
}

/// The oldest first.
pub(super) fn running(connection: &Connection) -> Result<Vec<RunningRow>> {
    let mut query = connection.prepare_cached(
        "SELECT id, command, process FROM sync_runs WHERE outcome = 'running' ORDER BY id",
    )?;
    let rows = query.query_map([], |row| {
        Ok(RunningRow {
            id: row.get(0)?,
            command: row.get(1)?,
            process: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
