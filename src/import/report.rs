//! What an import tells: its counts, its remarks, and whether it failed on these.

use serde::Serialize;

use super::{Contents, Remark};
use crate::exit::{Exit, failure};
use crate::text;

/// What was saved; all zero where a row is bad.
#[derive(Clone, Copy, Debug, Default)]
pub struct SavedRows {
    pub new: usize,
    pub changed: usize,
    /// Waiting calls that have a lead now.
    pub assigned: i64,
}

/// The report as JSON shows it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The file's name in messages.
    #[serde(skip)]
    pub file: String,
    pub read: usize,
    pub new: usize,
    pub changed: usize,
    pub assigned: i64,
    /// By line.
    pub findings: Vec<Remark>,
    /// On failure only.
    #[serde(flatten)]
    refusal: Option<Refusal>,
}

#[derive(Debug, Serialize)]
struct Refusal {
    message: String,
    exit_code: u8,
}

impl Report {
    pub fn new<Row>(file: String, contents: Contents<Row>, saved: SavedRows) -> Self {
        let findings = contents.remarks.into_sorted();
        let refusal = match bad_rows(&findings) {
            0 => None,
            bad => Some(Refusal {
                message: refused(&file, bad),
                exit_code: Exit::Data as u8,
            }),
        };
        Self {
            file,
            read: contents.read,
            new: saved.new,
            changed: saved.changed,
            assigned: saved.assigned,
            findings,
            refusal,
        }
    }

    /// The error of an import that changed nothing because of bad rows.
    pub fn failure(&self) -> Option<anyhow::Error> {
        let refusal = self.refusal.as_ref()?;
        Some(failure(Exit::Data, refusal.message.as_str()))
    }
}

/// How many rows are bad; one may have several remarks.
fn bad_rows(findings: &[Remark]) -> usize {
    let fatal: Vec<_> = findings.iter().filter(|remark| remark.fatal).collect();
    let rows = fatal.chunk_by(|one, next| one.line == next.line);
    rows.count()
}

fn refused(file: &str, bad: usize) -> String {
    let rows = text::plural(bad, "błędny wiersz", "błędne wiersze", "błędnych wierszy");
    format!("{file}: {bad} {rows}; nic nie zmieniono")
}
