//! Unmatched calls, as text, CSV and JSON.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde::Serialize;

use super::spreadsheet::{Spreadsheet, phone_number};
use super::table::{self, Column};
use super::{JsonRows, local, write_page_number};
use crate::moment;
use crate::store::Store;
use crate::store::register::Part;
use crate::store::unmatched::{Party, UnmatchedCall};

pub const ROWS_PER_PAGE: i64 = 50;
/// Stands for a number that the caller hid.
pub(super) const HIDDEN: &str = "(ukryty)";

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
            call.number.as_deref().unwrap_or(HIDDEN).into(),
            local(call.started_at, zone).into(),
            (&call.status).into(),
            call.advisor.as_deref().unwrap_or_default().into(),
            call.attempts.to_string().into(),
            local(call.last_attempt_at, zone).into(),
        ]
    };
    let rows: Vec<_> = calls.rows.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows, "--format csv")?;
    write_page_number(out, (page, ROWS_PER_PAGE), "liczba połączeń", calls.total)
}

/// A call as JSON shows it.
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
pub fn write_json(out: &mut dyn Write, store: &Store, party: Party) -> Result<()> {
    let mut rows = JsonRows::begin(out, "calls")?;
    store.each_unmatched(party, |call| rows.write(&Shown::from(&call)))?;
    rows.end()
}

/// As [`write_json`].
pub fn write_csv(out: &mut dyn Write, store: &Store, party: Party, zone: Tz) -> Result<()> {
    let headings = COLUMNS.map(|column| column.heading);
    let mut sheet = Spreadsheet::begin(out, &headings)?;
    store.each_unmatched(party, |call| {
        sheet.write(&[
            number_cell(call.number.as_deref()),
            local(call.started_at, zone),
            call.status,
            call.advisor.unwrap_or_default(),
            call.attempts.to_string(),
            local(call.last_attempt_at, zone),
        ])
    })?;
    sheet.end()
}

/// A number as a spreadsheet shows it.
pub(super) fn number_cell(number: Option<&str>) -> String {
    number.map_or(HIDDEN.into(), phone_number)
}
