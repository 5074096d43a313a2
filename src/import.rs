//! CSV files of users and leads: bytes in, changes and remarks out. The store
//! applies the changes.

mod encoding;
pub mod file;
pub mod leads;
mod table;
pub mod users;

use std::fmt;

/// The rows of a file. They must not be used if there is a problem.
#[derive(Debug)]
pub struct Contents<Row> {
    pub rows: Vec<Row>,
    pub remarks: Remarks,
}

/// Remarks about single cells, by line.
#[derive(Debug, Default)]
pub struct Remarks {
    pub warnings: Vec<Remark>,
    pub problems: Vec<Remark>,
}

#[derive(Debug)]
pub struct Remark {
    pub line: u64,
    pub column: String,
    pub text: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}: {}", self.line, self.column, self.text)
    }
}

impl Remarks {
    fn warn(&mut self, line: u64, column: &str, text: impl Into<String>) {
        self.warnings.push(Remark::new(line, column, text.into()));
    }

    fn refuse(&mut self, line: u64, column: &str, text: impl Into<String>) {
        self.problems.push(Remark::new(line, column, text.into()));
    }

    fn sort(&mut self) {
        self.problems.sort_by_key(|problem| problem.line);
    }

    /// How many rows have a problem; one may have several.
    pub fn bad_rows(&self) -> usize {
        self.problems
            .chunk_by(|one, next| one.line == next.line)
            .count()
    }
}

impl Remark {
    fn new(line: u64, column: &str, text: String) -> Self {
        Self {
            line,
            column: column.to_owned(),
            text,
        }
    }
}

impl<Row> Contents<Row> {
    fn new(rows: Vec<Row>, mut remarks: Remarks) -> Self {
        remarks.sort();
        Self { rows, remarks }
    }
}
