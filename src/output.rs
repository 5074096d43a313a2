//! Standard output: results and nothing else. Nothing from outside reaches a
//! terminal or a spreadsheet that would obey it.

pub mod register;
pub mod spreadsheet;
pub mod status;
mod table;
pub mod team_stats;
pub mod unmatched;

use std::io::{self, Write};

use anyhow::Result;
use chrono_tz::Tz;
use serde::Serialize;

use crate::moment::Moment;

/// Where results go; nowhere for a quiet run.
pub fn results(quiet: bool) -> Box<dyn Write> {
    if quiet {
        Box::new(io::sink())
    } else {
        Box::new(io::stdout().lock())
    }
}

/// One object on one line, for programs.
pub fn json(out: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    // Rendered first: a writer that fails must be seen as what it is.
    let text = serde_json::to_string(value)?;
    Ok(writeln!(out, "{text}")?)
}

/// As people read a moment: on the wall clock of the account's zone.
fn local(moment: Moment, zone: Tz) -> String {
    moment
        .with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// Which of how many pages: at least one, also of nothing.
pub fn pages(total: i64, per_page: i64) -> i64 {
    ((total + per_page - 1) / per_page).max(1)
}
