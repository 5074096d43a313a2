//! `callsync campaign report`: a campaign's results, as Dialog gives them.

use pretend_callyzer::path::DIALOG_REPORT;
use pretend_callyzer::{DialogCall, Misbehaviour, RowShape};
use serde_json::Value;

use crate::moment::{ago, day_of};
use crate::office::{DIALOG_CAMPAIGN, Office};
use crate::run::Run;

fn call(id: &str, number: &str, minutes: i64, duration_s: u32) -> DialogCall {
    DialogCall::new(DIALOG_CAMPAIGN, id, number, ago(minutes), duration_s)
}

/// An office of Dialog with three rows of a campaign, one of them without a time.
fn office() -> Office {
    let office = Office::of_dialog();
    office.dialog_call(call("d-1", "48601200301", 60, 40).showing("goal", "Zgoda"));
    office.dialog_call(call("d-2", "48601200302", 50, 20));
    office.dialog_call(call("d-3", "48601200303", 40, 0).showing("call_time", Value::Null));
    office
}

fn report(office: &Office, more: &[&str]) -> Run {
    let arguments = [&["campaign", "report", "7001"], more].concat();
    office.callsync(&arguments)
}

fn json(office: &Office, more: &[&str]) -> Value {
    report(office, &[&["--format", "json"], more].concat()).json()
}

/// The cells of a column, whether rows are objects or arrays.
fn column(report: &Value, name: &str) -> Vec<Value> {
    let columns = report["columns"].as_array().unwrap();
    let place = columns
        .iter()
        .position(|column| column == name || column["field"] == name || column["name"] == name);
    let place = place.unwrap_or_else(|| panic!("no {name} in {report}"));
    let rows = report["rows"].as_array().unwrap().iter();
    rows.map(|row| match row.get(name) {
        Some(cell) => cell.clone(),
        None => row[place].clone(),
    })
    .collect()
}

#[test]
fn rows_and_totals_are_as_dialog_gives_them_in_each_shape() {
    let office = office();
    let objects = json(&office, &[]);
    assert_eq!(column(&objects, "call_id"), ["d-1", "d-2", "d-3"]);
    assert_eq!(column(&objects, "call_time")[2], Value::Null);
    let totals = ["count", "total_duration_s", "mean_duration_s"];
    let totals = totals.map(|name| objects[name].to_string());
    assert_eq!(totals, ["3", "60", "20"]);
    office
        .callyzer
        .world(|world| world.dialog.row_shape = RowShape::Mixed);
    assert_eq!(json(&office, &[]), objects);
    // Nothing of it is kept.
    for table in ["calls", "campaign_results", "sync_dates"] {
        assert_eq!(office.count(table), "0", "{table}");
    }
}

#[test]
fn columns_filters_and_order_are_asked_of_dialog() {
    let office = office();
    let chosen = json(&office, &["--column", "call_id", "--column", "goal"]);
    assert_eq!(column(&chosen, "goal")[0], "Zgoda");
    assert_eq!(chosen["columns"].as_array().unwrap().len(), 2);
    let sorted = json(&office, &["--sort", "call_duration:asc"]);
    assert_eq!(column(&sorted, "call_id"), ["d-3", "d-2", "d-1"]);
    for (filter, expected) in [
        ("phone_number:contains:200302", vec!["d-2"]),
        ("goal:is_empty", vec!["d-2", "d-3"]),
        ("call_result:equal:Недозвон", vec!["d-3"]),
    ] {
        let found = json(&office, &["--filter", filter]);
        assert_eq!(column(&found, "call_id"), expected, "{filter}");
        assert_eq!(found["count"], expected.len(), "{filter}");
    }
    let asked = office.callyzer.requests_to(DIALOG_REPORT);
    let named = &asked[0].body["columns"];
    let names = named.as_array().unwrap().iter().map(|it| &it["name"]);
    assert_eq!(names.collect::<Vec<_>>(), ["call_id", "goal"]);
    let run = report(&office, &["--column", "unheard_of"]).fails(76);
    run.says("no column unheard_of").run();
}

