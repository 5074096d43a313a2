//! Integrity of the file, for `check`. Nothing here writes.

use std::path::Path;

use anyhow::Result;

use super::Store;
use crate::moment::{self, Moment};

impl Store {
    /// The active advisors' numbers with their logins, the number with the latest
    /// call since a moment first.
    pub fn numbers_by_last_call(&self, since: Moment) -> Result<Vec<(String, String)>> {
        let mut query = self.connection.prepare_cached(
            "WITH last AS (SELECT advisor_number AS number, max(started_at) AS started_at
                           FROM calls INDEXED BY calls_by_start
                           WHERE started_at >= ?1 GROUP BY advisor_number)
             SELECT n.number, a.login
             FROM advisor_numbers n
             JOIN advisors a ON a.id = n.user_id AND a.active
             LEFT JOIN last ON last.number = n.number
             ORDER BY last.started_at DESC NULLS LAST, n.number",
        )?;
        let rows = query.query_map([moment::to_text(since)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The most faults that are reported.
const FAULTS: u32 = 5;

/// The version of the file's schema, if this program can use it.
pub fn schema_version(path: &Path) -> Result<usize> {
    Store::read(path)?.version()
}

/// What SQLite's own quick check finds wrong with the file; empty if nothing. It reads
/// every table.
pub fn quick_check(path: &Path) -> Result<Vec<String>> {
    faults(
        &Store::look(path)?,
        &format!("PRAGMA quick_check({FAULTS})"),
    )
}

/// As [`quick_check`], and whether the indexes fit the tables, every reference has its row,
/// and each call without a lead waits for one.
pub fn full_check(path: &Path) -> Result<Vec<String>> {
    let store = Store::look(path)?;
    let mut found = faults(&store, &format!("PRAGMA integrity_check({FAULTS})"))?;
    let sql = "SELECT \"table\", count(*), parent FROM pragma_foreign_key_check GROUP BY 1, 3";
    let mut query = store.connection.prepare(sql)?;
    let rows = query.query_map([], |row| {
        let (table, rows, parent): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!(
            "{rows} rows of {table} refer to no row of {parent}"
        ))
    })?;
    found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    let sql = "SELECT (SELECT count(*) FROM calls WHERE lead_id IS NULL),
                      (SELECT count(*) FROM unmatched_calls u JOIN calls c ON c.id = u.call_id
                       WHERE c.lead_id IS NULL),
                      (SELECT value FROM counters WHERE name = 'unmatched_calls')";
    let counts: (i64, i64, i64) = store
        .connection
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (calls, rows, counted) = counts;
    if (calls, calls) != (rows, counted) {
        found.push(format!(
            "{calls} calls have no lead, {rows} of them have a row in unmatched_calls, and the \
             counter says {counted}"
        ));
    }
    Ok(found)
}

fn faults(store: &Store, sql: &str) -> Result<Vec<String>> {
    let mut query = store.connection.prepare(sql)?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    let faults: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(faults.into_iter().filter(|fault| fault != "ok").collect())
}
