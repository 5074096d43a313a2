//! Splits text into rows: separator, column names, the shape of each row.

use csv::{ReaderBuilder, StringRecord};

use super::{Remarks, encoding};
use crate::text;

const SEPARATORS: [char; 3] = [',', ';', '\t'];
const OPEN_QUOTE: &str = "a cell goes on in the next line; is a quotation mark left open?";

/// The columns that a kind of file may have.
#[derive(Debug)]
pub struct Columns {
    pub key: &'static str,
    pub others: &'static [&'static str],
}

impl Columns {
    fn find(&self, name: &str) -> Option<&'static str> {
        std::iter::once(self.key)
            .chain(self.others.iter().copied())
            .find(|known| *known == name)
    }
}

/// The text of a file, as [`Table`] reads it. The bytes, which may be many, are gone then.
pub fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let mut text = encoding::decode(&bytes)?;
    drop(bytes);
    // Ended so that a quote left open on the last line takes a line end into its cell.
    text.push('\n');
    Ok(text)
}

/// The rows of a file that have a cell for every column, read one by one.
pub struct Table<'t> {
    /// Names in the order of the file; None: a column that is ignored.
    names: Vec<Option<&'static str>>,
    records: Records<'t>,
}

impl<'t> Table<'t> {
    /// Reads the names of the columns. An error is about the file as a whole.
    pub fn begin(text: &'t str, columns: &Columns, remarks: &mut Remarks) -> Result<Self, String> {
        let (separator, before, body) = take_separator(text)?;
        let mut records = Records::new(body, separator, before);
        let line = records.next()?.ok_or("it is empty")?;
        let names = names(&records.record, line, columns, remarks)?;
        Ok(Self { names, records })
    }

    /// The next row. What is wrong with single rows goes to `remarks`.
    pub fn next(&mut self, remarks: &mut Remarks) -> Result<Option<CsvRow<'_>>, String> {
        while let Some(line) = self.records.next()? {
            if is_row(line, &self.records.record, self.names.len(), remarks) {
                return Ok(Some(CsvRow {
                    line,
                    names: &self.names,
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
    record: &'a StringRecord,
}

impl<'a> CsvRow<'a> {
    /// The trimmed cell of a column; None: there is no such column.
    pub fn cell(&self, column: &str) -> Option<&'a str> {
        let index = self.names.iter().position(|name| *name == Some(column))?;
        self.record.get(index).map(str::trim)
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
            Err(format!("'{}' has a control character", text::quoted(cell)))
        } else {
            parse(cell)
        };
        parsed
            .map_err(|reason| remarks.refuse(self.line, column, reason))
            .ok()
    }
}

/// The separator, how many lines stand before the column names, and the text
/// from there on. Excel's `sep=;` outranks what the column names are separated by.
fn take_separator(text: &str) -> Result<(char, u64, &str), String> {
    let first = text.lines().next().unwrap_or_default();
    let stated = first.trim().trim_matches('"').to_ascii_lowercase();
    if let Some(stated) = stated.strip_prefix("sep=") {
        // Trimmed, a stated tab is gone.
        let separator = stated.chars().next().unwrap_or('\t');
        return if SEPARATORS.contains(&separator) {
            Ok((separator, 1, &text[first.len() + 1..]))
        } else {
            Err("its separator is none of comma, semicolon and tab".into())
        };
    }
    let header = text.lines().find(|line| !line.trim().is_empty());
    let count = |separator: &char| header.unwrap_or_default().matches(*separator).count();
    // Of equals `max_by_key` takes the last.
    let separator = SEPARATORS.into_iter().rev().max_by_key(count);
    Ok((separator.unwrap_or(','), 0, text))
}

/// The records that are not empty.
struct Records<'t> {
    reader: csv::Reader<&'t [u8]>,
    body: &'t str,
    /// Lines before the body.
    before: u64,
    record: StringRecord,
}

impl<'t> Records<'t> {
    fn new(body: &'t str, separator: char, before: u64) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator as u8)
            .from_reader(body.as_bytes());
        Self {
            reader,
            body,
            before,
            record: StringRecord::new(),
        }
    }

    /// Reads the next one and gives the line on which it begins.
    fn next(&mut self) -> Result<Option<u64>, String> {
        let read = |error: csv::Error| error.to_string();
        while self.reader.read_record(&mut self.record).map_err(read)? {
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some(self.before + line_of(&self.record, self.body)));
            }
        }
        Ok(None)
    }
}

