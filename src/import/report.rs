//! What an import did: its counts, its remarks, and whether it failed on these.

use super::cell::quoted;
use super::{Contents, Remark, Remarks};
use crate::exit::{Exit, failure};
use crate::store::users::{Move, SavedRows};
use crate::text;

#[derive(Debug)]
pub struct ImportReport {
    /// The file's name in messages.
    pub file: String,
    /// How many rows there were, bad ones too.
    pub read: usize,
    /// All zero where a row is bad.
    pub saved: SavedRows,
    /// By line.
    pub findings: Vec<Remark>,
}

impl ImportReport {
    pub fn new<Row>(file: String, contents: Contents<Row>, saved: SavedRows) -> Self {
        let mut remarks = contents.remarks;
        warn_of_moves(&mut remarks, &saved.moves);
        Self {
            file,
            read: contents.read,
            saved,
            findings: remarks.into_sorted(),
        }
    }

    /// The error of an import that changed nothing because of bad rows.
    pub fn failure(&self) -> Option<anyhow::Error> {
        refusal(&self.file, &self.findings, "nic nie zmieniono")
    }
}

/// The error of a file with bad rows. `consequence` says what was not done for their sake.
pub fn refusal(file: &str, findings: &[Remark], consequence: &str) -> Option<anyhow::Error> {
    let bad = bad_rows(findings);
    let rows = text::plural(bad, "błędny wiersz", "błędne wiersze", "błędnych wierszy");
    let reason = format!("{file}: {bad} {rows}; {consequence}");
    (bad > 0).then(|| failure(Exit::Data, reason))
}

/// Warns of numbers and keys that were another user's.
fn warn_of_moves(remarks: &mut Remarks, moves: &[Move]) {
    for Move {
        line,
        column,
        what,
        from,
        to,
    } in moves
    {
        let reason = format!("{what} przechodzi od {} do {}", quoted(from), quoted(to));
        remarks.warn(*line, column, reason);
    }
}

/// How many rows are bad; one may have several remarks.
fn bad_rows(findings: &[Remark]) -> usize {
    let fatal: Vec<_> = findings.iter().filter(|remark| remark.fatal).collect();
    let rows = fatal.chunk_by(|one, next| one.line == next.line);
    rows.count()
}
