//! Users and leads as a CSV file has them: reading it back changes nothing.

use anyhow::Result;
use rusqlite::{Row, params};

use super::Store;

/// A user as it is stored. Several numbers or keys are separated by a vertical bar.
#[derive(Debug)]
pub struct ExportedUser {
    pub login: String,
    pub name: String,
    pub role: String,
    pub team: Option<String>,
    pub numbers: Option<String>,
    pub active: bool,
    /// Those of each system that was asked for.
    pub keys: [Option<String>; 2],
}

/// A lead as it is stored.
#[derive(Debug)]
pub struct ExportedLead {
    pub id: i64,
    pub name: String,
    pub phone: Option<String>,
    /// The login.
    pub advisor: Option<String>,
    pub created_at: String,
}

/// Leads that are read at once.
const BATCH: i64 = 1_000;

impl Store {
    /// All users, with their keys in these systems.
    pub fn exported_users(&self, providers: [&str; 2]) -> Result<Vec<ExportedUser>> {
        let mut query = self.connection.prepare_cached(
            "SELECT login, name, role, team, active,
                    (SELECT group_concat(number, '|' ORDER BY number)
                     FROM advisor_numbers n WHERE n.user_id = u.id),
                    (SELECT group_concat(key, '|' ORDER BY key)
                     FROM advisor_keys k WHERE k.user_id = u.id AND k.provider = ?1),
                    (SELECT group_concat(key, '|' ORDER BY key)
                     FROM advisor_keys k WHERE k.user_id = u.id AND k.provider = ?2)
             FROM users u ORDER BY id",
        )?;
        let rows = query.query_map(providers, |row| {
            Ok(ExportedUser {
                login: row.get(0)?,
                name: row.get(1)?,
                role: row.get(2)?,
                team: row.get(3)?,
                active: row.get(4)?,
                numbers: row.get(5)?,
                keys: [row.get(6)?, row.get(7)?],
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Gives every lead to `take`, by id. Between the batches no snapshot is open, for
    /// `take` may be slow: what changes meanwhile may be missing.
    pub fn each_exported_lead(
        &self,
        mut take: impl FnMut(ExportedLead) -> Result<()>,
    ) -> Result<()> {
        let mut query = self.connection.prepare_cached(
            "SELECT l.id, l.name, l.phone, u.login, l.created_at
             FROM leads l LEFT JOIN users u ON u.id = l.advisor_id
             WHERE l.id > ?1 ORDER BY l.id LIMIT ?2",
        )?;
        let mut last_id = i64::MIN;
        loop {
            let rows = query.query_map(params![last_id, BATCH], exported_lead)?;
            let batch: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
            let Some(last) = batch.last() else {
                return Ok(());
            };
            last_id = last.id;
            batch.into_iter().try_for_each(&mut take)?;
        }
    }
}

fn exported_lead(row: &Row) -> rusqlite::Result<ExportedLead> {
    Ok(ExportedLead {
        id: row.get(0)?,
        name: row.get(1)?,
        phone: row.get(2)?,
        advisor: row.get(3)?,
        created_at: row.get(4)?,
    })
}
