//! The teams and their names, as an import brings them.

use anyhow::Result;

use super::Store;
use super::runs::{self, Run};
use super::users::SavedRows;

/// What is to be stored of a team.
#[derive(Debug, PartialEq)]
pub struct TeamChange {
    /// In small letters.
    pub code: String,
    /// None: what is stored stays; the code for a new team.
    pub name: Option<String>,
}

impl Store {
    /// The codes of all teams, in their order.
    pub fn team_codes(&self) -> Result<Vec<String>> {
        let mut query = self
            .connection
            .prepare("SELECT code FROM teams ORDER BY code")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Inserts and updates teams, and completes the run's row. All of it or nothing.
    pub fn save_teams(&mut self, rows: &[TeamChange], run: &Run) -> Result<SavedRows> {
        let tx = self.transaction()?;
        let mut saved = SavedRows::default();
        for TeamChange { code, name } in rows {
            let sql = "INSERT OR IGNORE INTO teams (code, name) VALUES (?1, ifnull(?2, ?1))";
            let inserted = tx.prepare_cached(sql)?.execute((code, name))?;
            // Writes nothing where nothing differs: a comparison with null is not true.
            let sql = "UPDATE teams SET name = ?2 WHERE code = ?1 AND name <> ?2";
            saved.changed += tx.prepare_cached(sql)?.execute((code, name))?;
            saved.new += inserted;
        }
        runs::finish(&tx, run, None)?;
        tx.commit()?;
        Ok(saved)
    }
}
