//! Rows of a file of leads.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;

use super::table::{self, Columns, CsvRow, Table};
use super::{Contents, Remarks};
use crate::moment::{self, Moment};
use crate::phone::{PhoneNumber, Region};
use crate::store::leads::{GivenPhone, LeadChange};
use crate::text;

const COLUMNS: Columns = Columns {
    key: "id",
    others: &["name", "phone", "advisor", "created_at"],
};

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
        ids: HashMap::new(),
        remarks: Remarks::default(),
    };
    let text = table::decode(bytes)?;
    let mut table = Table::begin(&text, &COLUMNS, &mut reader.remarks)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next(&mut reader.remarks)? {
        rows.extend(reader.lead(row));
    }
    Ok(Contents::new(rows, reader.remarks))
}

/// Refuses the rows of new leads in a file that has no names.
pub fn refuse_new_without_name(
    contents: &mut Contents<LeadChange>,
    is_stored: impl Fn(i64) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let Contents { rows, remarks } = contents;
    let is_refused: HashSet<_> = remarks.problems.iter().map(|it| it.line).collect();
    for row in rows {
        if row.name.is_none() && !is_refused.contains(&row.line) && !is_stored(row.id)? {
            let reason = format!("lead {} is new and needs a name", row.id);
            remarks.refuse(row.line, "name", reason);
        }
    }
    remarks.sort();
    Ok(())
}

struct LeadReader<'a> {
    users: &'a HashMap<String, i64>,
    zone: Tz,
    region: Region,
    /// The line on which each id stands.
    ids: HashMap<i64, u64>,
    remarks: Remarks,
}

impl LeadReader<'_> {
    fn lead(&mut self, row: CsvRow) -> Option<LeadChange> {
        let remarks = &mut self.remarks;
        let id = row.parse("id", remarks, id);
        let name = row.parse("name", remarks, name);
        let phone = row.parse("phone", remarks, |cell| Ok(phone(cell, self.region)));
        let advisor_id = row.parse("advisor", remarks, |cell| advisor(cell, self.users));
        let created_at = row.parse("created_at", remarks, |cell| created_at(cell, self.zone));
        if let Some(GivenPhone {
            given: Some(given),
            number: None,
        }) = &phone
        {
            let quoted = text::quoted(given);
            let warning =
                format!("'{quoted}' is no valid phone number; it is kept, but matches no call");
            remarks.warn(row.line, "phone", warning);
        }
        let id = id?;
        self.check_id(row, id);
        Some(LeadChange {
            line: row.line,
            id,
            name,
            phone,
            advisor_id,
            created_at: created_at.flatten(),
        })
    }

    fn check_id(&mut self, row: CsvRow, id: i64) {
        if let Some(line) = self.ids.insert(id, row.line) {
            let reason = format!("{id} is in line {line} already");
            self.remarks.refuse(row.line, "id", reason);
        }
    }
}

fn id(cell: &str) -> Result<i64, String> {
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    cell.parse()
        .ok()
        .filter(|id| digits && *id > 0)
        .ok_or_else(|| format!("'{}' is no whole number above 0", text::quoted(cell)))
}

fn name(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Err("it is empty; a lead needs a name".into());
    }
    Ok(cell.to_owned())
}

fn phone(cell: &str, region: Region) -> GivenPhone {
    if cell.is_empty() {
        return GivenPhone::default();
    }
    GivenPhone {
        given: Some(cell.to_owned()),
        number: PhoneNumber::parse(cell, region),
    }
}

fn advisor(cell: &str, users: &HashMap<String, i64>) -> Result<Option<i64>, String> {
    match users.get(cell) {
        None if cell.is_empty() => Ok(None),
        None => Err(format!("no user has the login '{}'", text::quoted(cell))),
        id => Ok(id.copied()),
    }
}

fn created_at(cell: &str, zone: Tz) -> Result<Option<Moment>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let moment = moment::parse_time(cell, zone);
    moment.map(Some).map_err(|reason| text::quoted(&reason))
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

    fn shown(remarks: &[crate::import::Remark]) -> Vec<String> {
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
                number: PhoneNumber::parse("600100200", "PL".parse().unwrap()),
            }),
            advisor_id: Some(Some(3)),
            created_at: moment::from_text("2026-07-28T08:41:00Z").ok(),
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
        assert_eq!(shown(&contents.remarks.warnings), [""; 0]);
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
            number: None,
        };
        assert_eq!(contents.rows[0].phone.as_ref(), Some(&phone));
        let warning =
            "2: phone: '4.86E+10' is no valid phone number; it is kept, but matches no call";
        assert_eq!(shown(&contents.remarks.warnings), [warning]);
        assert_eq!(contents.remarks.bad_rows(), 0);
    }

    #[test]
    fn every_problem_is_told_by_line_and_column() {
        let contents = read(
            "id,name,phone,advisor,created_at\n\
             0,,,ola,28.07.2026\n\
             1.0,Jan,600\t100,,26-07-28\n\
             1000009,Jan\n\
             1000009,Jan,,,\n\
             1000009,Jan,,,\n\
             99999999999999999999,Jan,,,\n",
        );
        let expected = [
            "2: id: '0' is no whole number above 0",
            "2: name: it is empty; a lead needs a name",
            "2: advisor: no user has the login 'ola'",
            "2: created_at: '28.07.2026' is not a time: write YYYY-MM-DD[THH:MM[:SS]] or RFC 3339",
            "3: id: '1.0' is no whole number above 0",
            "3: phone: '600 100' has a control character",
            "3: created_at: '26-07-28' is not a time: write YYYY-MM-DD[THH:MM[:SS]] or RFC 3339",
            "4: row: 2 cells where the first line has 5 columns",
            "6: id: 1000009 is in line 5 already",
            "7: id: '*****999' is no whole number above 0",
        ];
        assert_eq!(shown(&contents.remarks.problems), expected);
        assert_eq!(contents.remarks.bad_rows(), 5);
    }

    #[test]
    fn a_new_lead_needs_a_name() {
        let problems = read("id,phone\n7,\n8,\n").remarks.problems;
        assert_eq!(
            shown(&problems),
            ["3: name: lead 8 is new and needs a name"]
        );
    }
}
