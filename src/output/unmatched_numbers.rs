//! The numbers of the unmatched calls, as text, CSV and JSON.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::json;

use super::spreadsheet::Spreadsheet;
use super::table::{self, Cell, Column};
use super::unmatched::{HIDDEN, ROWS_PER_PAGE, number_cell};
use super::{JsonRows, local, write_page_number};
use crate::moment;
use crate::store::unmatched_numbers::{UnmatchedNumber, UnmatchedNumbers};

const COLUMNS: [Column; 5] = [
    Column::fixed("Numer telefonu"),
    Column::number("Liczba połączeń"),
    Column::fixed("Pierwsze połączenie").leaves(0),
    Column::fixed("Ostatnie połączenie"),
    Column::name("Doradcy"),
];

pub fn write_table(
    out: &mut dyn Write,
    numbers: &UnmatchedNumbers,
    page: i64,
    zone: Tz,
) -> Result<()> {
    if numbers.total() == 0 {
        return Ok(writeln!(out, "Brak nieprzetworzonych rozmów")?);
    }
    let row = |number: UnmatchedNumber| {
        vec![
            number.number.unwrap_or(HIDDEN).into(),
            number.calls.to_string().into(),
            local(number.first_at, zone).into(),
            local(number.last_at, zone).into(),
            Cell::of_names(&number.advisors),
        ]
    };
    let rows = numbers.rows(ROWS_PER_PAGE, (page - 1) * ROWS_PER_PAGE);
    let rows: Vec<_> = rows.map(row).collect();
    table::write(out, &COLUMNS, &rows, "--format csv")?;
    let page = (page, ROWS_PER_PAGE);
    write_page_number(out, page, "liczba numerów", numbers.total())
}

pub fn write_json(out: &mut dyn Write, numbers: &UnmatchedNumbers) -> Result<()> {
    let mut rows = JsonRows::begin(out, "numbers")?;
    for number in numbers.rows(i64::MAX, 0) {
        rows.write(&json!({
            "number": number.number,
            "calls": number.calls,
            "first_at": moment::to_text(number.first_at),
            "last_at": moment::to_text(number.last_at),
            "advisors": number.advisors,
        }))?;
    }
    rows.end()
}

pub fn write_csv(out: &mut dyn Write, numbers: &UnmatchedNumbers, zone: Tz) -> Result<()> {
    let headings = COLUMNS.map(|column| column.heading);
    let mut sheet = Spreadsheet::begin(out, &headings)?;
    for number in numbers.rows(i64::MAX, 0) {
        sheet.write(&[
            number_cell(number.number),
            number.calls.to_string(),
            local(number.first_at, zone),
            local(number.last_at, zone),
            number.advisors.join(", "),
        ])?;
    }
    sheet.end()
}
