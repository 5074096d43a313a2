//! CSV for a Polish Excel: semicolons, and UTF-8 with a byte order mark.

use std::io::Write;

use anyhow::{Result, anyhow};

use crate::{phone, text};

/// What begins a formula; the full-width ones do so where a spreadsheet takes them for plain.
const FORMULA_SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A table that is written row by row.
pub struct Spreadsheet<'a>(csv::Writer<&'a mut dyn Write>);

impl<'a> Spreadsheet<'a> {
    pub fn begin(out: &'a mut dyn Write, headings: &[impl AsRef<str>]) -> Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut csv = csv::WriterBuilder::new().delimiter(b';').from_writer(out);
        let headings = headings.iter().map(|heading| harmless(heading.as_ref()));
        csv.write_record(headings).map_err(cause)?;
        Ok(Self(csv))
    }

    /// Writes a row. No cell can act as a formula, and no heading.
    pub fn write(&mut self, row: &[String]) -> Result<()> {
        let cells = row.iter().map(|cell| harmless(cell));
        self.0.write_record(cells).map_err(cause)
    }

    pub fn end(mut self) -> Result<()> {
        Ok(self.0.flush()?)
    }
}

/// The writer's own error, by which a reader that has gone is told from a full disk.
pub(super) fn cause(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow!("could not write CSV: {other:?}"),
    }
}

/// A phone number that stays what it is: `(+48) 600100200`. Excel makes a number of
/// `+48600100200`, without its plus and shown as `4,86E+10`, of `+48 600 100 200` too where
/// a space parts thousands, as in Poland, and a sum of `+48-600-100-200`. No spreadsheet
/// reads the brackets as a number, and `import` reads what was written. What has no
/// plus gets an apostrophe if it looks like a long number or has zeros to lose.
pub fn phone_number(number: &str) -> String {
    if let Some(bracketed) = phone::bracketed(number) {
        return bracketed;
    }
    let is_short = number.len() < 8 && !number.starts_with('0');
    let is_digits = number.bytes().all(|b| b.is_ascii_digit());
    match is_digits && !is_short {
        true => format!("'{number}"),
        false => number.to_owned(),
    }
}

/// Puts an apostrophe before a cell that looks like a formula.
fn harmless(cell: &str) -> String {
    let cell = text::one_line(cell);
    match cell.starts_with(FORMULA_SIGNS) {
        true => format!("'{cell}"),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{PhoneNumber, Region};

    #[test]
    fn no_cell_acts_as_a_formula() {
        for (cell, written) in [
            ("Jan", "Jan"),
            ("+48112", "'+48112"),
            ("=1+1", "'=1+1"),
            ("+1+cmd", "'+1+cmd"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'=1"),
            ("\u{200b}=1", "'=1"),
            ("+", "'+"),
            (" -\n", "'-"),
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－", "'－"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }

    #[test]
    fn a_phone_number_survives_a_spreadsheet_and_import_reads_it() {
        let region: Region = "PL".parse().unwrap();
        for (number, written) in [
            ("+48600100200", "(+48) 600100200"),
            ("+4930123456", "(+49) 30123456"),
            ("+12125551234", "(+1) 2125551234"),
            ("+80012345678", "(+800) 12345678"),
        ] {
            assert_eq!(phone_number(number), written);
            assert_eq!(harmless(written), written);
            let read = PhoneNumber::parse(written, region).unwrap();
            assert_eq!(read.as_str(), number);
        }
        for (invalid, written) in [
            ("112", "112"),
            ("*100#", "*100#"),
            ("+48112", "(+48) 112"),
            ("+99999999", "+99999999"),
            ("0112", "'0112"),
            ("12345678901234567890", "'12345678901234567890"),
        ] {
            assert_eq!(phone_number(invalid), written);
        }
    }
}