/// The reader's position is where it went on reading: before the empty lines that it passed over.
fn line_of(record: &StringRecord, body: &str) -> u64 {
    let (line, byte) = record
        .position()
        .map_or((1, 0), |position| (position.line(), position.byte()));
    let passed_over = body.as_bytes()[byte as usize..]
        .iter()
        .take_while(|byte| **byte == b'\n');
    line + passed_over.count() as u64
}

fn names(
    header: &StringRecord,
    line: u64,
    columns: &Columns,
    remarks: &mut Remarks,
) -> Result<Vec<Option<&'static str>>, String> {
    let mut names = Vec::new();
    let mut ignored = Vec::new();
    for (place, given) in (1..).zip(header) {
        let given = given.trim();
        let name = columns.find(&given.to_lowercase());
        match name {
            None if given.contains('\n') => return Err(format!("line {line}: {OPEN_QUOTE}")),
            Some(name) if names.contains(&Some(name)) => {
                return Err(format!("line {line} names the column {name} twice"));
            }
            None if given.is_empty() => ignored.push(format!("number {place}")),
            None => ignored.push(format!("'{}'", text::quoted(given))),
            Some(_) => {}
        }
        names.push(name);
    }
    if !names.contains(&Some(columns.key)) {
        let (key, others) = (columns.key, columns.others.join(","));
        return Err(format!(
            "line {line} names no column {key}; the first line names the columns: {key},{others}"
        ));
    }
    if !ignored.is_empty() {
        let columns = format!("unknown columns are ignored: {}", ignored.join(", "));
        remarks.warn(line, "columns", columns);
    }
    Ok(names)
}

