//! Rows of a file of people whom a campaign calls.

use serde_json::Map;

use super::cell::{invalid_number, quoted};
use super::table::{self, Columns, CsvColumn, CsvRow, Unknown};
use super::{Contents, FirstLines, Remarks};
use crate::campaign::Callee;
use crate::phone::{PhoneNumber, Region};

/// Every other column is a parameter of the campaign's scenario.
const COLUMNS: Columns = Columns {
    key: CsvColumn::new("phone", "telefon"),
    others: &[],
    unknown: Unknown::Kept,
};

/// Reads a file of people to call, each with a number of their own.
pub fn read(bytes: Vec<u8>, region: Region) -> Result<Contents<Callee>, String> {
    let mut numbers = FirstLines::default();
    let contents = table::read(bytes, &COLUMNS, |row, remarks| {
        callee(row, region, &mut numbers, remarks)
    })?;
    if contents.read == 0 {
        return Err("nie ma w nim żadnego numeru".into());
    }
    Ok(contents)
}

fn callee(
    row: CsvRow,
    region: Region,
    numbers: &mut FirstLines<PhoneNumber>,
    remarks: &mut Remarks,
) -> Option<Callee> {
    let mut parameters = Map::new();
    for (name, cell) in row.unknown() {
        if cell.contains(char::is_control) {
            let reason = format!("{} zawiera znak sterujący", quoted(cell));
            remarks.refuse(row.line, name, reason);
        }
        parameters.insert(name.into(), cell.into());
    }
    let number = row.parse("phone", remarks, |cell| match cell {
        "" => Err("pusta komórka; na jaki numer zadzwonić?".into()),
        _ => PhoneNumber::parse(cell, region)
            .ok_or_else(|| invalid_number(cell, "nie można na niego zadzwonić")),
    })?;
    let place = (row.line, "phone");
    let is_first = numbers.add(number.clone(), number.masked(), place, remarks);
    is_first.then_some(Callee { number, parameters })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Result<Contents<Callee>, String> {
        super::read(text.into(), "PL".parse().unwrap())
    }

    #[test]
    fn every_other_column_is_a_parameter_under_its_own_name() {
        let contents =
            read("Imię i nazwisko;Telefon;kwota\nJan Nowak;601 200 301;10,50\n;+48 601-200-302;\n");
        let rows = contents.unwrap().rows.into_iter();
        let rows: Vec<Value> = rows.map(|callee| callee.to_json()).collect();
        let expected = json!([
            {"phone": "+48601200301", "add_data": {"Imię i nazwisko": "Jan Nowak", "kwota": "10,50"}},
            {"phone": "+48601200302", "add_data": {"Imię i nazwisko": "", "kwota": ""}},
        ]);
        assert_eq!(Value::from(rows), expected);
    }

    #[test]
    fn bad_rows_and_headings_are_told_with_their_place() {
        let contents = read("phone,name\n601200301,A\n(+48) 601200301,B\n12,C\n,D\n").unwrap();
        let remarks = contents.remarks.into_sorted().into_iter();
        let places: Vec<_> = remarks
            .map(|remark| (remark.line, remark.column, remark.fatal))
            .collect();
        let at = |line| (line, Some("phone".to_owned()), true);
        assert_eq!(places, [at(3), at(4), at(5)]);
        assert_eq!(contents.rows.len(), 1);
        for text in [
            "name\nJan\n",
            "phone,,\n601200301,a,b\n",
            "phone,a,a\n601200301,1,2\n",
            "phone,na\u{1b}me\n601200301,1\n",
            "phone\n",
            "",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
