//! Dialog's part of `check`: token, clock and columns, from a campaign's report of a day,
//! or of a month where the day has no rows.

use chrono::TimeDelta;

use super::Api;
use super::report::{Report, ReportQuery};
use crate::call::Records;
use crate::campaign::ColumnNames;
use crate::check::Item;
use crate::check::system::{access, clock, unless_interrupted};
use crate::moment::{self, Window};
use crate::provider::{Provider, Result};
use crate::text;

const COLUMNS: &str = "Dialog columns";
const TIMES: &str = "Dialog times";
const ROWS: &str = "Dialog rows";

const MOST_DAYS: i64 = 30;

/// That nothing was asked, for no campaign is read.
pub fn without_campaign() -> Item {
    let found = "Dialog access: DIALOG_CAMPAIGNS names no campaign whose report could be asked for";
    Item::skipped("Dialog access", found)
}

/// Asks and compares. The campaign is one of those that are read.
pub fn items(api: &Api, campaign_id: i64) -> Result<Vec<Item>> {
    let report = unless_interrupted(latest(api, campaign_id))?;
    let mut items = vec![
        access(
            Provider::Dialog,
            "Dialog accepts the token or the login",
            report.as_ref().err(),
        ),
        clock(
            Provider::Dialog,
            api.http().clock().map(|heard| heard.reading),
        ),
    ];
    if let Ok(report) = &report {
        let records = api.read(campaign_id, report).records;
        items.extend(of_rows(api.columns(), report, &records));
    }
    Ok(items)
}

/// Most campaigns call on a single day, often before the check.
fn latest(api: &Api, campaign_id: i64) -> Result<Report> {
    let now = moment::now();
    let of_days = |days| {
        let answer = api.report(&ReportQuery {
            campaign_id,
            window: Window {
                from: now - TimeDelta::days(days),
                to: now,
            },
            columns: &api.columns().queries(),
        });
        answer.map(|answer| answer.body)
    };
    let of_today = of_days(1)?;
    match of_today.rows.is_empty() {
        false => Ok(of_today),
        true => of_days(MOST_DAYS),
    }
}

fn of_rows(names: &ColumnNames, report: &Report, records: &Records) -> Vec<Item> {
    if report.rows.is_empty() {
        let found = format!("columns: the campaign has no row of the last {MOST_DAYS} days");
        return vec![Item::skipped(COLUMNS, found)];
    }
    let mut items = columns(names, report);
    items.push(times(names, report, records));
    items.extend(unreadable(report, records));
    items
}

/// Names the columns that rows do not have.
fn columns(names: &ColumnNames, report: &Report) -> Vec<Item> {
    let cells: Vec<_> = report.rows.iter().map(|row| report.cells(row)).collect();
    let all = cells.len();
    let lacking = names.queries().into_iter().filter_map(|column| {
        let has = |name: &str| cells.iter().flatten().any(|row| row.contains_key(name));
        (!has(&column.name)).then(|| text::quoted(&column.name))
    });
    let items: Vec<_> = lacking
        .map(|name| {
            let found = format!("columns: {name} is in none of the latest {all} rows");
            Item::wrong(COLUMNS, found).with_fix("correct DIALOG_COLUMNS")
        })
        .collect();
    if items.is_empty() {
        let found = "columns: the latest rows have all that DIALOG_COLUMNS names";
        return vec![Item::good(COLUMNS, found)];
    }
    items
}

/// Rows that say no time are kept, but are no calls.
fn times(names: &ColumnNames, report: &Report, records: &Records) -> Item {
    if names.time.is_none() {
        let found = "times: DIALOG_COLUMNS names no column of them, so that no row is a call";
        return Item::warning(TIMES, found).with_fix("add time=COLUMN to DIALOG_COLUMNS");
    }
    let (timeless, all) = (records.results.len(), report.rows.len());
    match timeless {
        0 => Item::good(TIMES, "times: each of the latest rows says one"),
        timeless if timeless == all => {
            let found =
                format!("times: none of the latest {all} rows says one, so that none is a call");
            Item::warning(TIMES, found).with_fix("look at time=COLUMN in DIALOG_COLUMNS")
        }
        timeless => {
            let found =
                format!("times: {timeless} of the latest {all} rows say none and are no calls");
            Item::good(TIMES, found)
        }
    }
}

fn unreadable(report: &Report, records: &Records) -> Option<Item> {
    let first = records.unreadable.first()?;
    let (count, all) = (records.unreadable.len(), report.rows.len());
    let reason = text::quoted(first.reason.as_str());
    let found = format!("rows: {count} of the latest {all} cannot be understood ({reason})");
    Some(Item::warning(ROWS, found).with_fix("look at DIALOG_COLUMNS"))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Warsaw;
    use serde_json::{Value, json};

    use super::*;
    use crate::dialog::row::RowReader;

    /// What is said of rows like these, where the columns are called so.
    fn said(names: &ColumnNames, rows: Value) -> Vec<String> {
        let report: Report = serde_json::from_value(json!({"data": rows})).unwrap();
        let reader = RowReader {
            campaign_id: 7001,
            columns: names,
            zone: Warsaw,
            region: "PL".parse().unwrap(),
        };
        let items = of_rows(names, &report, &reader.read(&report).records);
        items.iter().map(ToString::to_string).collect()
    }

    fn names() -> ColumnNames {
        ColumnNames {
            id: None,
            time: Some("at".into()),
            duration: None,
            result: Some("result".into()),
            number: "number".into(),
        }
    }

    fn row(at: &str, number: &str) -> Value {
        json!({"at": at, "number": number, "result": null})
    }

    #[test]
    fn a_column_that_no_row_has_is_wrong() {
        let row = json!({"at": "2026-07-28T10:41:09Z", "number": "600100200"});
        assert_eq!(
            said(&names(), json!([row])),
            [
                "WRONG columns: result is in none of the latest 1 rows; correct DIALOG_COLUMNS",
                "ok    times: each of the latest rows says one",
            ]
        );
    }

    #[test]
    fn rows_without_a_time_and_rows_that_cannot_be_understood_are_counted() {
        let at = "2026-07-28T10:41:09Z";
        let rows = [row(at, "600100200"), row("", "600100200"), row(at, "")];
        assert_eq!(
            said(&names(), json!(rows)),
            [
                "ok    columns: the latest rows have all that DIALOG_COLUMNS names",
                "ok    times: 1 of the latest 3 rows say none and are no calls",
                "warn  rows: 1 of the latest 3 cannot be understood (no number); look at DIALOG_COLUMNS",
            ]
        );
    }

    #[test]
    fn where_no_row_has_a_time_a_person_should_look() {
        let said_of = |names: &ColumnNames| said(names, json!([row("", "600100200")]))[1].clone();
        assert_eq!(
            said_of(&names()),
            "warn  times: none of the latest 1 rows says one, so that none is a call; look at \
             time=COLUMN in DIALOG_COLUMNS"
        );
        let mut timeless = names();
        timeless.time = None;
        assert_eq!(
            said_of(&timeless),
            "warn  times: DIALOG_COLUMNS names no column of them, so that no row is a call; add \
             time=COLUMN to DIALOG_COLUMNS"
        );
        assert_eq!(
            said(&names(), json!([])),
            ["skip  columns: the campaign has no row of the last 30 days"]
        );
    }
}
