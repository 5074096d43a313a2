//! Integrity of the file, for `check`. Nothing here writes.

use std::path::Path;

use anyhow::Result;

use super::Store;
use super::matching::unmatched_count;
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

/// Whether something of removed rows may be left in the file.
pub fn has_remains(path: &Path) -> Result<bool> {
    Store::read(path)?.has_remains()
}

/// What SQLite's own quick check finds wrong with the file; empty if nothing. It reads
/// every table.
pub fn quick_check(path: &Path) -> Result<Vec<String>> {
    faults(path, "quick_check")
}

/// The same, and whether the indexes fit the tables.
pub fn integrity_check(path: &Path) -> Result<Vec<String>> {
    faults(path, "integrity_check")
}

fn faults(path: &Path, pragma: &str) -> Result<Vec<String>> {
    let store = Store::read_any(path)?;
    let mut query = store
        .connection
        .prepare(&format!("PRAGMA {pragma}({FAULTS})"))?;
    let mut faults = Vec::new();
    for row in query.query_map([], |row| row.get::<_, String>(0))? {
        match row {
            Ok(fault) => faults.push(fault),
            // What was found before it could not go on says more.
            Err(_) if !faults.is_empty() => break,
            Err(error) => return Err(error.into()),
        }
    }
    faults.retain(|fault| fault != "ok");
    Ok(faults)
}

/// References without their row: how many, from which table, to which.
pub fn broken_references(path: &Path) -> Result<Vec<(i64, String, String)>> {
    let store = Store::read(path)?;
    let sql = "SELECT count(*), \"table\", parent FROM pragma_foreign_key_check GROUP BY 2, 3";
    let mut query = store.connection.prepare(sql)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Calls without a lead, counted in three ways that agree in a good file.
#[derive(Clone, Copy, Debug)]
pub struct UnmatchedCheck {
    pub calls: i64,
    /// Those of them that wait for a lead.
    pub waiting: i64,
    pub counted: i64,
}

pub fn unmatched_check(path: &Path) -> Result<UnmatchedCheck> {
    let sql = "SELECT (SELECT count(*) FROM calls WHERE lead_id IS NULL),
                      (SELECT count(*) FROM unmatched_calls u JOIN calls c ON c.id = u.call_id
                       WHERE c.lead_id IS NULL)";
    let store = Store::read(path)?;
    let counted = unmatched_count(&store.connection)?;
    Ok(store.connection.query_row(sql, [], |row| {
        Ok(UnmatchedCheck {
            calls: row.get(0)?,
            waiting: row.get(1)?,
            counted,
        })
    })?)
}