/// Whether a record can be told apart into cells as it was meant.
fn is_row(line: u64, record: &StringRecord, columns: usize, remarks: &mut Remarks) -> bool {
    let problem = if record.iter().any(|cell| cell.contains('\n')) {
        OPEN_QUOTE.into()
    } else if record.len() != columns {
        format!(
            "{} cells where the first line has {columns} columns",
            record.len()
        )
    } else {
        return true;
    };
    remarks.refuse(line, "row", problem);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns {
        key: "id",
        others: &["name", "phone"],
    };

    /// Each row as `LINE id|name`, a missing column as `-`; each remark in full.
    fn read(text: &str) -> Result<(Vec<String>, Vec<String>), String> {
        let mut remarks = Remarks::default();
        let text = decode(text.into())?;
        let mut table = Table::begin(&text, &COLUMNS, &mut remarks)?;
        let cell = |row: &CsvRow, column| row.cell(column).unwrap_or("-").to_owned();
        let show =
            |row: CsvRow| format!("{} {}|{}", row.line, cell(&row, "id"), cell(&row, "name"));
        let mut rows = Vec::new();
        while let Some(row) = table.next(&mut remarks)? {
            rows.push(show(row));
        }
        let remarks = remarks.warnings.iter().chain(&remarks.problems);
        Ok((rows, remarks.map(ToString::to_string).collect()))
    }

    #[test]
    fn separators_line_ends_and_column_order_are_understood() {
        for text in [
            "id,name\n1,Jan\n2,\"A, b; \"\"c\"\"\"\n",
            "id,name\r\n1,Jan\r\n2,\"A, b; \"\"c\"\"\"",
            "ID ; \u{a0}Name\n1;Jan\n2;\"A, b; \"\"c\"\"\"\n",
            "name\tid\nJan\t1\nA, b; \"c\"\t\u{a0}2 \n",
            "\"id\",\"name\"\n\"1\",\"Jan\"\n\"2\",\"A, b; \"\"c\"\"\"\n",
        ] {
            let rows = ["2 1|Jan", "3 2|A, b; \"c\""].map(str::to_owned);
            assert_eq!(read(text), Ok((rows.into(), vec![])), "{text:?}");
        }
    }

    #[test]
    fn a_stated_separator_is_a_line_of_its_own() {
        for text in [
            "sep=;\nid;name\n1;a,b\n",
            "SEP=,\nid,name\n1,\"a,b\"\n",
            "\"sep=;\"\nid;name\n1;a,b\n",
            "sep=\t\nid\tname\n1\ta,b\n",
        ] {
            assert_eq!(read(text), Ok((vec!["3 1|a,b".into()], vec![])), "{text:?}");
        }
        let reason = "its separator is none of comma, semicolon and tab";
        assert_eq!(read("sep=|\nid|name\n"), Err(reason.into()));
    }

    #[test]
    fn empty_lines_and_rows_are_passed_over_and_counted() {
        let text = "\nid,name\n\n1,\n , \u{a0}\n\n\n,,,\n2,b\n3,c";
        let rows = ["4 1|", "9 2|b", "10 3|c"].map(str::to_owned);
        assert_eq!(read(text), Ok((rows.into(), vec![])));
    }

    #[test]
    fn a_row_of_another_shape_is_refused_by_its_line() {
        let open = format!("row: {OPEN_QUOTE}");
        for (text, rows, problems) in [
            (
                "id,name\n1\n2,b\n",
                vec!["3 2|b"],
                vec!["2: row: 1 cells where the first line has 2 columns".to_owned()],
            ),
            (
                "id,name\n1,a,\n2,b\n",
                vec!["3 2|b"],
                vec!["2: row: 3 cells where the first line has 2 columns".to_owned()],
            ),
            (
                "id,name\n1,\"a\nb\"\n2,b\n",
                vec!["4 2|b"],
                vec![format!("2: {open}")],
            ),
            (
                "id,name\n1,a\n2,\"b\n3,c\n",
                vec!["2 1|a"],
                vec![format!("3: {open}")],
            ),
            (
                "id,name\n1,a\n2,\"b",
                vec!["2 1|a"],
                vec![format!("3: {open}")],
            ),
            (
                "id,notes\n1,\"a\rb\"\n2,\n",
                vec!["4 2|-"],
                vec![
                    "1: columns: unknown columns are ignored: 'notes'".to_owned(),
                    format!("2: {open}"),
                ],
            ),
        ] {
            let rows = rows.into_iter().map(str::to_owned).collect();
            assert_eq!(read(text), Ok((rows, problems)), "{text:?}");
        }
    }

    #[test]
    fn a_file_without_usable_column_names_is_refused() {
        for (text, reason) in [
            ("", "it is empty"),
            ("\r\n \n;;\n", "it is empty"),
            ("sep=;\n", "it is empty"),
            (
                "1,Jan\n",
                "line 1 names no column id; the first line names the columns: id,name,phone",
            ),
            ("\n\nid,Name,NAME\n", "line 3 names the column name twice"),
            (
                "id,\"name\n1,Jan\n",
                "line 1: a cell goes on in the next line; is a quotation mark left open?",
            ),
        ] {
            assert_eq!(read(text), Err(reason.into()), "{text:?}");
        }
    }

    #[test]
    fn unknown_columns_are_warned_of_once() {
        let warning = "1: columns: unknown columns are ignored: 'mail', number 3, 'mail'";
        let expected = (vec!["2 1|-".to_owned()], vec![warning.to_owned()]);
        assert_eq!(read("mail,id,,mail\na@b,1,x\ty,\n"), Ok(expected));
    }
}
