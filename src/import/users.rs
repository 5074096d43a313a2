//! Rows of a file of users.

mod cell;

use std::collections::HashMap;

use super::cell::{name, quoted, team_code};
use super::table::{self, Columns, CsvColumn, CsvRow};
use super::{Contents, Remarks};
use crate::phone::{PhoneNumber, Region};
use crate::provider::Provider;
use crate::store::users::{Move, UserChange};

const COLUMNS: Columns = Columns {
    key: CsvColumn::new("login", "login"),
    others: &[
        CsvColumn::new("name", "nazwa"),
        CsvColumn::new("role", "rola"),
        CsvColumn::new("team", "zespół"),
        CsvColumn::new("numbers", "numery"),
        CsvColumn::new("active", "aktywny"),
        CsvColumn::new("telecube", "telecube"),
    ],
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
    };
    table::read(bytes, &COLUMNS, |row, remarks| reader.user(row, remarks))
}

/// Warns of numbers and keys that were another user's.
pub fn report_moves(remarks: &mut Remarks, moves: &[Move]) {
    for Move {
        line,
        column,
        what,
        from,
        to,
    } in moves
    {
        let reason = format!("{what} przechodzi od {} do {}", quoted(from), quoted(to));
        remarks.warn(*line, column, reason);
    }
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
}

impl UserReader<'_> {
    fn user(&mut self, row: CsvRow, remarks: &mut Remarks) -> Option<UserChange> {
        let login = row.parse("login", remarks, cell::login);
        let name = row.parse("name", remarks, |cell| name(cell, "użytkownik"));
        let role = row.parse("role", remarks, cell::role);
        let team = row.parse("team", remarks, |cell| {
            Ok(Some(team_code(cell)).filter(|code| !code.is_empty()))
        });
        let numbers = row.parse("numbers", remarks, |cell| cell::numbers(cell, self.region));
        let active = row.parse("active", remarks, cell::active);
        let read = |column| Some((column, row.parse(column, remarks, cell::keys)?));
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
        if let Some(line) = self.logins.get(login) {
            let reason = format!("{} jest już w wierszu {line}", quoted(login));
            return remarks.refuse(row.line, "login", reason);
        }
        self.logins.insert(login.to_owned(), row.line);
        let is_new = !self.known.contains_key(login);
        for (column, what) in [("name", "nazwę"), ("role", "rolę")] {
            if is_new && row.cell(column).is_none() {
                let reason = format!("{} to nowy użytkownik i musi mieć {what}", quoted(login));
                remarks.refuse(row.line, column, reason);
            }
        }
    }

    fn check_numbers(&mut self, row: CsvRow, numbers: &[PhoneNumber], remarks: &mut Remarks) {
        for number in numbers {
            if let Some(line) = self.numbers.get(number) {
                let reason = format!("{} jest już w wierszu {line}", number.masked());
                remarks.refuse(row.line, "numbers", reason);
            } else {
                self.numbers.insert(number.clone(), row.line);
            }
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
                let place = (*column, key.clone());
                if let Some(line) = self.keys.get(&place) {
                    let reason = format!("{} jest już w wierszu {line}", quoted(key));
                    remarks.refuse(row.line, column, reason);
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
        let remarks = read(text).remarks.into_sorted();
        assert!(remarks.iter().all(|remark| remark.fatal));
        remarks.iter().map(ToString::to_string).collect()
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
            team: Some(Some("bik".into())),
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
        assert_eq!(contents.remarks.into_sorted().len(), 0);
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
    fn cells_are_understood_in_polish() {
        let text = "LOGIN;Nazwa;Rola;Zespol;Numery;Aktywny\n\
                    ala;Ala;Doradca klienta BIK;BIK;;TAK\n\
                    ola;Ola;KIEROWNIK ZESPOŁU;ŻÓŁĆ;;nie\n\
                    ula;Ula;Head;;;Tak\n";
        let contents = read(text);
        let cells = contents.rows.iter().map(|row| {
            let team = row.team.as_ref().unwrap().as_deref();
            (row.role.unwrap(), team, row.active.unwrap())
        });
        let expected = [
            (Role::AdvisorBik, Some("bik"), true),
            (Role::Manager, Some("żółć"), false),
            (Role::Head, None, true),
        ];
        assert_eq!(cells.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_problem_is_told_by_line_and_column() {
        let roles = "Administrator (administrator), Szef działu (head), \
                     Kierownik zespołu (manager), Doradca klienta BIK (advisor-bik), \
                     Doradca klienta Cesje (advisor-cesje)";
        let text = "login,name,role,numbers,active\n\
                    a b,,doradca,12|600100200,może\n\
                    \u{feff}ala,A\u{7}la,head,600100200,1\n\
                    ola,Ola,head,600 100 200,1\n\
                    ola,Ola,head,,1\n\
                    ,Ula,head,,1,\n";
        let expected = [
            "2: login: „a b” zawiera spację albo niewidoczny znak".to_owned(),
            "2: name: pusta komórka; użytkownik musi mieć nazwę".to_owned(),
            format!("2: role: „doradca” nie jest rolą; role to: {roles}"),
            "2: numbers: „12” nie jest prawidłowym numerem telefonu; kilka numerów oddziel znakiem |".to_owned(),
            "2: active: zamiast „może” wpisz TAK (1) albo NIE (0)".to_owned(),
            "3: login: „ala” zawiera spację albo niewidoczny znak".to_owned(),
            "3: name: „A la” zawiera znak sterujący".to_owned(),
            "4: numbers: +48*****200 jest już w wierszu 3".to_owned(),
            "5: login: „ola” jest już w wierszu 4".to_owned(),
            "6: wiersz ma 6 komórek, a pierwszy wiersz wymienia 5 kolumn".to_owned(),
        ];
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn a_new_user_needs_a_name_and_a_role() {
        let expected = [
            "3: name: „ala” to nowy użytkownik i musi mieć nazwę",
            "3: role: „ala” to nowy użytkownik i musi mieć rolę",
        ];
        assert_eq!(problems("login,active\njan,1\nala,1\n"), expected);
    }
}
