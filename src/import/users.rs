//! Rows of a file of users.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use super::cell::{invalid_number, is_same_word, name, quoted, team_code};
use super::table::{self, Columns, CsvColumn, CsvRow, Unknown};
use super::{Contents, FirstLines, Remarks};
use crate::phone::{PhoneNumber, Region};
use crate::provider::Provider;
use crate::store::users::UserChange;
use crate::text;
use crate::user::Role;

pub const COLUMNS: Columns = Columns {
    key: CsvColumn::new("login", "login"),
    others: &[
        CsvColumn::new("name", "nazwa"),
        CsvColumn::new("role", "rola"),
        CsvColumn::new("team", "zespół"),
        CsvColumn::new("numbers", "numery"),
        CsvColumn::new("active", "aktywny"),
        CsvColumn::new("telecube", "telecube"),
        CsvColumn::new("mluvii", "mluvii"),
    ],
    unknown: Unknown::Ignored,
};

/// The columns of the keys by which telephony systems know users.
pub const KEY_COLUMNS: [&str; 2] = [Provider::Telecube.as_str(), Provider::Mluvii.as_str()];

/// Reads a file of users. `known`: the logins that are stored.
pub fn read(
    bytes: Vec<u8>,
    known: &HashMap<String, i64>,
    region: Region,
) -> Result<Contents<UserChange>, String> {
    let mut reader = UserReader {
        known,
        region,
        logins: FirstLines::default(),
        numbers: FirstLines::default(),
        keys: FirstLines::default(),
    };
    table::read(bytes, &COLUMNS, |row, remarks| reader.user(row, remarks))
}

/// Warns of each team that an import creates beside those that are known: it may be a
/// mistyped one.
pub fn warn_of_new_teams(contents: &mut Contents<UserChange>, known: &[String]) {
    let mut new = BTreeSet::new();
    for row in &contents.rows {
        let Some(Some(code)) = &row.team else {
            continue;
        };
        if !known.is_empty() && !known.contains(code) && new.insert(code.clone()) {
            let (code, known) = (text::one_line(code), text::joined(known.iter().cloned()));
            let reason = format!("„{code}” to nowy zespół; dotychczasowe: {known}");
            contents.remarks.warn(row.line, "team", reason);
        }
    }
}

struct UserReader<'a> {
    known: &'a HashMap<String, i64>,
    region: Region,
    logins: FirstLines<String>,
    numbers: FirstLines<PhoneNumber>,
    /// With the system's column.
    keys: FirstLines<(&'static str, String)>,
}

impl UserReader<'_> {
    fn user(&mut self, row: CsvRow, remarks: &mut Remarks) -> Option<UserChange> {
        let login = row.parse("login", remarks, login);
        let name = row.parse("name", remarks, |cell| name(cell, "użytkownik"));
        let role = row.parse("role", remarks, role);
        let team = row.parse("team", remarks, |cell| {
            Ok(Some(team_code(cell)).filter(|code| !code.is_empty()))
        });
        let numbers = row.parse("numbers", remarks, |cell| numbers(cell, self.region));
        let active = row.parse("active", remarks, active);
        let read = |column| Some((column, row.parse(column, remarks, keys)?));
        let keys: Vec<_> = KEY_COLUMNS.into_iter().filter_map(read).collect();
        self.check_numbers(row, numbers.as_deref().unwrap_or_default(), remarks);
        self.check_keys(row, &keys, remarks);
        let login = login?;
        self.check_login(row, &login, remarks);
        Some(UserChange {
            line: row.line,
            login,
            name,
            role,
            team,
            numbers,
            keys,
            active,
        })
    }

    fn check_login(&mut self, row: CsvRow, login: &str, remarks: &mut Remarks) {
        let place = (row.line, "login");
        let logins = &mut self.logins;
        let is_first = logins.add(login.to_owned(), quoted(login), place, remarks);
        let is_new = is_first && !self.known.contains_key(login);
        for (column, what) in [("name", "nazwę"), ("role", "rolę")] {
            if is_new && row.cell(column).is_none() {
                let reason = format!("{} to nowy użytkownik i musi mieć {what}", quoted(login));
                remarks.refuse(row.line, column, reason);
            }
        }
    }

    fn check_numbers(&mut self, row: CsvRow, numbers: &[PhoneNumber], remarks: &mut Remarks) {
        for number in numbers {
            let (place, shown) = ((row.line, "numbers"), number.masked());
            self.numbers.add(number.clone(), shown, place, remarks);
        }
    }

    fn check_keys(
        &mut self,
        row: CsvRow,
        keys: &[(&'static str, Vec<String>)],
        remarks: &mut Remarks,
    ) {
        for (column, keys) in keys {
            for key in keys {
                let place = (row.line, *column);
                self.keys
                    .add((*column, key.clone()), quoted(key), place, remarks);
            }
        }
    }
}

fn login(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        Err("pusta komórka; użytkownik musi mieć login".into())
    } else if cell.contains(' ') || text::one_line(cell) != cell {
        Err(format!(
            "{} zawiera spację albo niewidoczny znak",
            quoted(cell)
        ))
    } else {
        Ok(cell.to_owned())
    }
}

/// Reads a role: its code or its Polish name.
fn role(cell: &str) -> Result<Role, String> {
    let is_called =
        |role: &Role| is_same_word(cell, role.code()) || is_same_word(cell, &role.to_string());
    Role::ALL.into_iter().find(is_called).ok_or_else(|| {
        let roles = Role::ALL.map(|role| format!("{role} ({})", role.code()));
        format!(
            "{} nie jest rolą; role to: {}",
            quoted(cell),
            roles.join(", ")
        )
    })
}

fn numbers(cell: &str, region: Region) -> Result<Vec<PhoneNumber>, String> {
    let (numbers, invalid) = PhoneNumber::parse_all(cell, region);
    match invalid.first() {
        None => Ok(numbers),
        Some(given) => Err(invalid_number(given, "kilka numerów oddziel znakiem |")),
    }
}

/// Reads keys separated by |, in small letters.
fn keys(cell: &str) -> Result<Vec<String>, String> {
    let mut keys = Vec::new();
    for given in cell.split('|').map(str::trim) {
        let key = given.to_lowercase();
        if key.contains(char::is_whitespace) || text::one_line(&key) != key {
            return Err(format!(
                "{} to nie jest jeden klucz; kilka kluczy oddziel znakiem |",
                quoted(given)
            ));
        }
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Reads whether a user is active; an empty cell says yes.
fn active(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "" | "1" | "tak" => Ok(true),
        "0" | "nie" => Ok(false),
        _ => Err(format!(
            "zamiast {} wpisz TAK (1) albo NIE (0)",
            quoted(cell)
        )),
    }
}
