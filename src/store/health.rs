//! Queries of the `status` command. Nothing here writes.

use anyhow::Result;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::advisors::IS_ADVISOR;
use super::column::{optional_moment, required_moment};
use super::phones::Silence;
use super::runs::{self, SYNC};
use crate::moment::{self, Moment, Window};
use crate::provider::{Dated, Provider};

/// More runs than a day has.
const MANY_RUNS: i64 = 10_000;

/// A sync run without an end: it is running, or was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfinishedRun {
    pub id: i64,
    pub started_at: Moment,
}

#[derive(Clone, Debug)]
pub struct FailedRun {
    pub at: Moment,
    /// `None` if the run was killed.
    pub error: Option<String>,
    /// Whether no system was asked, for a setting that concerns them all.
    pub is_of_all: bool,
}

/// The last sync runs and their outcome.
#[derive(Clone, Debug)]
pub struct SyncRuns {
    /// The last run, if it has no end.
    pub unfinished: Option<UnfinishedRun>,
    pub last_success: Option<Moment>,
    pub last_failure: Option<FailedRun>,
    /// Whether the last finished run failed.
    pub last_failed: bool,
    /// The exit code of the last finished run; None if it was killed, or there is none.
    pub last_exit_code: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct AdvisorDate {
    pub login: String,
    /// `None` while a number or key was never synchronised.
    pub last_synced_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
pub struct UnmatchedCounts {
    pub waiting: i64,
    pub exhausted: i64,
}

/// Windows with fewer rows than the provider's total.
#[derive(Clone, Copy, Debug)]
pub struct IncompleteWindows {
    pub count: i64,
    /// Windows that end after the given moment.
    pub recent: i64,
    pub missing_rows: i64,
}

#[derive(Clone, Debug)]
pub struct SilentPhone {
    pub user_id: i64,
    pub login: String,
    pub number: String,
    pub last_contact_at: Option<Moment>,
    pub reason: Silence,
}

struct LastRun {
    id: i64,
    started_at: Moment,
    finished_at: Option<Moment>,
    error: Option<String>,
    exit_code: Option<i64>,
    provider: Option<String>,
}

impl Store {
    /// The runs of a system. One that asked no system, for a setting that concerns them all,
    /// is a failed one of each.
    pub fn sync_runs(&self, provider: &str) -> Result<SyncRuns> {
        let last = |outcome| self.last_run(Some(provider), outcome);
        let (running, ok) = (last("running")?, last("ok")?);
        let failed = [
            last("failed")?,
            last("killed")?,
            self.last_run(None, "failed")?,
            self.last_run(None, "killed")?,
        ];
        let failed = failed.into_iter().flatten().max_by_key(|run| run.id);
        let is_later = |run: &LastRun, other: &Option<LastRun>| {
            other.as_ref().is_none_or(|other| run.id > other.id)
        };
        let last_failed = failed.as_ref().is_some_and(|run| is_later(run, &ok));
        let last = if last_failed { &failed } else { &ok };
        Ok(SyncRuns {
            unfinished: running
                .filter(|run| is_later(run, &ok) && is_later(run, &failed))
                .map(|run| UnfinishedRun {
                    id: run.id,
                    started_at: run.started_at,
                }),
            last_exit_code: last.as_ref().and_then(|run| run.exit_code),
            last_failed,
            last_success: ok.and_then(|run| run.finished_at),
            last_failure: failed.map(|run| FailedRun {
                at: run.finished_at.unwrap_or(run.started_at),
                error: run.error,
                is_of_all: run.provider.is_none(),
            }),
        })
    }

    /// Whether the process of a `sync` without an end is still there.
    pub fn has_living_sync(&self) -> Result<bool> {
        let runs = runs::running(&self.connection)?;
        Ok(runs.iter().any(|run| run.command == SYNC && !run.is_gone()))
    }

    /// The last `sync` of a system, or of none, with an outcome.
    fn last_run(&self, provider: Option<&str>, outcome: &str) -> Result<Option<LastRun>> {
        let sql = "SELECT id, started_at, finished_at, error, exit_code, provider FROM sync_runs
                   WHERE outcome = ?1 AND command = ?2 AND provider IS ?3
                   ORDER BY id DESC LIMIT 1";
        let values = params![outcome, SYNC, provider];
        let run = self.connection.query_row(sql, values, |row| {
            Ok(LastRun {
                id: row.get(0)?,
                started_at: required_moment(row, 1)?,
                finished_at: optional_moment(row, 2)?,
                error: row.get(3)?,
                exit_code: row.get(4)?,
                provider: row.get(5)?,
            })
        });
        Ok(run.optional()?)
    }

    /// Active advisors with numbers, or with keys in a system that has no numbers; the
    /// oldest data first.
    pub fn advisor_dates(&self, provider: Provider) -> Result<Vec<AdvisorDate>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT u.login, CASE WHEN count(*) = count(d.last_synced_at)
                                  THEN min(d.last_synced_at) END AS oldest
             FROM (SELECT user_id, number FROM advisor_numbers WHERE ?2
                   UNION
                   SELECT user_id, '' FROM advisor_keys WHERE provider = ?1) n
             JOIN users u ON u.id = n.user_id
             LEFT JOIN sync_dates d ON d.provider = ?1 AND d.number = n.number
             WHERE u.active AND {IS_ADVISOR}
             GROUP BY u.id ORDER BY oldest, u.login",
        ))?;
        let is_by_number = provider.dated() == Dated::Numbers;
        let values = params![provider.as_str(), is_by_number];
        let rows = query.query_map(values, |row| {
            Ok(AdvisorDate {
                login: row.get(0)?,
                last_synced_at: optional_moment(row, 1)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub fn unmatched_counts(&self, max_attempts: i64) -> Result<UnmatchedCounts> {
        let _snapshot = self.connection.unchecked_transaction()?;
        let sql = "SELECT count(*) FROM unmatched_calls WHERE attempts < ?1";
        let waiting = self
            .connection
            .query_row(sql, [max_attempts], |row| row.get(0))?;
        Ok(UnmatchedCounts {
            waiting,
            exhausted: self.unmatched_count()? - waiting,
        })
    }

    pub fn incomplete_windows(
        &self,
        provider: &str,
        recent_since: Moment,
    ) -> Result<IncompleteWindows> {
        let sql = "SELECT count(*), count(*) FILTER (WHERE to_at >= ?2), ifnull(sum(missing), 0)
                   FROM doubtful_windows WHERE provider = ?1";
        let values = [provider, &moment::to_text(recent_since)];
        Ok(self.connection.query_row(sql, values, |row| {
            Ok(IncompleteWindows {
                count: row.get(0)?,
                recent: row.get(1)?,
                missing_rows: row.get(2)?,
            })
        })?)
    }

    /// How many calls of a window have no advisor, though the system names a user.
    pub fn calls_of_nobody(&self, provider: &str, window: Window) -> Result<i64> {
        let sql = "SELECT count(*) FROM calls
                   WHERE +provider = ?1 AND started_at BETWEEN ?2 AND ?3
                     AND advisor_id IS NULL
                     AND ifnull(details ->> 'receivers', details ->> 'operators') IS NOT NULL";
        let values = [
            provider,
            &moment::to_text(window.from),
            &moment::to_text(window.to),
        ];
        Ok(self.connection.query_row(sql, values, |row| row.get(0))?)
    }

    /// How many requests the runs of a window sent to a system.
    pub fn requests_in(&self, provider: &str, window: Window) -> Result<i64> {
        let sql = "SELECT ifnull(sum(requests), 0)
                   FROM (SELECT started_at, requests, provider FROM sync_runs
                         ORDER BY id DESC LIMIT ?1)
                   WHERE started_at BETWEEN ?2 AND ?3 AND provider = ?4";
        let (from, to) = (moment::to_text(window.from), moment::to_text(window.to));
        let values = params![MANY_RUNS, from, to, provider];
        Ok(self.connection.query_row(sql, values, |row| row.get(0))?)
    }

    /// Silent phones of active advisors.
    pub fn silent_phones(&self) -> Result<Vec<SilentPhone>> {
        silent_phones_of(&self.connection, None)
    }
}

/// Silent phones of active advisors, of one provider or all.
pub(super) fn silent_phones_of(
    connection: &Connection,
    provider: Option<Provider>,
) -> Result<Vec<SilentPhone>> {
    let mut query = connection.prepare_cached(
        "SELECT a.login, p.number, p.last_contact_at, p.reason, a.id
         FROM phones p
         JOIN advisor_numbers n ON n.number = p.number
         JOIN advisors a ON a.id = n.user_id AND a.active
         WHERE p.reason IS NOT NULL AND (?1 IS NULL OR p.provider = ?1)
         ORDER BY a.login, p.number",
    )?;
    let rows = query.query_map([provider.map(Provider::as_str)], |row| {
        Ok(SilentPhone {
            user_id: row.get(4)?,
            login: row.get(0)?,
            number: row.get(1)?,
            last_contact_at: optional_moment(row, 2)?,
            reason: silence(row, 3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Why a phone counts as silent.
fn silence(row: &Row, column: usize) -> rusqlite::Result<Silence> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: String| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}
