//! Team statistics, as text, CSV, JSON and a page.

mod html;
mod table;
mod wording;

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::bar::Scale;
use super::spreadsheet::Spreadsheet;
use crate::moment;
use crate::team_stats::{
    Column, Compared, Label, Measure, Numbers, Quantity, Report, ReportRow, Section,
};
pub use html::{Reports, write_page};
pub use table::write_table;

/// The scale of a column in a section.
fn scale(section: &Section, measure: Measure) -> Scale {
    let value = |row: &ReportRow| row.numbers.current.value(measure).number();
    Scale::of(section.rows.iter().filter_map(value))
}

/// Writes the rows without summaries, which a spreadsheet would count twice, and without
/// the teams of which nothing is held. The period before stands in columns behind the others.
pub fn write_csv(out: &mut dyn Write, report: &Report) -> Result<()> {
    let columns = Column::of_report(report.by_day);
    let mut headings: Vec<_> = columns.iter().map(|column| heading(*column)).collect();
    if !report.by_day {
        headings.insert(0, "Zespół".into());
    }
    if report.previous.is_some() {
        let measures = Measure::of_report(report.by_day).map(Column::Measure);
        headings.extend(measures.map(|column| format!("{} – poprzednio", heading(column))));
    }
    let mut sheet = Spreadsheet::begin(out, &headings)?;
    for section in report.sections.iter().filter(|one| one.has_figures) {
        for row in &section.rows {
            sheet.write(&csv_row(report, section, row))?;
        }
    }
    sheet.end()
}

fn heading(column: Column) -> String {
    wording::heading(column).into()
}

fn csv_row(report: &Report, section: &Section, row: &ReportRow) -> Vec<String> {
    let team = (!report.by_day).then(|| csv_team(section));
    let columns = Column::of_report(report.by_day).into_iter();
    let cells = columns.map(|column| match &row.label {
        // A spreadsheet knows a date that stands alone.
        Label::Day(day) if column == Column::Day => day.to_string(),
        _ => wording::cell(column, section, row).unwrap_or_default(),
    });
    let before = report.previous.map(|_| {
        Measure::of_report(report.by_day).map(|measure| {
            let previous = row.numbers.previous?;
            wording::quantity(previous.value(measure))
        })
    });
    let before = before.into_iter().flatten().map(Option::unwrap_or_default);
    team.into_iter().chain(cells).chain(before).collect()
}

fn csv_team(section: &Section) -> String {
    match section.teams.as_slice() {
        [Some(team)] => team.code.clone(),
        _ => wording::NO_TEAM.into(),
    }
}

pub fn to_json(report: &Report, zone: Tz) -> Value {
    let sections = report.sections.iter();
    let mut object = json!({
        "from": report.period.from.to_string(),
        "to": report.period.to.to_string(),
        "timezone": zone.name(),
        "teams": sections.map(|section| section_json(report, section)).collect::<Vec<_>>(),
        "summary": compared_json(report, &report.summary, false),
        "fetched_at": report.fetched.map(|(_, newest)| moment::to_text(newest)),
        "data_from": report.data_from.map(|day| day.to_string()),
        "warnings": wording::warnings(&report.gaps, zone, ""),
    });
    if let Some(before) = report.previous {
        object["previous"] = json!({
            "from": before.from.to_string(),
            "to": before.to.to_string(),
        });
    }
    object
}

fn section_json(report: &Report, section: &Section) -> Value {
    let team = match section.teams.as_slice() {
        [Some(team)] => Some(&team.code),
        _ => None,
    };
    let rows = section.rows.iter();
    let rows = rows.map(|row| row_json(report, section, row));
    json!({
        "team": team,
        "rows": rows.collect::<Vec<_>>(),
        "summary": compared_json(report, &section.summary, false),
    })
}

fn row_json(report: &Report, section: &Section, row: &ReportRow) -> Map<String, Value> {
    let mut object = compared_json(report, &row.numbers, report.by_day);
    match &row.label {
        Label::Advisor(name) => {
            object.insert("advisor".into(), json!(name));
            object.insert("manager".into(), json!(section.manager));
        }
        Label::Day(day) => {
            object.insert("day".into(), json!(day.to_string()));
        }
    }
    object
}

/// `of_day`: counts advisors with calls instead of days.
fn compared_json(report: &Report, numbers: &Compared, of_day: bool) -> Map<String, Value> {
    let mut object = numbers_json(Some(&numbers.current), of_day);
    if report.previous.is_some() {
        let previous = numbers_json(numbers.previous.as_ref(), of_day);
        object.insert("previous".into(), previous.into());
    }
    object
}

/// Rounds seconds to whole numbers and other averages to two decimals. All values are null
/// where nothing is held.
fn numbers_json(numbers: Option<&Numbers>, of_day: bool) -> Map<String, Value> {
    let value = |measure| match numbers.map(|numbers| numbers.value(measure).rounded()) {
        None => Value::Null,
        Some(Quantity::Count(count)) => json!(count),
        Some(Quantity::Time(seconds)) => json!(seconds.map(|seconds| seconds as i64)),
        Some(Quantity::Average(number)) => json!(number),
    };
    let measures = Measure::of_report(of_day);
    measures
        .map(|measure| (measure.name().to_owned(), value(measure)))
        .collect()
}
