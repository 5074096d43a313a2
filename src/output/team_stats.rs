//! Team statistics, as text, CSV and JSON.

mod table;
mod wording;

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::spreadsheet::Spreadsheet;
use crate::moment;
use crate::team_stats::{Column, Label, Measure, Numbers, Quantity, Report, ReportRow, Section};
pub use table::write_table;

/// Writes the rows without summaries, which a spreadsheet would count twice.
pub fn write_csv(out: &mut dyn Write, report: &Report) -> Result<()> {
    let columns = Column::of_report(report.by_day);
    let team = (!report.by_day).then_some("Zespół");
    let headings = columns.iter();
    let headings = headings.map(|column| wording::heading(*column));
    let headings: Vec<_> = team.into_iter().chain(headings).collect();
    let cells = |section: &Section, row: &ReportRow| -> Vec<String> {
        let team = (!report.by_day).then(|| csv_team(section));
        let columns = columns.iter();
        let cells = columns.map(|column| wording::cell(*column, section, row).unwrap_or_default());
        team.into_iter().chain(cells).collect()
    };
    let mut sheet = Spreadsheet::begin(out, &headings)?;
    for section in &report.sections {
        for row in &section.rows {
            sheet.write(&cells(section, row))?;
        }
    }
    sheet.end()
}

fn csv_team(section: &Section) -> String {
    match section.teams.as_slice() {
        [Some(team)] => team.code.clone(),
        _ => wording::NO_TEAM.into(),
    }
}

pub fn to_json(report: &Report, zone: Tz) -> Value {
    json!({
        "from": report.period.from.to_string(),
        "to": report.period.to.to_string(),
        "timezone": zone.name(),
        "teams": report.sections.iter().map(section_json).collect::<Vec<_>>(),
        "summary": numbers_json(&report.summary.current, false),
        "fetched_at": report.fetched.map(|(_, newest)| moment::to_text(newest)),
        "warnings": wording::warnings(&report.gaps, zone),
    })
}

fn section_json(section: &Section) -> Value {
    let team = match section.teams.as_slice() {
        [Some(team)] => Some(&team.code),
        _ => None,
    };
    let rows = section.rows.iter().map(|row| row_json(section, row));
    json!({
        "team": team,
        "rows": rows.collect::<Vec<_>>(),
        "summary": numbers_json(&section.summary.current, false),
    })
}

fn row_json(section: &Section, row: &ReportRow) -> Map<String, Value> {
    let by_day = matches!(row.label, Label::Day(_));
    let mut object = numbers_json(&row.numbers.current, by_day);
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

/// Rounds seconds to whole numbers and other averages to two decimals.
fn numbers_json(numbers: &Numbers, by_day: bool) -> Map<String, Value> {
    let value = |measure| match numbers.value(measure) {
        Quantity::Count(count) => json!(count),
        Quantity::Time(seconds) => json!(seconds.map(|seconds| seconds.round() as i64)),
        Quantity::Average(number) => json!(number.map(wording::hundredths)),
    };
    let measures = Measure::of_report(by_day);
    measures
        .map(|measure| (measure.name().to_owned(), value(measure)))
        .collect()
}
