//! Cells of a file of users.

use crate::phone::{PhoneNumber, Region};
use crate::text;

pub fn login(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        Err("it is empty".into())
    } else if cell.contains(' ') || text::one_line(cell) != cell {
        let quoted = text::quoted(cell);
        Err(format!(
            "'{quoted}' has white space or an invisible character"
        ))
    } else {
        Ok(cell.to_owned())
    }
}

pub fn name(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Err("it is empty; a user needs a name".into());
    }
    Ok(cell.to_owned())
}

pub fn numbers(cell: &str, region: Region) -> Result<Vec<PhoneNumber>, String> {
    let mut numbers = Vec::new();
    for given in cell
        .split('|')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let number = PhoneNumber::parse(given, region).ok_or_else(|| {
            let quoted = text::quoted(given);
            format!("'{quoted}' is not one valid phone number; several are separated by |")
        })?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Ok(numbers)
}

/// Reads keys separated by |, in small letters.
pub fn keys(cell: &str) -> Result<Vec<String>, String> {
    let mut keys = Vec::new();
    for given in cell.split('|').map(str::trim) {
        let key = given.to_lowercase();
        if key.contains(char::is_whitespace) || text::one_line(&key) != key {
            let quoted = text::quoted(given);
            return Err(format!(
                "'{quoted}' is not one key; several are separated by |"
            ));
        }
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

pub fn active(cell: &str) -> Result<bool, String> {
    match cell {
        "" | "1" => Ok(true),
        "0" => Ok(false),
        _ => Err(format!("'{}' is neither 1 nor 0", text::quoted(cell))),
    }
}
