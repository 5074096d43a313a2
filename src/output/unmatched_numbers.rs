//! The numbers of the unmatched calls, as text, CSV and JSON.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::json;

use super::spreadsheet::Spreadsheet;
use super::table::{self, Column};
use super::unmatched::{HIDDEN, ROWS_PER_PAGE, number_cell};
use super::{JsonRows, local, pages};
use crate::call::AccountLocale;
use crate::moment;
use crate::store::unmatched_numbers::UnmatchedNumber;

const COLUMNS: [Column; 5] = [
    Column::fixed("Numer telefonu"),
    Column::number("Liczba połączeń"),
    Column::fixed("Pierwsze połączenie"),
    Column::fixed("Ostatnie połączenie"),
    Column::name("Doradcy"),
];

pub fn write_table(
    out: &mut dyn Write,
    numbers: &[UnmatchedNumber],
    page: i64,
    zone: Tz,
) -> Result<()> {
    if numbers.is_empty() {
        return Ok(writeln!(out, "Brak nieprzetworzonych rozmów")?);
    }
    let row = |number: &UnmatchedNumber| {
        vec![
            number.number.as_deref().unwrap_or(HIDDEN).into(),
            number.calls.to_string().into(),
            local(number.first_at, zone).into(),
            local(number.last_at, zone).into(),
            number.advisors.join(", ").into(),
        ]
    };
    let per_page = ROWS_PER_PAGE.unsigned_abs() as usize;
    let of_page = numbers
        .chunks(per_page)
        .nth((page - 1).unsigned_abs() as usize);
    let rows: Vec<_> = of_page.into_iter().flatten().map(row).collect();
    table::write(out, &COLUMNS, &rows, "--format csv")?;
    let total = numbers.len();
    let pages = pages(total as i64, ROWS_PER_PAGE);
    Ok(writeln!(
        out,
        "Strona {page} z {pages}, liczba numerów: {total}"
    )?)
}

pub fn write_json(out: &mut dyn Write, numbers: &[UnmatchedNumber]) -> Result<()> {
    let mut rows = JsonRows::begin(out, "numbers")?;
    for number in numbers {
        rows.write(&json!({
            "number": number.number,
            "calls": number.calls,
            "first_at": moment::to_text(number.first_at),
            "last_at": moment::to_text(number.last_at),
            "advisors": number.advisors.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        }))?;
    }
    rows.end()
}

pub fn write_csv(
    out: &mut dyn Write,
    numbers: &[UnmatchedNumber],
    locale: AccountLocale,
) -> Result<()> {
    let headings = COLUMNS.map(|column| column.heading);
    let mut sheet = Spreadsheet::begin(out, &headings)?;
    for number in numbers {
        sheet.write(&[
            number_cell(number.number.as_deref(), locale.region),
            number.calls.to_string(),
            local(number.first_at, locale.zone),
            local(number.last_at, locale.zone),
            number.advisors.join(", "),
        ])?;
    }
    sheet.end()
}
