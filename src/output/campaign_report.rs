//! A campaign's results, as text, CSV and JSON.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::spreadsheet::Spreadsheet;
use super::table::{self, Cell, Column};
use crate::dialog::{Report, ReportColumn};
use crate::exit::{Exit, failure};
use crate::text;

/// A report whose rows can be told apart into cells.
#[derive(Debug, Serialize)]
pub struct Results {
    columns: Vec<ReportColumn>,
    rows: Vec<Map<String, Value>>,
    count: Option<u64>,
    total_duration_s: Option<Number>,
    mean_duration_s: Option<Number>,
}

impl Results {
    pub fn read(report: &Report) -> Result<Self> {
        let rows = report.rows.iter().map(|row| report.cells(row));
        let rows: Result<Vec<_>, _> = rows.collect();
        let rows = rows.map_err(|reason| failure(Exit::Protocol, reason.to_string()))?;
        Ok(Self {
            columns: match report.columns.is_empty() {
                true => columns_of(&rows),
                false => report.columns.clone(),
            },
            rows,
            count: report.count,
            total_duration_s: number(report.total_duration.text()),
            mean_duration_s: number(report.mean_duration.text()),
        })
    }

    /// What the columns are called; a row may have others, which only JSON shows.
    fn headings(&self) -> Vec<String> {
        let columns = self.columns.iter();
        let headings = columns.map(|column| column.display_name.as_ref().unwrap_or(&column.field));
        headings.map(|heading| text::shown(heading)).collect()
    }

    fn cells(&self, row: &Map<String, Value>) -> Vec<String> {
        let cell = |column: &ReportColumn| row.get(&column.field).map_or(String::new(), shown);
        self.columns.iter().map(cell).collect()
    }
}

/// The columns of an answer that names none.
fn columns_of(rows: &[Map<String, Value>]) -> Vec<ReportColumn> {
    let fields: BTreeSet<_> = rows.iter().flat_map(Map::keys).collect();
    let column = |field: &String| ReportColumn {
        field: field.clone(),
        display_name: None,
        data_type: None,
    };
    fields.into_iter().map(column).collect()
}

/// With the digits that it was given with.
fn number(text: Option<&str>) -> Option<Number> {
    text.and_then(|text| text.parse().ok())
}

/// A text without its quotation marks; anything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Writes the rows, then the totals.
pub fn write_table(out: &mut dyn Write, results: &Results) -> Result<()> {
    if results.rows.is_empty() {
        writeln!(out, "Brak wyników")?;
    } else {
        let headings = results.headings();
        let columns: Vec<_> = headings.iter().map(|name| Column::fixed(name)).collect();
        let rows = results.rows.iter();
        let rows: Vec<_> = rows
            .map(|row| results.cells(row).iter().map(Cell::from).collect())
            .collect();
        table::write(out, &columns, &rows, "--format json")?;
    }
    let count = results
        .count
        .map_or("brak".into(), |count| count.to_string());
    let time = |seconds: &Option<Number>| match seconds {
        Some(seconds) => format!("{seconds} s"),
        None => "brak".into(),
    };
    let (total, mean) = (
        time(&results.total_duration_s),
        time(&results.mean_duration_s),
    );
    Ok(writeln!(
        out,
        "Połączenia: {count}, czas razem: {total}, średnio: {mean}"
    )?)
}

pub fn write_json(out: &mut dyn Write, results: &Results) -> Result<()> {
    super::json(out, results)
}

/// Writes the rows; no totals.
pub fn write_csv(out: &mut dyn Write, results: &Results) -> Result<()> {
    let mut sheet = Spreadsheet::begin(out, &results.headings())?;
    for row in &results.rows {
        sheet.write(&results.cells(row))?;
    }
    sheet.end()
}
