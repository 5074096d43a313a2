//! Team statistics as a text table, with bars on a terminal that has colours.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use super::{scale, wording};
use crate::output::screen::{Screen, write_words};
use crate::output::table::{self, Cell, Layout, Row};
use crate::team_stats::{Column, Compared, Measure, Report, ReportRow, Section};

pub fn write_table(out: &mut dyn Write, report: &Report, zone: Tz) -> Result<()> {
    let screen = Screen::detect();
    let heading = wording::period(report, zone);
    let lines = [Some(heading), wording::comparison(report)].into_iter();
    for line in lines.flatten().chain([wording::fetched(report, zone)]) {
        write_words(out, &line, screen)?;
    }
    if report.sections.iter().any(|section| section.has_figures) {
        write_sections(out, report, screen)?;
    }
    let mark = match report.by_day {
        true => String::new(),
        false => format!("{} ", wording::SILENT),
    };
    let warnings = wording::warnings(&report.gaps, zone, &mark);
    for line in wording::begin(report).into_iter().chain(warnings) {
        write_words(out, &line, screen)?;
    }
    Ok(())
}

fn write_sections(out: &mut dyn Write, report: &Report, screen: Option<Screen>) -> Result<()> {
    let columns = Column::of_report(report.by_day);
    let sections = report.sections.iter();
    let sections: Vec<_> = sections
        .map(|section| rows(report, section, &columns))
        .collect();
    let all = summary(report, &report.summary, &columns);
    let shown = columns.iter();
    let shown: Vec<_> = shown.map(|one| table_column(*one, report)).collect();
    // All sections are laid out alike.
    let layout = Layout::new(&shown, sections.iter().flatten().chain([&all]), screen);
    for (section, rows) in report.sections.iter().zip(&sections) {
        writeln!(out)?;
        write_words(out, &wording::title(section), screen)?;
        if section.has_figures {
            writeln!(out, "{}", layout.format_with_summary(rows).join("\n"))?;
        } else {
            writeln!(out, "{}", wording::NO_DATA)?;
        }
    }
    if report.sections.len() > 1 {
        let teams = report.sections.iter().flat_map(|section| &section.teams);
        writeln!(out)?;
        write_words(out, &wording::together(teams), screen)?;
        writeln!(out, "{}", layout.format(&[all]).join("\n"))?;
    }
    table::write_left_out(out, &layout, "--format csv", screen)?;
    Ok(write_words(out, wording::averages(report.by_day), screen)?)
}

/// The column of the table. The two daily averages have bars, since they compare the
/// advisors; beside the period before there is no room for them.
fn table_column(column: Column, report: &Report) -> table::Column<'static> {
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
        Measure::Incoming => number.leaves(4),
        Measure::MeanCall => number.leaves(5),
        Measure::TalkTime => number.leaves(6),
        Measure::Calls => number,
        Measure::MeanDay | Measure::CallsPerDay if report.previous.is_some() => number,
        Measure::MeanDay | Measure::CallsPerDay => number.with_bar(),
    }
}

/// The rows of a section of which something is held, and its summary.
fn rows(report: &Report, section: &Section, columns: &[Column]) -> Vec<Row> {
    if !section.has_figures {
        return Vec::new();
    }
    let rows = section.rows.iter().map(|row| {
        let cells = columns.iter();
        let cells = cells.map(|column| cell(*column, section, row));
        with_changes(report, &row.numbers, columns, cells)
    });
    let summary = summary(report, &section.summary, columns);
    rows.chain([summary]).collect()
}

fn cell(column: Column, section: &Section, row: &ReportRow) -> Cell {
    let text = wording::or_dash(wording::cell(column, section, row));
    match column {
        Column::Measure(measure) => {
            let value = row.numbers.current.value(measure).number();
            let bar = value.map(|value| scale(section, measure).bar(value));
            Cell::with_bar(&text, bar)
        }
        Column::Advisor if row.is_silent => Cell::from(text).with_suffix(wording::SILENT),
        _ => text.into(),
    }
}

/// Without bars, because a summary is no member of the team.
fn summary(report: &Report, summary: &Compared, columns: &[Column]) -> Row {
    let cells = columns
        .iter()
        .map(|column| wording::summary_cell(*column, &summary.current))
        .map(|text| wording::or_dash(text).into());
    with_changes(report, summary, columns, cells)
}

/// Puts the change since the period before behind each number, if there is one.
fn with_changes(
    report: &Report,
    numbers: &Compared,
    columns: &[Column],
    cells: impl Iterator<Item = Cell>,
) -> Row {
    let cells = cells.zip(columns);
    cells
        .map(|(cell, column)| match column {
            Column::Measure(measure) if report.previous.is_some() => {
                cell.with_suffix(&wording::change(*measure, numbers))
            }
            _ => cell,
        })
        .collect()
}
