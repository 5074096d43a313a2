//! The organisation's users: who has a login, and what an import says of them.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use rusqlite::{OptionalExtension, Transaction, params};

use super::runs::{self, Run};
use super::{Store, json_array};
use crate::phone::PhoneNumber;
use crate::text;
use crate::user::{Role, User};

/// What is to be stored of a user. None: what is stored stays.
#[derive(Debug, PartialEq)]
pub struct UserChange {
    /// The line of the file that says it.
    pub line: u64,
    pub login: String,
    pub name: Option<String>,
    pub role: Option<Role>,
    /// Some(None): in no team.
    pub team: Option<Option<String>>,
    /// Each once.
    pub numbers: Option<Vec<PhoneNumber>>,
    /// The person's keys in each system that the file names, each once.
    pub keys: Vec<(&'static str, Vec<String>)>,
    pub active: Option<bool>,
}

/// The result of an import.
#[derive(Debug, Default)]
pub struct SavedRows {
    pub new: usize,
    pub changed: usize,
    /// Waiting calls that have a lead now: an import of leads.
    pub assigned: i64,
    /// An import of users.
    pub moves: Vec<Move>,
}

/// A number or key that was another user's.
#[derive(Debug)]
pub struct Move {
    /// The line of the file that moves it.
    pub line: u64,
    pub column: &'static str,
    /// As it is shown.
    pub what: String,
    pub from: String,
    pub to: String,
}

/// Skips a row without a name or a role and the row of a user who is stored.
const INSERT: &str = "
    INSERT OR IGNORE INTO users (login, name, role, team, active)
    VALUES (?1, ?2, ?3, ?4, ifnull(?5, 1))";

/// Writes nothing where nothing differs.
const UPDATE: &str = "
    UPDATE users SET name = new.name, role = new.role, team = new.team, active = new.active
    FROM (SELECT ifnull(?2, name) AS name, ifnull(?3, role) AS role,
                 iif(?4, ?5, team) AS team, ifnull(?6, active) AS active
          FROM users WHERE login = ?1) AS new
    WHERE users.login = ?1
      AND (users.name, users.role, users.team, users.active)
          IS NOT (new.name, new.role, new.team, new.active)";

const LEAVE_NUMBERS: &str = "
    DELETE FROM advisor_numbers
    WHERE user_id = (SELECT id FROM users WHERE login = ?1)
      AND number NOT IN (SELECT value FROM json_each(?2))";

const TAKE_NUMBERS: &str = "
    INSERT INTO advisor_numbers (number, user_id)
    SELECT given.value, users.id FROM json_each(?2) AS given JOIN users ON login = ?1
    WHERE true
    ON CONFLICT DO UPDATE SET user_id = excluded.user_id
    WHERE user_id IS NOT excluded.user_id";

const LEAVE_KEYS: &str = "
    DELETE FROM advisor_keys
    WHERE provider = ?3 AND user_id = (SELECT id FROM users WHERE login = ?1)
      AND key NOT IN (SELECT value FROM json_each(?2))";

const TAKE_KEYS: &str = "
    INSERT INTO advisor_keys (provider, key, user_id)
    SELECT ?3, given.value, users.id FROM json_each(?2) AS given JOIN users ON login = ?1
    WHERE true
    ON CONFLICT DO UPDATE SET user_id = excluded.user_id
    WHERE user_id IS NOT excluded.user_id";

impl Store {
    /// The user with a login, as far as this account may read the file.
    pub fn find_user(path: &Path, login: &str) -> Result<Option<User>> {
        match Self::read(path) {
            Err(error) if super::is_closed_to_us(&error) => Ok(None),
            store => store?.user(login),
        }
    }

    fn user(&self, login: &str) -> Result<Option<User>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, role, team, active FROM users WHERE login = ?1")?;
        let row = query.query_row([login], |row| {
            let role: String = row.get(1)?;
            Ok((row.get(0)?, role, row.get(2)?, row.get(3)?))
        });
        let Some((id, role, team, active)) = row.optional()? else {
            return Ok(None);
        };
        let role: Role = role.parse().map_err(anyhow::Error::msg)?;
        Ok(Some(User {
            id,
            role,
            team,
            active,
        }))
    }

