//! Unmatched calls, as text, CSV and JSON.

use std::io::{BufWriter, Write};

use anyhow::Result;
use chrono_tz::Tz;
use serde::Serialize;

use super::spreadsheet::Spreadsheet;
use super::table::{self, Column};
use super::{local, pages};
use crate::moment;
use crate::store::Store;
use crate::store::register::{Part, UnmatchedCall};

pub const CALLS_PER_PAGE: i64 = 50;

const COLUMNS: [Column; 6] = [
    Column::fixed("Numer telefonu"),
    Column::fixed("Data i czas"),
    Column::fixed("Status"),
    Column::name("Doradca"),
    Column::number("Liczba prób").leaves(1),
    Column::fixed("Ostatnia próba").leaves(0),
];

pub fn write_table(
    out: &mut dyn Write,
    calls: &Part<UnmatchedCall>,
    page: i64,
    zone: Tz,
) -> Result<()> {
    if calls.total == 0 {
        return Ok(writeln!(out, "Brak nieprzetworzonych rozmów")?);
    }
    let row = |call: &UnmatchedCall| {
        vec![
            call.number.as_deref().unwrap_or_default().into(),
            local(call.started_at, zone).into(),
            (&call.status).into(),
            call.advisor.as_deref().unwrap_or_default().into(),
            call.attempts.to_string().into(),
            local(call.last_attempt_at, zone).into(),
        ]
    };
    let rows: Vec<_> = calls.rows.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows, "--format csv")?;
    let pages = pages(calls.total, CALLS_PER_PAGE);
    Ok(writeln!(
        out,
        "Strona {page} z {pages}, liczba połączeń: {}",
        calls.total
    )?)
}

/// A call as JSON and CSV show it.
#[derive(Serialize)]
struct Shown<'a> {
    call_id: i64,
    number: Option<&'a str>,
    started_at: String,
    status: &'a str,
    advisor_id: Option<i64>,
    attempts: i64,
    last_attempt_at: String,
    advisor: Option<&'a str>,
}

impl<'a> From<&'a UnmatchedCall> for Shown<'a> {
    fn from(call: &'a UnmatchedCall) -> Self {
        Self {
            call_id: call.call_id,
            number: call.number.as_deref(),
            started_at: moment::to_text(call.started_at),
            status: &call.status,
            advisor_id: call.advisor_id,
            attempts: call.attempts,
            last_attempt_at: moment::to_text(call.last_attempt_at),
            advisor: call.advisor.as_deref(),
        }
    }
}

/// Writes all calls as they are read: there may be millions.
pub fn write_json(out: &mut dyn Write, store: &Store) -> Result<()> {
    let mut out = BufWriter::new(out);
    out.write_all(br#"{"calls":["#)?;
    let mut separator = "";
    store.each_unmatched(|call| {
        let row = serde_json::to_string(&Shown::from(&call))?;
        write!(out, "{separator}{row}")?;
        separator = ",";
        Ok(())
    })?;
    writeln!(out, "]}}")?;
    Ok(out.flush()?)
}

/// As [`write_json`].
pub fn write_csv(out: &mut dyn Write, store: &Store) -> Result<()> {
    let headings = [
        "call_id",
        "number",
        "started_at",
        "status",
        "advisor_id",
        "attempts",
        "last_attempt_at",
        "advisor",
    ];
    let mut sheet = Spreadsheet::begin(out, &headings)?;
    store.each_unmatched(|call| {
        let shown = Shown::from(&call);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        sheet.write(&[
            shown.call_id.to_string(),
            text(shown.number),
            shown.started_at,
            shown.status.to_owned(),
            text(shown.advisor_id.map(|id| id.to_string()).as_deref()),
            shown.attempts.to_string(),
            shown.last_attempt_at,
            text(shown.advisor),
        ])
    })?;
    sheet.end()
}
