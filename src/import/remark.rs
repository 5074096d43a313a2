//! What an import has to say of a file's rows and cells.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Remark {
    pub line: u64,
    /// As the file names it. None: the row as a whole.
    pub column: Option<String>,
    pub reason: String,
    /// Whether the row is bad; else it is a warning.
    pub fatal: bool,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        f.write_str(&self.reason)
    }
}

/// All remarks about a file.
#[derive(Debug, Default)]
pub struct Remarks {
    list: Vec<Remark>,
    /// What the file calls each column.
    headings: HashMap<&'static str, String>,
}

impl Remarks {
    /// Names columns from now on as the file does.
    pub fn use_headings(&mut self, headings: HashMap<&'static str, String>) {
        self.headings = headings;
    }

    pub fn warn(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        let column = self.heading(column);
        self.add(line, Some(column), reason.into(), false);
    }

    pub fn refuse(&mut self, line: u64, column: &str, reason: impl Into<String>) {
        let column = self.heading(column);
        self.add(line, Some(column), reason.into(), true);
    }

    pub fn warn_of_row(&mut self, line: u64, reason: impl Into<String>) {
        self.add(line, None, reason.into(), false);
    }

    pub fn refuse_row(&mut self, line: u64, reason: impl Into<String>) {
        self.add(line, None, reason.into(), true);
    }

    fn add(&mut self, line: u64, column: Option<String>, reason: String, fatal: bool) {
        self.list.push(Remark {
            line,
            column,
            reason,
            fatal,
        });
    }

    fn heading(&self, column: &str) -> String {
        let heading = self.headings.get(column).map(String::as_str);
        heading.unwrap_or(column).to_owned()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Remark> {
        self.list.iter()
    }

    /// All remarks, by line.
    pub fn into_sorted(mut self) -> Vec<Remark> {
        self.list.sort_by_key(|remark| remark.line);
        self.list
    }

    pub fn has_bad_row(&self) -> bool {
        self.list.iter().any(|remark| remark.fatal)
    }
}
