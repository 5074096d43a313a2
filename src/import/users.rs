//! Rows of a file of users.

mod cell;

use std::collections::HashMap;

use super::table::{self, Columns, CsvRow, Table};
use super::{Contents, Remarks};
use crate::phone::{PhoneNumber, Region};
use crate::provider::Provider;
use crate::store::users::UserChange;
use crate::text;

const COLUMNS: Columns = Columns {
    key: "login",
    others: &["name", "role", "team", "numbers", "active", "telecube"],
};

/// The columns of the keys by which telephony systems know users.
const KEY_COLUMNS: [&str; 1] = [Provider::Telecube.as_str()];

/// Reads a file of users. `known`: the logins that are stored.
pub fn read(
    bytes: Vec<u8>,
    known: &HashMap<String, i64>,
    region: Region,
) -> Result<Contents<UserChange>, String> {
    let mut reader = UserReader {
        known,
        region,
        logins: HashMap::new(),
        numbers: HashMap::new(),
        keys: HashMap::new(),
        remarks: Remarks::default(),
    };
    let text = table::decode(bytes)?;
    let mut table = Table::begin(&text, &COLUMNS, &mut reader.remarks)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next(&mut reader.remarks)? {
        rows.extend(reader.user(row));
    }
    Ok(Contents::new(rows, reader.remarks))
}

struct UserReader<'a> {
    known: &'a HashMap<String, i64>,
    region: Region,
    /// The line on which each login stands.
    logins: HashMap<String, u64>,
    /// The line on which each number stands.
    numbers: HashMap<PhoneNumber, u64>,
    /// The line on which each key of a system stands.
    keys: HashMap<(&'static str, String), u64>,
    remarks: Remarks,
}

