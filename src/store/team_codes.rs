//! Team codes of files that know them in capitals too.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, params};

/// A code as it was written, and the team's name.
#[derive(Debug)]
struct OldTeam {
    code: String,
    name: String,
}

/// Puts all codes into small letters. Teams whose codes differ only in case become one.
pub fn put_into_small_letters(tx: &Connection) -> Result<()> {
    for (code, mut olds) in teams(tx)? {
        olds.sort_by_key(|old| Reverse((old.has_own_name(), old.code == code)));
        let upsert = "INSERT INTO teams (code, name) VALUES (?1, ?2)
                      ON CONFLICT DO UPDATE SET name = excluded.name";
        tx.execute(upsert, params![code, olds[0].name])?;
        for old in olds.iter().filter(|old| old.code != code) {
            let values = params![code, old.code];
            tx.execute("UPDATE users SET team = ?1 WHERE team = ?2", values)?;
            tx.execute("DELETE FROM teams WHERE code = ?1", [&old.code])?;
        }
    }
    Ok(())
}

impl OldTeam {
    /// Whether somebody named the team: a team without a name has its code for one.
    fn has_own_name(&self) -> bool {
        self.name.to_lowercase() != self.code.to_lowercase()
    }
}

/// The teams by their codes in small letters; also codes that only users have, as a program
/// without foreign keys may leave them.
fn teams(connection: &Connection) -> Result<BTreeMap<String, Vec<OldTeam>>> {
    let mut query = connection.prepare(
        "SELECT code, name FROM teams
         UNION ALL
         SELECT DISTINCT team, team FROM users WHERE team NOT IN (SELECT code FROM teams)
         ORDER BY 1",
    )?;
    let rows = query.query_map([], |row| {
        Ok(OldTeam {
            code: row.get(0)?,
            name: row.get(1)?,
        })
    })?;
    let mut teams: BTreeMap<String, Vec<OldTeam>> = BTreeMap::new();
    for old in rows {
        let old = old?;
        teams.entry(old.code.to_lowercase()).or_default().push(old);
    }
    Ok(teams)
}
