//! Unmatched calls, as text, CSV and JSON.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::table::table;
use super::{local, pages, spreadsheet};
use crate::moment;
use crate::store::register::{Part, UnmatchedCall};

pub const CALLS_PER_PAGE: i64 = 50;

pub fn write_table(
    out: &mut dyn Write,
    calls: &Part<UnmatchedCall>,
    page: i64,
    zone: Tz,
) -> Result<()> {
    if calls.total == 0 {
        return Ok(writeln!(out, "Brak nieprzetworzonych rozmów")?);
    }
    let headings = [
        "Numer telefonu",
        "Data i czas",
        "Status",
        "Doradca",
        "Liczba prób",
        "Ostatnia próba",
    ];
    let cells = |call: &UnmatchedCall| {
        vec![
            call.number.clone().unwrap_or_default(),
            local(call.started_at, zone),
            call.status.clone(),
            call.advisor.clone().unwrap_or_default(),
            call.attempts.to_string(),
            local(call.last_attempt_at, zone),
        ]
    };
    writeln!(out, "{}", table(&headings, calls.rows.iter().map(cells)))?;
    let pages = pages(calls.total, CALLS_PER_PAGE);
    Ok(writeln!(
        out,
        "Strona {page} z {pages}, połączeń: {}",
        calls.total
    )?)
}

pub fn to_json(calls: &Part<UnmatchedCall>) -> Value {
    let call = |call: &UnmatchedCall| {
        json!({
            "call_id": call.call_id,
            "number": call.number,
            "started_at": moment::to_text(call.started_at),
            "status": call.status,
            "advisor_id": call.advisor_id,
            "attempts": call.attempts,
            "last_attempt_at": moment::to_text(call.last_attempt_at),
            "advisor": call.advisor,
        })
    };
    json!({ "calls": calls.rows.iter().map(call).collect::<Vec<_>>() })
}

pub fn write_csv(out: &mut dyn Write, calls: &Part<UnmatchedCall>) -> Result<()> {
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
    let cells = |call: &UnmatchedCall| {
        vec![
            call.call_id.to_string(),
            call.number.clone().unwrap_or_default(),
            moment::to_text(call.started_at),
            call.status.clone(),
            call.advisor_id.map(|id| id.to_string()).unwrap_or_default(),
            call.attempts.to_string(),
            moment::to_text(call.last_attempt_at),
            call.advisor.clone().unwrap_or_default(),
        ]
    };
    spreadsheet::write(out, &headings, calls.rows.iter().map(cells))
}
