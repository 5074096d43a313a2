//! What `status` asks of the file. Nothing here writes.

use anyhow::Result;
use rusqlite::{OptionalExtension, Row};

use super::Store;
use super::register::{optional_moment, required_moment};
use super::runs::SYNC;
use crate::call::PROVIDER;
use crate::moment::{self, Moment};

/// The most that is listed of what there may be much of.
const LISTED: i64 = 5;

/// A periodic pass that is said to be running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningPass {
    pub id: i64,
    pub started_at: Moment,
}

#[derive(Clone, Debug)]
pub struct FailedPass {
    pub at: Moment,
    /// None: it was killed.
    pub error: Option<String>,
}

/// How the periodic passes ended.
#[derive(Clone, Debug)]
pub struct Passes {
    /// The last one, if it is said to be running.
    pub running: Option<RunningPass>,
    pub last_success: Option<Moment>,
    pub last_failure: Option<FailedPass>,
    /// Whether the last one that ended failed.
    pub last_failed: bool,
}

#[derive(Clone, Debug)]
pub struct AdvisorDate {
    pub login: String,
    /// None: a number was never synchronised.
    pub last_synced_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
pub struct UnmatchedCounts {
    pub waiting: i64,
    pub exhausted: i64,
}

#[derive(Clone, Debug)]
pub struct QuarantinedRecord {
    pub first_seen_at: Moment,
    pub record: String,
}

/// What lies in quarantine.
#[derive(Clone, Debug)]
pub struct Quarantine {
    /// Reasons, and how many records have each, the most first.
    pub reasons: Vec<(String, i64)>,
    /// The newest records, the newest first.
    pub newest: Vec<QuarantinedRecord>,
    /// How many came since the moment that was asked for.
    pub recent: i64,
}

/// Windows whose rows never reached Callyzer's total.
#[derive(Clone, Copy, Debug)]
pub struct Doubts {
    pub windows: i64,
    /// How many of them reach past the moment that was asked for.
    pub recent: i64,
    pub missing_rows: i64,
}

#[derive(Clone, Debug)]
pub struct SilentPhone {
    pub login: String,
    pub number: String,
    pub last_contact_at: Option<Moment>,
    /// As `phones` has it: unknown, uninstalled, no_contact.
    pub reason: String,
}

impl Store {
    pub fn passes(&self) -> Result<Passes> {
        let last_success = "SELECT finished_at FROM sync_runs
             WHERE command = ?1 AND outcome = 'ok' ORDER BY id DESC LIMIT 1";
        let last_failure = "SELECT ifnull(finished_at, started_at), error FROM sync_runs
             WHERE command = ?1 AND outcome IN ('failed', 'killed') ORDER BY id DESC LIMIT 1";
        let last_failed = "SELECT outcome <> 'ok' FROM sync_runs
             WHERE command = ?1 AND outcome <> 'running' ORDER BY id DESC LIMIT 1";
        Ok(Passes {
            running: self.running_pass()?,
            last_success: self.first(last_success, |row| required_moment(row, 0))?,
            last_failure: self.first(last_failure, |row| {
                Ok(FailedPass {
                    at: required_moment(row, 0)?,
                    error: row.get(1)?,
                })
            })?,
            last_failed: self.first(last_failed, |row| row.get(0))?.unwrap_or(false),
        })
    }

    /// The last periodic pass, if its row says that it is running: it may have died.
    pub fn running_pass(&self) -> Result<Option<RunningPass>> {
        let sql = "SELECT id, started_at, outcome FROM sync_runs
             WHERE command = ?1 ORDER BY id DESC LIMIT 1";
        let last = self.first(sql, |row| {
            let is_running = row.get::<_, String>(2)? == "running";
            let pass = RunningPass {
                id: row.get(0)?,
                started_at: required_moment(row, 1)?,
            };
            Ok(is_running.then_some(pass))
        })?;
        Ok(last.flatten())
    }

    /// The first row that a query about periodic passes gives.
    fn first<T>(
        &self,
        sql: &str,
        row: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.connection.query_row(sql, [SYNC], row).optional()?)
    }

    /// The active advisors who have numbers, those with the oldest data first.
    pub fn advisor_dates(&self) -> Result<Vec<AdvisorDate>> {
        let mut query = self.connection.prepare_cached(
            "SELECT login, last_synced_at FROM advisors AS a
             WHERE active AND EXISTS (SELECT 1 FROM advisor_numbers WHERE user_id = a.id)
             ORDER BY last_synced_at, login",
        )?;
        let rows = query.query_map([], |row| {
            Ok(AdvisorDate {
                login: row.get(0)?,
                last_synced_at: optional_moment(row, 1)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub fn unmatched_counts(&self, max_attempts: i64) -> Result<UnmatchedCounts> {
        let sql = "SELECT count(*) FILTER (WHERE attempts < ?1),
                          count(*) FILTER (WHERE attempts >= ?1) FROM unmatched_calls";
        Ok(self.connection.query_row(sql, [max_attempts], |row| {
            Ok(UnmatchedCounts {
                waiting: row.get(0)?,
                exhausted: row.get(1)?,
            })
        })?)
    }

    pub fn quarantine(&self, recent_since: Moment) -> Result<Quarantine> {
        let mut reasons = self.connection.prepare_cached(
            "SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY 2 DESC, 1",
        )?;
        let mut newest = self.connection.prepare_cached(
            "SELECT first_seen_at, record FROM quarantine
             ORDER BY first_seen_at DESC, id DESC LIMIT ?1",
        )?;
        let record = |row: &Row| {
            Ok(QuarantinedRecord {
                first_seen_at: required_moment(row, 0)?,
                record: row.get(1)?,
            })
        };
        let recent = "SELECT count(*) FROM quarantine WHERE first_seen_at >= ?1";
        let since = [moment::to_text(recent_since)];
        Ok(Quarantine {
            reasons: reasons
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?,
            newest: newest
                .query_map([LISTED], record)?
                .collect::<rusqlite::Result<_>>()?,
            recent: self.connection.query_row(recent, since, |row| row.get(0))?,
        })
    }

    pub fn doubts(&self, recent_since: Moment) -> Result<Doubts> {
        let sql = "SELECT count(*), count(*) FILTER (WHERE to_at >= ?1), ifnull(sum(missing), 0)
                   FROM doubtful_windows";
        let since = [moment::to_text(recent_since)];
        Ok(self.connection.query_row(sql, since, |row| {
            Ok(Doubts {
                windows: row.get(0)?,
                recent: row.get(1)?,
                missing_rows: row.get(2)?,
            })
        })?)
    }

    /// The active advisors' phones that are taken for silent.
    pub fn silent_phones(&self) -> Result<Vec<SilentPhone>> {
        let mut query = self.connection.prepare_cached(
            "SELECT a.login, p.number, p.last_contact_at, p.reason
             FROM phones p
             JOIN advisor_numbers n ON n.number = p.number
             JOIN advisors a ON a.id = n.user_id AND a.active
             WHERE p.provider = ?1 AND p.reason IS NOT NULL
             ORDER BY a.login, p.number",
        )?;
        let rows = query.query_map([PROVIDER], |row| {
            Ok(SilentPhone {
                login: row.get(0)?,
                number: row.get(1)?,
                last_contact_at: optional_moment(row, 2)?,
                reason: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
