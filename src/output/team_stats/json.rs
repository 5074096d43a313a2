//! Team statistics for programs.

use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::content::hundredths;
use super::warnings;
use crate::moment;
use crate::team_stats::{self, Label, Measure, Numbers, Report, Row, Section};

pub fn to_json(report: &Report, zone: Tz) -> Value {
    json!({
        "from": report.period.from.to_string(),
        "to": report.period.to.to_string(),
        "timezone": zone.name(),
        "teams": report.sections.iter().map(section_json).collect::<Vec<_>>(),
        "summary": numbers_json(&report.summary),
        "fetched_at": report.fetched.map(|(_, newest)| moment::to_text(newest)),
        "warnings": warnings(&report.gaps, zone),
    })
}

fn section_json(section: &Section) -> Value {
    let team = match section.teams.as_slice() {
        [Some(team)] => Some(&team.code),
        _ => None,
    };
    let row = |row: &Row| {
        let mut object = numbers_json(&row.numbers);
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
    };
    json!({
        "team": team,
        "rows": section.rows.iter().map(row).collect::<Vec<_>>(),
        "summary": numbers_json(&section.summary),
    })
}

/// Seconds are whole, other averages have two decimals at most.
fn numbers_json(numbers: &Numbers) -> Map<String, Value> {
    let value = |measure| match numbers.value(measure) {
        team_stats::Value::Count(count) => json!(count),
        team_stats::Value::Time(seconds) => json!(seconds.map(|seconds| seconds.round() as i64)),
        team_stats::Value::Average(number) => json!(number.map(hundredths)),
    };
    let pairs = Measure::ALL.map(|measure| (measure.name().to_owned(), value(measure)));
    pairs.into_iter().collect()
}
