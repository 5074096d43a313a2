//! Cells of a file of users.

use crate::import::cell::{invalid_number, is_same_word, quoted};
use crate::phone::{PhoneNumber, Region};
use crate::text;
use crate::user::Role;

pub fn login(cell: &str) -> Result<String, String> {
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
pub fn role(cell: &str) -> Result<Role, String> {
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

pub fn numbers(cell: &str, region: Region) -> Result<Vec<PhoneNumber>, String> {
    let (numbers, invalid) = PhoneNumber::parse_all(cell, region);
    match invalid.first() {
        None => Ok(numbers),
        Some(given) => Err(invalid_number(given, "kilka numerów oddziel znakiem |")),
    }
}

/// Reads keys separated by |, in small letters.
pub fn keys(cell: &str) -> Result<Vec<String>, String> {
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
pub fn active(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "" | "1" | "tak" => Ok(true),
        "0" | "nie" => Ok(false),
        _ => Err(format!(
            "zamiast {} wpisz TAK (1) albo NIE (0)",
            quoted(cell)
        )),
    }
}
