//! Rows of a file of leads.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;

use super::cell::{self, quoted};
use super::table::{self, Columns, CsvColumn, CsvRow, Unknown};
use super::{Contents, FirstLines, Remarks};
use crate::moment::{self, Moment};
use crate::phone::{PhoneNumber, Region};
use crate::store::leads::{GivenPhone, LeadChange};

pub const COLUMNS: Columns = Columns {
    key: CsvColumn::new("id", "id"),
    others: &[
        CsvColumn::new("name", "nazwa"),
        CsvColumn::new("phone", "telefon"),
        CsvColumn::new("advisor", "doradca"),
        CsvColumn::new("created_at", "utworzono"),
    ],
    unknown: Unknown::Ignored,
};

/// Ends the warning about an invalid phone number.
const CONSEQUENCE: &str = "lead ma go tak, jak w pliku, ale nie pasuje do niego żadna rozmowa";

/// Reads a file of leads; times without a zone are in `zone`. `users`: ids by login.
pub fn read(
    bytes: Vec<u8>,
    users: &HashMap<String, i64>,
    zone: Tz,
    region: Region,
) -> Result<Contents<LeadChange>, String> {
    let mut reader = LeadReader {
        users,
        zone,
        region,
        ids: FirstLines::default(),
    };
    table::read(bytes, &COLUMNS, |row, remarks| reader.lead(row, remarks))
}

/// Refuses the rows of new leads in a file that has no names.
pub fn refuse_new_without_name(
    contents: &mut Contents<LeadChange>,
    is_stored: impl Fn(i64) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let Contents { rows, remarks, .. } = contents;
    let problems = remarks.iter().filter(|remark| remark.fatal);
    let is_refused: HashSet<_> = problems.map(|problem| problem.line).collect();
    for row in rows {
        if row.name.is_none() && !is_refused.contains(&row.line) && !is_stored(row.id)? {
            let reason = format!("lead {} jest nowy i musi mieć nazwę", row.id);
            remarks.refuse(row.line, "name", reason);
        }
    }
    Ok(())
}

/// Warns of the numbers that were forgotten. `forgotten`: when each was that ever was.
pub fn warn_of_forgotten(
    contents: &mut Contents<LeadChange>,
    zone: Tz,
    forgotten: impl for<'n> FnOnce(Vec<&'n str>) -> anyhow::Result<HashMap<&'n str, Moment>>,
) -> anyhow::Result<()> {
    let Contents { rows, remarks, .. } = contents;
    let all = rows.iter().flat_map(numbers).map(PhoneNumber::as_str);
    let forgotten = forgotten(all.collect())?;
    for row in rows.iter().filter(|_| !forgotten.is_empty()) {
        for number in numbers(row) {
            if let Some(at) = forgotten.get(number.as_str()) {
                let (number, day) = (number.masked(), moment::day_of(*at, zone));
                let reason = format!(
                    "numer {number} zapomniano {day} (callsync forget); wcześniejszych połączeń z nim nie ma"
                );
                remarks.warn(row.line, "phone", reason);
            }
        }
    }
    Ok(())
}

fn numbers(row: &LeadChange) -> impl Iterator<Item = &PhoneNumber> {
    row.phone.iter().flat_map(|phone| &phone.numbers)
}

struct LeadReader<'a> {
    users: &'a HashMap<String, i64>,
    zone: Tz,
    region: Region,
    ids: FirstLines<i64>,
}

impl LeadReader<'_> {
    fn lead(&mut self, row: CsvRow, remarks: &mut Remarks) -> Option<LeadChange> {
        let id = row.parse("id", remarks, id);
        let name = row.parse("name", remarks, |cell| cell::name(cell, "lead"));
        let phone = row.parse("phone", remarks, |cell| Ok(phone(cell, self.region)));
        let advisor_id = row.parse("advisor", remarks, |cell| advisor(cell, self.users));
        let created_at = row.parse("created_at", remarks, |cell| cell::time(cell, self.zone));
        let (phone, invalid) = phone.unzip();
        for part in invalid.into_iter().flatten() {
            remarks.warn(row.line, "phone", cell::invalid_number(&part, CONSEQUENCE));
        }
        let id = id?;
        self.ids.add(id, id, (row.line, "id"), remarks);
        Some(LeadChange {
            line: row.line,
            id,
            name,
            phone,
            advisor_id,
            created_at: created_at.flatten(),
        })
    }
}

fn id(cell: &str) -> Result<i64, String> {
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    cell.parse()
        .ok()
        .filter(|id| digits && *id > 0)
        .ok_or_else(|| format!("{} nie jest liczbą całkowitą większą od 0", quoted(cell)))
}

/// Also the parts of the cell that are no valid number.
fn phone(cell: &str, region: Region) -> (GivenPhone, Vec<String>) {
    let (numbers, invalid) = PhoneNumber::parse_all(cell, region);
    let phone = GivenPhone {
        given: (!cell.is_empty()).then(|| cell.to_owned()),
        numbers,
    };
    (phone, invalid.into_iter().map(str::to_owned).collect())
}

