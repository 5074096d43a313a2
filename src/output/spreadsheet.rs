//! CSV for a Polish Excel: semicolons, and UTF-8 with a byte order mark.

use std::io::Write;

use anyhow::{Result, anyhow};

use crate::text;

/// A table that is written row by row.
pub struct Spreadsheet<'a>(csv::Writer<&'a mut dyn Write>);

impl<'a> Spreadsheet<'a> {
    pub fn begin(out: &'a mut dyn Write, headings: &[impl AsRef<[u8]>]) -> Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut csv = csv::WriterBuilder::new().delimiter(b';').from_writer(out);
        csv.write_record(headings).map_err(cause)?;
        Ok(Self(csv))
    }

    /// Writes a row. No cell can act as a formula.
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

/// Puts an apostrophe before a cell that looks like a formula. A phone number stays.
fn harmless(cell: &str) -> String {
    let cell = text::one_line(cell);
    let is_number = cell
        .strip_prefix('+')
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    if cell.starts_with(['=', '+', '-', '@']) && !is_number {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_acts_as_a_formula() {
        for (cell, written) in [
            ("Jan", "Jan"),
            ("+48600100200", "+48600100200"),
            ("=1+1", "'=1+1"),
            ("+1+cmd", "'+1+cmd"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'=1"),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }
}
