//! Standard output: results only. Text from outside is made safe for terminals,
//! spreadsheets and pages.

pub mod backup;
mod bar;
pub mod campaign;
pub mod campaign_report;
pub mod check;
pub mod explain;
pub mod export;
pub mod forgetting;
pub mod import;
mod json;
pub mod leads;
mod phases;
pub mod purge;
pub mod recordings;
pub mod refresh;
pub mod register;
mod results;
mod screen;
pub mod spreadsheet;
pub mod status;
pub mod sync;
mod table;
pub mod team_stats;
pub mod unmatched;
pub mod unmatched_numbers;

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use crate::exit::{Exit, failure};
use crate::moment::Moment;
use crate::text;
use json::JsonRows;
pub use json::json;
pub use results::Results;

/// What a dry run says below its result.
pub const DRY_RUN: &str = "Przebieg próbny: nic nie zapisano";

/// Formats a moment in the account's zone.
fn local(moment: Moment, zone: Tz) -> String {
    moment
        .with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// As [`local`]; what never was is `brak`.
fn local_or_none(moment: Option<Moment>, zone: Tz) -> String {
    moment.map_or("brak".into(), |moment| local(moment, zone))
}

/// Counts the pages, at least one.
pub fn pages(total: i64, per_page: i64) -> i64 {
    ((total + per_page - 1) / per_page).max(1)
}

/// Writes which page of a list was shown, and how many of `what` the list has.
fn write_page_number(
    out: &mut dyn Write,
    (page, per_page): (i64, i64),
    what: &str,
    total: i64,
) -> Result<()> {
    let pages = pages(total, per_page);
    Ok(writeln!(out, "Strona {page} z {pages}, {what}: {total}")?)
}

/// Refuses a page after the last one of a list, which a message calls `list`.
pub fn refuse_missing_page(list: &str, page: i64, pages: i64) -> Result<()> {
    if page <= pages {
        return Ok(());
    }
    let noun = text::plural(pages as usize, "stronę", "strony", "stron");
    let reason = format!("Strona {page} nie istnieje; {list} ma {pages} {noun}");
    Err(failure(Exit::Data, reason))
}