fn advisor(cell: &str, users: &HashMap<String, i64>) -> Result<Option<i64>, String> {
    match users.get(cell) {
        None if cell.is_empty() => Ok(None),
        None => Err(format!("żaden użytkownik nie ma loginu {}", quoted(cell))),
        id => Ok(id.copied()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Contents<LeadChange> {
        let users = HashMap::from([("jan".to_owned(), 3)]);
        let region = "PL".parse().unwrap();
        let zone = chrono_tz::Europe::Warsaw;
        let mut contents = super::read(text.into(), &users, zone, region).unwrap();
        refuse_new_without_name(&mut contents, |id| Ok(id == 7)).unwrap();
        contents
    }

    fn remarks(text: &str) -> Vec<String> {
        let remarks = read(text).remarks.into_sorted();
        remarks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_row_says_what_its_columns_say() {
        let contents = read(
            "id;name;phone;advisor;created_at\n\
             007;Łucja; 600 100 200 ;jan;2026-07-28T10:41\n\
             8;Ola;;;\n",
        );
        let lucja = LeadChange {
            line: 2,
            id: 7,
            name: Some("Łucja".into()),
            phone: Some(GivenPhone {
                given: Some("600 100 200".into()),
                numbers: PhoneNumber::parse_all("600100200", "PL".parse().unwrap()).0,
            }),
            advisor_id: Some(Some(3)),
            created_at: crate::moment::from_text("2026-07-28T08:41:00Z").ok(),
        };
        let ola = LeadChange {
            line: 3,
            id: 8,
            name: Some("Ola".into()),
            phone: Some(GivenPhone::default()),
            advisor_id: Some(None),
            created_at: None,
        };
        assert_eq!(contents.rows, [lucja, ola]);
        assert_eq!(contents.remarks.into_sorted().len(), 0);
    }

    #[test]
    fn an_absent_column_says_nothing() {
        let lead = LeadChange {
            line: 2,
            id: 7,
            name: None,
            phone: None,
            advisor_id: None,
            created_at: None,
        };
        assert_eq!(read("id\n7\n").rows, [lead]);
    }

    #[test]
    fn an_invalid_number_is_kept_and_warned_of() {
        let contents = read("id,phone\n7,4.86E+10\n");
        let phone = GivenPhone {
            given: Some("4.86E+10".into()),
            numbers: Vec::new(),
        };
        assert_eq!(contents.rows[0].phone.as_ref(), Some(&phone));
        assert!(!contents.remarks.has_bad_row());
        for (cell, reason) in [
            (
                "4.86E+10",
                "Excel zamienił numer na liczbę (4.86E+10); ustaw komórkę jako tekst i wpisz numer ponownie",
            ),
            (
                "brak",
                "„brak” nie jest prawidłowym numerem telefonu; \
                 lead ma go tak, jak w pliku, ale nie pasuje do niego żadna rozmowa",
            ),
        ] {
            let found = remarks(&format!("id,telefon\n7,{cell}\n"));
            assert_eq!(found, [format!("2: telefon: {reason}")]);
        }
    }

    #[test]
    fn every_problem_is_told_by_line_and_column() {
        let found = remarks(
            "id,name,phone,advisor,created_at\n\
             0,,,ola,28/07/2026\n\
             1.0,Jan,600\t100,,26-07-28\n\
             1000009,Jan\n\
             1000009,Jan,,,\n\
             1000009,Jan,,,\n\
             99999999999999999999,Jan,,,\n",
        );
        let no_time = "nie jest datą ani godziną; \
                       wpisz na przykład 2026-11-21 14:30 albo 21.11.2026 14:30";
        let expected = [
            "2: id: „0” nie jest liczbą całkowitą większą od 0".to_owned(),
            "2: name: pusta komórka; lead musi mieć nazwę".to_owned(),
            "2: advisor: żaden użytkownik nie ma loginu „ola”".to_owned(),
            format!("2: created_at: „28/07/2026” {no_time}"),
            "3: id: „1.0” nie jest liczbą całkowitą większą od 0".to_owned(),
            "3: phone: „600 100” zawiera znak sterujący".to_owned(),
            format!("3: created_at: „26-07-28” {no_time}"),
            "4: wiersz ma 2 komórki, a pierwszy wiersz wymienia 5 kolumn".to_owned(),
            "6: id: 1000009 jest już w wierszu 5".to_owned(),
            "7: id: „*****999” nie jest liczbą całkowitą większą od 0".to_owned(),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_new_lead_needs_a_name() {
        let expected = ["3: name: lead 8 jest nowy i musi mieć nazwę"];
        assert_eq!(remarks("id,phone\n7,\n8,\n"), expected);
    }
}