#[test]
fn days_are_asked_for_whole() {
    let office = office();
    office.dialog_call(call("d-old", "48601200301", 10 * 24 * 60, 5));
    assert_eq!(json(&office, &[])["count"], 4);
    let day = day_of(ago(10 * 24 * 60)).to_string();
    let that_day = json(&office, &["--from", &day, "--to", &day]);
    assert_eq!(column(&that_day, "call_id"), ["d-old"]);
    let asked = office.callyzer.requests_to(DIALOG_REPORT).pop().unwrap();
    let end = &asked.body["analytics_filter"]["date_end"];
    assert!(end.as_str().unwrap().ends_with(":59:59.999Z"), "{end}");
    let before = (day_of(ago(10 * 24 * 60)) - chrono::Days::new(1)).to_string();
    assert_eq!(json(&office, &["--to", &before])["count"], 0);
    report(&office, &["--from", &day, "--to", &before])
        .fails(64)
        .logs()
        .run();
}

#[test]
fn it_is_shown_as_a_table_and_written_as_csv() {
    let office = office();
    office.dialog_call(call("=1+1", "48601200304", 30, 0).showing("goal", "\u{1b}[31m"));
    let more = ["--column", "call_id", "--column", "goal"];
    let table = report(&office, &more).prints("call_id").run().stdout;
    for part in ["d-1", "Zgoda", "d-3"] {
        assert!(table.contains(part), "no {part} in {table}");
    }
    assert!(!table.contains('\u{1b}'), "{table}");
    let csv = [&["--format", "csv"], &more[..]].concat();
    let csv = report(&office, &csv).prints("call_id").run().stdout;
    let lines: Vec<_> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "call_id;goal");
    assert!(lines.contains(&"d-1;Zgoda"), "{csv}");
    // No spreadsheet takes it for a formula.
    assert!(!csv.contains("\n=1+1"), "{csv}");
}

#[test]
fn words_that_dialog_does_not_know_are_usage_errors_that_list_those_it_knows() {
    let office = office();
    office.callyzer.may_stay_unasked();
    for (option, value, listed) in [
        (
            "--filter",
            "goal:like:x",
            "equal, contains, starts_with, ends_with, is_empty, not_empty, is_true, not_true",
        ),
        ("--filter", "goal", "NAME:TYPE:VALUE"),
        ("--filter", "goal:equal", "NAME:TYPE:VALUE"),
        ("--sort", "goal:up", "asc, desc"),
        ("--sort", ":asc", "NAME:asc"),
    ] {
        let run = report(&office, &[option, value]).fails(64);
        run.says(listed).run();
    }
    let twice = ["--filter", "goal:equal:a", "--filter", "goal:not_empty"];
    let run = report(&office, &twice).fails(64);
    run.says("--filter goal is there twice").run();
    assert_eq!(office.asked(DIALOG_REPORT), 0);
}

#[test]
fn rows_that_dialog_counts_and_does_not_bring_are_told_of() {
    let office = office();
    report(&office, &[]).prints("d-1").says_only("").run();
    office.callyzer.world(|world| world.dialog.row_limit = 2);
    let run = report(&office, &["--format", "csv"]).prints("d-1");
    run.says("Dialog counts 3 rows and brought 2").run();
}

#[test]
fn an_answer_s_own_names_and_totals_are_shown_safely_and_as_they_came() {
    let office = office();
    let answers = |body: &str| {
        office
            .callyzer
            .always(DIALOG_REPORT, Misbehaviour::status(200, body))
    };
    answers(
        r#"{"columns": [{"field": "a", "display_name": "=1+1\u001b[31m"}], "data": [["x"]],
            "total_duration": 3600, "avg_duration": "NaN", "count": 1}"#,
    );
    let table = report(&office, &[])
        .prints("3600 s, średnio: brak")
        .run()
        .stdout;
    let csv = report(&office, &["--format", "csv"])
        .prints("x")
        .run()
        .stdout;
    assert!(!format!("{table}{csv}").contains('\u{1b}'), "{table}{csv}");
    assert!(csv.contains("'=1+1"), "{csv}");
    // Nothing says which columns there are.
    answers(r#"{"columns": null, "data": [{"b": 2}, {"a": "1"}], "count": 2}"#);
    let csv = report(&office, &["--format", "csv"])
        .prints("")
        .run()
        .stdout;
    assert_eq!(csv, "\u{feff}a;b\n;2\n1;\n");
    report(&office, &[]).prints("1").run();
}