    /// User ids by login.
    pub fn logins(&self) -> Result<HashMap<String, i64>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT login, id FROM users")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Inserts and updates users, their teams and numbers, and completes the run's
    /// row. All of it or nothing.
    pub fn save_users(&mut self, rows: &[UserChange], run: &Run) -> Result<SavedRows> {
        let tx = self.transaction()?;
        let mut saved = SavedRows {
            moves: moves(&tx, rows)?,
            ..SavedRows::default()
        };
        let mut written = Vec::with_capacity(rows.len());
        for row in rows {
            let inserted = insert(&tx, row)?;
            let changes = update(&tx, row)?
                + change_numbers(&tx, LEAVE_NUMBERS, row)?
                + change_keys(&tx, LEAVE_KEYS, row)?;
            written.push((inserted, changes));
        }
        // A number or key that moves within the file belongs to nobody by now.
        for (row, (inserted, changes)) in rows.iter().zip(written) {
            let changes = changes
                + change_numbers(&tx, TAKE_NUMBERS, row)?
                + change_keys(&tx, TAKE_KEYS, row)?;
            saved.new += inserted;
            saved.changed += usize::from(inserted == 0 && changes > 0);
        }
        runs::finish(&tx, run, None)?;
        tx.commit()?;
        Ok(saved)
    }
}

fn insert(tx: &Transaction, row: &UserChange) -> Result<usize> {
    let team = row.team.as_ref().and_then(Option::as_deref);
    if let Some(code) = team {
        tx.prepare_cached("INSERT OR IGNORE INTO teams (code, name) VALUES (?1, ?1)")?
            .execute([code])?;
    }
    let role = row.role.map(Role::code);
    Ok(tx
        .prepare_cached(INSERT)?
        .execute(params![row.login, row.name, role, team, row.active])?)
}

fn update(tx: &Transaction, row: &UserChange) -> Result<usize> {
    Ok(tx.prepare_cached(UPDATE)?.execute(params![
        row.login,
        row.name,
        row.role.map(Role::code),
        row.team.is_some(),
        row.team.as_ref().and_then(Option::as_deref),
        row.active,
    ])?)
}

fn change_numbers(tx: &Transaction, sql: &str, row: &UserChange) -> Result<usize> {
    let Some(numbers) = &row.numbers else {
        return Ok(0);
    };
    let numbers = json_array(numbers.iter().map(PhoneNumber::as_str))?;
    Ok(tx.prepare_cached(sql)?.execute([&row.login, &numbers])?)
}

fn change_keys(tx: &Transaction, sql: &str, row: &UserChange) -> Result<usize> {
    let mut changes = 0;
    for (provider, keys) in &row.keys {
        let values = params![row.login, json_array(keys)?, provider];
        changes += tx.prepare_cached(sql)?.execute(values)?;
    }
    Ok(changes)
}

/// Who has each number, and each key of a system, by its column in the file and itself.
type Holders = HashMap<(String, String), String>;

/// The numbers and keys that are another user's until `rows` are saved.
fn moves(tx: &Transaction, rows: &[UserChange]) -> Result<Vec<Move>> {
    let mut query = tx.prepare_cached(
        "SELECT 'numbers', number, login FROM advisor_numbers n JOIN users u ON u.id = n.user_id
         UNION ALL
         SELECT provider, key, login FROM advisor_keys k JOIN users u ON u.id = k.user_id",
    )?;
    let holders = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    let holders: Holders = holders.collect::<rusqlite::Result<_>>()?;
    Ok(rows
        .iter()
        .flat_map(|row| moves_of(row, &holders))
        .collect())
}

fn moves_of(row: &UserChange, holders: &Holders) -> Vec<Move> {
    let numbers = row.numbers.iter().flatten();
    let numbers = numbers.map(|number| ("numbers", number.as_str(), number.masked()));
    let keys = row.keys.iter();
    let keys = keys.flat_map(|(provider, keys)| {
        keys.iter()
            .map(|key| (*provider, key.as_str(), text::quoted(key)))
    });
    numbers
        .chain(keys)
        .filter_map(|(column, stored, what)| {
            let holder = holders.get(&(column.to_owned(), stored.to_owned()))?;
            (*holder != row.login).then(|| Move {
                line: row.line,
                column,
                what,
                from: holder.clone(),
                to: row.login.clone(),
            })
        })
        .collect()
}