impl UserReader<'_> {
    fn user(&mut self, row: CsvRow) -> Option<UserChange> {
        let remarks = &mut self.remarks;
        let login = row.parse("login", remarks, cell::login);
        let name = row.parse("name", remarks, cell::name);
        let role = row.parse("role", remarks, |cell| {
            cell.parse().map_err(|reason: String| text::quoted(&reason))
        });
        let team = row.parse("team", remarks, |cell| {
            Ok(Some(cell).filter(|c| !c.is_empty()))
        });
        let numbers = row.parse("numbers", remarks, |cell| cell::numbers(cell, self.region));
        let active = row.parse("active", remarks, cell::active);
        let read = |column| Some((column, row.parse(column, remarks, cell::keys)?));
        let keys: Vec<_> = KEY_COLUMNS.into_iter().filter_map(read).collect();
        self.check_numbers(row, numbers.as_deref().unwrap_or_default());
        self.check_keys(row, &keys);
        let login = login?;
        self.check_login(row, &login);
        Some(UserChange {
            line: row.line,
            login,
            name,
            role,
            team: team.map(|team| team.map(str::to_owned)),
            numbers,
            keys,
            active,
        })
    }

    fn check_login(&mut self, row: CsvRow, login: &str) {
        if let Some(line) = self.logins.get(login) {
            let reason = format!("'{login}' is in line {line} already");
            return self.remarks.refuse(row.line, "login", reason);
        }
        self.logins.insert(login.to_owned(), row.line);
        let is_new = !self.known.contains_key(login);
        for column in ["name", "role"] {
            if is_new && row.cell(column).is_none() {
                let reason = format!("'{login}' is new and needs a {column}");
                self.remarks.refuse(row.line, column, reason);
            }
        }
    }

    fn check_numbers(&mut self, row: CsvRow, numbers: &[PhoneNumber]) {
        for number in numbers {
            if let Some(line) = self.numbers.get(number) {
                let reason = format!("{} is in line {line} already", number.masked());
                self.remarks.refuse(row.line, "numbers", reason);
            } else {
                self.numbers.insert(number.clone(), row.line);
            }
        }
    }

    fn check_keys(&mut self, row: CsvRow, keys: &[(&'static str, Vec<String>)]) {
        for (column, keys) in keys {
            for key in keys {
                let place = (*column, key.clone());
                if let Some(line) = self.keys.get(&place) {
                    let reason = format!("'{}' is in line {line} already", text::quoted(key));
                    self.remarks.refuse(row.line, column, reason);
                } else {
                    self.keys.insert(place, row.line);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::Role;

    fn read(text: &str) -> Contents<UserChange> {
        let known = HashMap::from([("jan".to_owned(), 1)]);
        super::read(text.into(), &known, "PL".parse().unwrap()).unwrap()
    }

    fn problems(text: &str) -> Vec<String> {
        let remarks = read(text).remarks;
        remarks.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_row_says_what_its_columns_say() {
        let text = "login,name,role,team,numbers,active,telecube\n\
                    ala,Ala Żak,advisor-bik,BIK, 600 100 200 | +48 22 555 01 02|600100200 ,,FDF75D0C-fc9f | 107\n\
                    jan,Jan,head,,,0,\n";
        let contents = read(text);
        let number = |text| PhoneNumber::parse(text, "PL".parse().unwrap()).unwrap();
        let ala = UserChange {
            line: 2,
            login: "ala".into(),
            name: Some("Ala Żak".into()),
            role: Some(Role::AdvisorBik),
            team: Some(Some("BIK".into())),
            numbers: Some(vec![number("600100200"), number("225550102")]),
            keys: vec![("telecube", vec!["fdf75d0c-fc9f".into(), "107".into()])],
            active: Some(true),
        };
        let jan = UserChange {
            line: 3,
            login: "jan".into(),
            name: Some("Jan".into()),
            role: Some(Role::Head),
            team: Some(None),
            numbers: Some(vec![]),
            keys: vec![("telecube", vec![])],
            active: Some(false),
        };
        assert_eq!(contents.rows, [ala, jan]);
        assert_eq!(contents.remarks.bad_rows(), 0);
    }

    #[test]
    fn an_absent_column_says_nothing() {
        let jan = UserChange {
            line: 2,
            login: "jan".into(),
            name: None,
            role: None,
            team: None,
            numbers: None,
            keys: vec![],
            active: None,
        };
        assert_eq!(read("login\njan\n").rows, [jan]);
    }

    #[test]
    fn every_problem_is_told_by_line_and_column() {
        let roles = "administrator, head, manager, advisor-bik, advisor-cesje";
        let text = "login,name,role,numbers,active\n\
                    a b,,szef,12|600100200,tak\n\
                    \u{feff}ala,A\u{7}la,head,600100200,1\n\
                    ola,Ola,head,600 100 200,1\n\
                    ola,Ola,head,,1\n\
                    ,Ula,head,,1,\n";
        let expected = [
            "2: login: 'a b' has white space or an invisible character".to_owned(),
            "2: name: it is empty; a user needs a name".to_owned(),
            format!("2: role: 'szef' is no role; write one of {roles}"),
            "2: numbers: '12' is not one valid phone number; several are separated by |".to_owned(),
            "2: active: 'tak' is neither 1 nor 0".to_owned(),
            "3: login: 'ala' has white space or an invisible character".to_owned(),
            "3: name: 'A la' has a control character".to_owned(),
            "4: numbers: +48*****200 is in line 3 already".to_owned(),
            "5: login: 'ola' is in line 4 already".to_owned(),
            "6: row: 6 cells where the first line has 5 columns".to_owned(),
        ];
        assert_eq!(problems(text), expected);
        assert_eq!(read(text).remarks.bad_rows(), 5);
    }

    #[test]
    fn a_new_user_needs_a_name_and_a_role() {
        let expected = [
            "3: name: 'ala' is new and needs a name",
            "3: role: 'ala' is new and needs a role",
        ];
        assert_eq!(problems("login,active\njan,1\nala,1\n"), expected);
    }
}
