//! Team statistics as a text table, with bars and colours on a terminal that has them.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use comfy_table::Cell;

use super::layout::{Layout, ShownColumn};
use super::wording;
use crate::output::bar::Scale;
use crate::output::table::{TableColumn, Terminal, with_summary, write_words};
use crate::team_stats::{Column, Measure, Numbers, Report, ReportRow, Section};

/// Occurs in no text, so that a long name is cut at the column's edge and not between words.
const NO_DELIMITER: char = '\0';

pub fn write_table(out: &mut dyn Write, report: &Report, zone: Tz) -> Result<()> {
    let terminal = Terminal::detect();
    let layout = Layout::new(report, terminal);
    writeln!(out, "{}", wording::period(report, zone))?;
    writeln!(out, "{}", wording::fetched(report, zone))?;
    for section in &report.sections {
        writeln!(out, "\n{}", wording::title(section))?;
        writeln!(out, "{}", section_table(section, &layout))?;
    }
    match report.sections.as_slice() {
        [] => writeln!(out, "{}", wording::NO_DATA)?,
        [_] => {}
        _ => {
            writeln!(out, "\n{}", wording::ALL_TEAMS)?;
            let summary = summary_row(&report.summary, &layout);
            writeln!(out, "{}", table(vec![summary], &layout))?;
        }
    }
    let left_out = wording::left_out(&layout.left_out);
    let warnings = wording::warnings(&report.gaps, zone);
    for line in left_out.into_iter().chain(warnings) {
        write_words(out, &line, terminal)?;
    }
    Ok(())
}

/// Formats a section and its summary.
fn section_table(section: &Section, layout: &Layout) -> String {
    if section.rows.is_empty() {
        return wording::NO_DATA.into();
    }
    let rows = section.rows.iter();
    let mut rows: Vec<_> = rows.map(|row| cells(section, row, layout)).collect();
    rows.push(summary_row(&section.summary, layout));
    table(rows, layout)
}

fn cells(section: &Section, row: &ReportRow, layout: &Layout) -> Vec<Cell> {
    let cell = |shown: &ShownColumn| {
        let text = wording::or_dash(wording::cell(shown.column, section, row));
        match shown.column {
            Column::Measure(measure) if layout.has_bar(shown) => {
                let value = row.numbers.value(measure).number();
                let bar = value.map(|value| (value, scale(section, measure)));
                cell_with_bar(&text, bar, shown.text_width, layout.bar_width)
            }
            _ => Cell::new(text).set_delimiter(NO_DELIMITER),
        }
    };
    layout.columns.iter().map(cell).collect()
}

/// The scale of a column in a section.
fn scale(section: &Section, measure: Measure) -> Scale {
    let value = |row: &ReportRow| row.numbers.value(measure).number();
    Scale::of(section.rows.iter().filter_map(value))
}

fn cell_with_bar(text: &str, bar: Option<(f64, Scale)>, width: usize, bar_width: usize) -> Cell {
    match bar {
        Some((value, scale)) => {
            let bar = scale.bar(value, bar_width);
            let cell = Cell::new(format!("{text:>width$} {bar:bar_width$}"));
            cell.fg(scale.colour(value))
        }
        None => Cell::new(format!("{text:>width$} {:bar_width$}", "")),
    }
}

/// Formats a summary, which has no bars because it is no member of the team.
fn summary_row(summary: &Numbers, layout: &Layout) -> Vec<Cell> {
    let cell = |shown: &ShownColumn| {
        let text = wording::or_dash(wording::summary_cell(shown.column, summary));
        if layout.has_bar(shown) {
            cell_with_bar(&text, None, shown.text_width, layout.bar_width)
        } else {
            Cell::new(text)
        }
    };
    layout.columns.iter().map(cell).collect()
}

fn table(rows: Vec<Vec<Cell>>, layout: &Layout) -> String {
    let column = |shown: &ShownColumn| TableColumn {
        heading: shown.heading,
        width: u16::try_from(layout.width_of(shown)).unwrap_or(u16::MAX),
        is_number: matches!(shown.column, Column::Measure(_)),
    };
    let columns: Vec<_> = layout.columns.iter().map(column).collect();
    with_summary(&columns, rows)
}
