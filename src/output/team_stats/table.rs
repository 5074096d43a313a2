//! Team statistics as a text table, with bars on a terminal that has colours.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use super::wording;
use crate::output::bar::Scale;
use crate::output::screen::{Screen, write_words};
use crate::output::table::{self, Cell, Layout, Row};
use crate::team_stats::{Column, Measure, Numbers, Report, ReportRow, Section};

pub fn write_table(out: &mut dyn Write, report: &Report, zone: Tz) -> Result<()> {
    let screen = Screen::detect();
    let columns = Column::of_report(report.by_day);
    let sections = report.sections.iter();
    let sections: Vec<_> = sections.map(|section| rows(section, &columns)).collect();
    let all = summary(&report.summary.current, &columns);
    let shown: Vec<_> = columns.iter().copied().map(table_column).collect();
    // All sections are laid out alike.
    let layout = Layout::new(&shown, sections.iter().flatten().chain([&all]), screen);
    writeln!(out, "{}", wording::period(report, zone))?;
    writeln!(out, "{}", wording::fetched(report, zone))?;
    for (section, rows) in report.sections.iter().zip(&sections) {
        writeln!(out, "\n{}", wording::title(section))?;
        if section.rows.is_empty() {
            writeln!(out, "{}", wording::NO_DATA)?;
        } else {
            writeln!(out, "{}", layout.format_with_summary(rows).join("\n"))?;
        }
    }
    match report.sections.as_slice() {
        [] => writeln!(out, "{}", wording::NO_DATA)?,
        [_] => {}
        _ => {
            writeln!(out, "\n{}", wording::ALL_TEAMS)?;
            writeln!(out, "{}", layout.format(&[all]).join("\n"))?;
        }
    }
    table::write_left_out(out, &layout, "--format csv", screen)?;
    for line in wording::warnings(&report.gaps, zone) {
        write_words(out, &line, screen)?;
    }
    Ok(())
}

/// The column of the table. The two daily averages have bars, since they compare the
/// advisors.
fn table_column(column: Column) -> table::Column {
    let heading = wording::heading(column);
    let number = table::Column::number(heading).with_tall_heading();
    let Column::Measure(measure) = column else {
        let name = table::Column::name(heading);
        return match column {
            Column::Manager => name.leaves(0),
            Column::Day => table::Column::fixed(heading),
            _ => name,
        };
    };
    match measure {
        Measure::Rejected => number.leaves(1),
        Measure::Missed => number.leaves(2),
        Measure::Days | Measure::Advisors => number.leaves(3),
        Measure::Outgoing => number.leaves(4),
        Measure::Incoming => number.leaves(5),
        Measure::MeanCall => number.leaves(6),
        Measure::TalkTime => number.leaves(7),
        Measure::Calls => number,
        Measure::MeanDay | Measure::CallsPerDay => number.with_bar(),
    }
}

/// The rows of a section, and its summary if there are any.
fn rows(section: &Section, columns: &[Column]) -> Vec<Row> {
    let rows = section.rows.iter().map(|row| {
        let cells = columns.iter().map(|column| cell(*column, section, row));
        cells.collect()
    });
    let summary = (!section.rows.is_empty()).then(|| summary(&section.summary.current, columns));
    rows.chain(summary).collect()
}

fn cell(column: Column, section: &Section, row: &ReportRow) -> Cell {
    let text = wording::or_dash(wording::cell(column, section, row));
    let bar = match column {
        Column::Measure(measure) => {
            let value = row.numbers.current.value(measure).number();
            value.map(|value| scale(section, measure).bar(value))
        }
        _ => None,
    };
    Cell::with_bar(&text, bar)
}

/// The scale of a column in a section.
fn scale(section: &Section, measure: Measure) -> Scale {
    let value = |row: &ReportRow| row.numbers.current.value(measure).number();
    Scale::of(section.rows.iter().filter_map(value))
}

/// Without bars, because a summary is no member of the team.
fn summary(summary: &Numbers, columns: &[Column]) -> Row {
    let cells = columns
        .iter()
        .map(|column| wording::summary_cell(*column, summary));
    cells.map(|text| wording::or_dash(text).into()).collect()
}
