//! Splits text into rows that have a cell for every column.

mod header;
mod record;
#[cfg(test)]
mod tests;

use csv::StringRecord;

use super::cell::quoted;
use super::{Contents, Remarks, encoding};
use crate::text;

pub use header::{Columns, CsvColumn, Unknown};
use record::Records;

const OPEN_QUOTE: &str =
    "komórka przechodzi do następnego wiersza; czy brakuje zamykającego cudzysłowu?";

/// Reads the rows of a file by `parse`. An error is about the file as a whole.
pub fn read<Row>(
    bytes: Vec<u8>,
    columns: &Columns,
    mut parse: impl FnMut(CsvRow, &mut Remarks) -> Option<Row>,
) -> Result<Contents<Row>, String> {
    let mut remarks = Remarks::default();
    let text = decode(bytes)?;
    let mut table = Table::begin(&text, columns, &mut remarks)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next(&mut remarks)? {
        rows.extend(parse(row, &mut remarks));
    }
    Ok(Contents {
        rows,
        read: table.read,
        remarks,
    })
}

/// The text of a file, as [`Table`] reads it. The bytes, which may be many, are gone then.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let mut text = encoding::decode(&bytes)?;
    drop(bytes);
    // With a final line feed, an unclosed quote on the last line puts it into the cell,
    // where `is_row` finds it.
    text.push('\n');
    Ok(text)
}

/// The rows of a file that have a cell for every column, read one by one.
struct Table<'t> {
    /// Names in the order of the file; None: a column that is ignored.
    names: Vec<Option<&'static str>>,
    /// As the file names them.
    headings: StringRecord,
    records: Records<'t>,
    /// How many rows there were so far, also of another shape.
    read: usize,
}

impl<'t> Table<'t> {
    /// Reads the names of the columns.
    fn begin(text: &'t str, columns: &Columns, remarks: &mut Remarks) -> Result<Self, String> {
        let mut records = Records::begin(text)?;
        let line = records.next()?.ok_or("plik jest pusty")?;
        let names = columns.of_file(&records.record, line, remarks)?;
        Ok(Self {
            names,
            headings: records.record.clone(),
            records,
            read: 0,
        })
    }

    /// The next row. What is wrong with single rows goes to `remarks`.
    fn next(&mut self, remarks: &mut Remarks) -> Result<Option<CsvRow<'_>>, String> {
        while let Some(line) = self.records.next()? {
            self.read += 1;
            if is_row(line, &self.records.record, self.names.len(), remarks) {
                return Ok(Some(CsvRow {
                    line,
                    names: &self.names,
                    headings: &self.headings,
                    record: &self.records.record,
                }));
            }
        }
        Ok(None)
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct CsvRow<'a> {
    pub line: u64,
    names: &'a [Option<&'static str>],
    headings: &'a StringRecord,
    record: &'a StringRecord,
}

impl<'a> CsvRow<'a> {
    /// The trimmed cell of a column; None: there is no such column.
    pub fn cell(&self, column: &str) -> Option<&'a str> {
        let index = self.names.iter().position(|name| *name == Some(column))?;
        self.record.get(index).map(str::trim)
    }

    /// The headings and cells, both trimmed, of the columns that the kind of file does not
    /// name.
    pub fn unknown(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let cells = self.headings.iter().zip(self.record).zip(self.names);
        cells
            .filter(|(_, name)| name.is_none())
            .map(|((heading, cell), _)| (heading.trim(), cell.trim()))
    }

    /// What `parse` makes of a column's cell; None if there is no such column,
    /// or if the cell is bad, which is then noted.
    pub fn parse<T>(
        &self,
        column: &str,
        remarks: &mut Remarks,
        parse: impl FnOnce(&'a str) -> Result<T, String>,
    ) -> Option<T> {
        let cell = self.cell(column)?;
        let parsed = if cell.contains(char::is_control) {
            Err(format!("{} zawiera znak sterujący", quoted(cell)))
        } else {
            parse(cell)
        };
        parsed
            .map_err(|reason| remarks.refuse(self.line, column, reason))
            .ok()
    }
}

/// Whether a record can be told apart into cells as it was meant.
fn is_row(line: u64, record: &StringRecord, columns: usize, remarks: &mut Remarks) -> bool {
    let cells = record.len();
    let problem = if record.iter().any(|cell| cell.contains('\n')) {
        OPEN_QUOTE.into()
    } else if cells != columns {
        format!(
            "wiersz ma {cells} {}, a pierwszy wiersz wymienia {columns} {}",
            text::plural(cells, "komórkę", "komórki", "komórek"),
            text::plural(columns, "kolumnę", "kolumny", "kolumn"),
        )
    } else {
        return true;
    };
    remarks.refuse_row(line, problem);
    false
}
