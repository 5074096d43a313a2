//! The organisation's users: who has a login, and what an import says of them.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use anyhow::Result;
use rusqlite::{OptionalExtension, Transaction, params};

use super::runs::{self, Run};
use super::{Store, json_array};
use crate::phone::PhoneNumber;
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
    pub active: Option<bool>,
}

/// The result of an import of users.
#[derive(Debug, Default)]
pub struct SavedUsers {
    pub new: usize,
    pub changed: usize,
    pub moves: Vec<Move>,
}

/// A number that was another user's.
#[derive(Debug)]
pub struct Move {
    /// The line of the file that moves it.
    pub line: u64,
    pub number: PhoneNumber,
    pub from: String,
    pub to: String,
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (line, number) = (self.line, self.number.masked());
        write!(
            f,
            "{line}: numbers: {number} moves from {} to {}",
            self.from, self.to
        )
    }
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
    pub fn save_users(&mut self, rows: &[UserChange], run: &Run) -> Result<SavedUsers> {
        let tx = self.transaction()?;
        let mut saved = SavedUsers {
            moves: moves(&tx, rows)?,
            ..SavedUsers::default()
        };
        let mut written = Vec::with_capacity(rows.len());
        for row in rows {
            let inserted = insert(&tx, row)?;
            let changes = update(&tx, row)? + change_numbers(&tx, LEAVE_NUMBERS, row)?;
            written.push((inserted, changes));
        }
        // A number that moves within the file belongs to nobody by now.
        for (row, (inserted, changes)) in rows.iter().zip(written) {
            let changes = changes + change_numbers(&tx, TAKE_NUMBERS, row)?;
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

/// The numbers that are another user's until `rows` are saved.
fn moves(tx: &Transaction, rows: &[UserChange]) -> Result<Vec<Move>> {
    let mut query = tx.prepare_cached(
        "SELECT number, login FROM advisor_numbers n JOIN users u ON u.id = n.user_id",
    )?;
    let owners = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let owners: HashMap<String, String> = owners.collect::<rusqlite::Result<_>>()?;
    let of_row = |row: &UserChange| {
        let numbers = row.numbers.iter().flatten();
        numbers
            .filter_map(|number| to_move(number, row, &owners))
            .collect::<Vec<_>>()
    };
    Ok(rows.iter().flat_map(of_row).collect())
}

fn to_move(
    number: &PhoneNumber,
    row: &UserChange,
    owners: &HashMap<String, String>,
) -> Option<Move> {
    let owner = owners.get(number.as_str())?;
    (*owner != row.login).then(|| Move {
        line: row.line,
        number: number.clone(),
        from: owner.clone(),
        to: row.login.clone(),
    })
}
