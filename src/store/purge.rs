//! Removes what is older than a day, for good: calls with all that belongs to them, records in
//! quarantine, runs, and what the file noted of those days. Figures stay.
//!
//! Calls go in pieces, each a transaction of its own, so that no `sync` waits for long. The
//! first one sets the day before which nothing is stored any more. A purge that was killed
//! is completed by the next one.

mod old_rows;

use std::time::Duration;

use anyhow::Result;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rusqlite::{Connection, Transaction, params};

use super::clean::mark_remains;
use super::column::optional_day;
use super::removal::Removal;
use super::runs::{self, Counts, Run};
use super::{BUSY_LOOK, Store, json_array};
use crate::exit::{Exit, failure};
use crate::interrupt;
use crate::moment::{self, Window};
use crate::reason::Cause;
use crate::text;

/// Calls of one transaction: about a second's work. Fewer would write the pages of the indexes
/// more often.
const CALLS_A_PIECE: i64 = 20_000;

/// Between two pieces, so that who waits for a transaction gets its turn.
const PAUSE: Duration = BUSY_LOOK.saturating_mul(3);

/// How much is older than the day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub calls: i64,
    pub notes: i64,
    pub phases: i64,
    /// Names of the recordings that were fetched: the files stay in their folders.
    pub files: Vec<String>,
    pub quarantined: i64,
    pub runs: i64,
    pub campaign_results: i64,
    /// Requests for campaigns that lose their numbers.
    pub campaigns: i64,
    pub unfinished_calls: i64,
    pub differences: i64,
    pub reread_days: i64,
    pub incomplete_windows: i64,
}

/// What is removed: everything before a day.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    pub day: NaiveDate,
    /// The account's, in which days begin.
    pub zone: Tz,
}

impl Before {
    /// When the day begins, as stored.
    fn moment(self) -> String {
        moment::to_text(Window::of_day(self.day, self.zone).from)
    }
}

impl Store {
    /// Until which day a purge goes: an earlier one than the last purge's would leave what
    /// that one did not get to.
    pub fn purge_day(&self, day: NaiveDate) -> Result<NaiveDate> {
        let sql = "SELECT purged_before FROM forgetting";
        let last = self
            .connection
            .query_row(sql, [], |row| optional_day(row, 0))?;
        Ok(last.map_or(day, |last| last.max(day)))
    }

    /// What [`Self::purge`] would remove.
    pub fn count_before(&self, before: Before) -> Result<Purged> {
        let _snapshot = self.connection.unchecked_transaction()?;
        let count = |sql: &str| -> Result<i64> {
            let mut query = self.connection.prepare_cached(sql)?;
            Ok(query.query_row([before.moment()], |row| row.get(0))?)
        };
        let mut purged = old_rows::count(&self.connection, before)?;
        purged.calls = count("SELECT count(*) FROM calls WHERE started_at < ?1")?;
        purged.notes = count(
            "SELECT count(*) FROM calls c CROSS JOIN call_notes n ON n.call_id = c.id
             WHERE c.started_at < ?1",
        )?;
        purged.phases = count(
            "SELECT count(*) FROM calls c CROSS JOIN call_phases p ON p.call_id = c.id
             WHERE c.started_at < ?1",
        )?;
        let mut files = self.connection.prepare_cached(
            "SELECT r.file FROM calls c CROSS JOIN recordings r ON r.call_id = c.id
             WHERE c.started_at < ?1 AND r.file IS NOT NULL",
        )?;
        let files = files.query_map([before.moment()], |row| row.get(0))?;
        purged.files = files.collect::<rusqlite::Result<_>>()?;
        Ok(purged)
    }

    /// Removes everything before a day. What was committed before a failure stays removed,
    /// and is counted in `purged`; None: nothing was.
    pub fn purge(&mut self, before: Before, run: &Run, purged: &mut Option<Purged>) -> Result<()> {
        let purged = purged.insert(self.begin_purge(before)?);
        loop {
            if !interrupt::wait(PAUSE) {
                return Err(failure(Exit::TryAgain, Cause::Interrupted.of(&[])));
            }
            let tx = self.transaction()?;
            let piece = Piece::remove(&tx, before)?;
            let counts = Counts {
                removed: piece.calls,
                ..Counts::default()
            };
            runs::add(&tx, run.id, &counts, 0)?;
            tx.commit()?;
            if piece.calls == 0 {
                return Ok(());
            }
            log::debug!("removed {}", text::counted(piece.calls, "call"));
            purged.calls += piece.calls;
            purged.notes += piece.notes;
            purged.phases += piece.phases;
            purged.files.extend(piece.files);
        }
    }

    /// Has nothing stored any more from before the day, and removes all but the calls.
    fn begin_purge(&mut self, before: Before) -> Result<Purged> {
        let tx = self.transaction()?;
        mark_remains(&tx)?;
        let sql = "UPDATE forgetting SET purged_before = max(ifnull(purged_before, ''), ?1)";
        tx.execute(sql, [before.day.to_string()])?;
        let purged = old_rows::remove(&tx, before)?;
        tx.commit()?;
        Ok(purged)
    }
}

/// Calls that were removed in one transaction.
#[derive(Debug)]
struct Piece {
    calls: i64,
    notes: i64,
    phases: i64,
    files: Vec<String>,
}

impl Piece {
    fn remove(tx: &Transaction, before: Before) -> Result<Self> {
        let ids = oldest_calls(tx, before)?;
        let mut piece = Self::beside(tx, &json_array(&ids)?)?;
        let mut removal = Removal::new(tx, before.zone)?;
        for id in ids {
            removal.remove(id)?;
        }
        piece.calls = removal.finish()?;
        Ok(piece)
    }

    /// What belongs to calls, whose ids are a JSON array.
    fn beside(tx: &Transaction, ids: &str) -> Result<Self> {
        let count = |sql: &str| tx.prepare_cached(sql)?.query_row([ids], |row| row.get(0));
        let mut files = tx.prepare_cached(
            "SELECT file FROM recordings
             WHERE call_id IN (SELECT value FROM json_each(?1)) AND file IS NOT NULL",
        )?;
        let files = files.query_map([ids], |row| row.get(0))?;
        Ok(Self {
            calls: 0,
            notes: count(
                "SELECT count(*) FROM call_notes
                 WHERE call_id IN (SELECT value FROM json_each(?1))",
            )?,
            phases: count(
                "SELECT count(*) FROM call_phases
                 WHERE call_id IN (SELECT value FROM json_each(?1))",
            )?,
            files: files.collect::<rusqlite::Result<_>>()?,
        })
    }
}

fn oldest_calls(connection: &Connection, before: Before) -> Result<Vec<i64>> {
    let mut query = connection.prepare_cached(
        "SELECT id FROM calls WHERE started_at < ?1 ORDER BY started_at LIMIT ?2",
    )?;
    let values = params![before.moment(), CALLS_A_PIECE];
    let ids = query.query_map(values, |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}
