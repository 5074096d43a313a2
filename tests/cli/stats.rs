//! `callsync stats`: team statistics. The fixtures stand here, the promises below by what they concern.

mod columns;
mod comparison;
mod formats;
mod html;
mod mail;
mod period;
mod phones;
mod teams;
mod terminal;
mod warnings;

use std::fs;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::moment::{ago, day_of, text};
use crate::office::Office;
use crate::run::Run;

const NOVEMBER: [&str; 2] = ["--month", "2026-11"];

/// Everybody was synchronised just now, and nobody has figures.
fn office() -> Office {
    let office = Office::unasked();
    synchronised(&office, 0);
    office
}

/// All numbers were synchronised so many minutes ago.
fn synchronised(office: &Office, minutes: i64) {
    office.execute(&format!(
        "INSERT OR REPLACE INTO sync_dates SELECT 'callyzer', number, '{}' FROM advisor_numbers",
        text(ago(minutes))
    ));
}

/// A day of an advisor: calls in, out, missed, rejected, and seconds of talk.
fn figures(office: &Office, login: &str, day: &str, [i, o, m, r, talk_s]: [i64; 5]) {
    office.execute(&format!(
        "INSERT INTO daily_stats
         SELECT 'callyzer', id, '{day}', {i}, {o}, {m}, {r}, 0, {talk_s}, 0, 0, '{day}T21:30:00Z'
         FROM users WHERE login = '{login}'"
    ));
}

/// Anna has calls on two of three days, Bartek on one, and Celina of the other team on one.
fn november() -> Office {
    let office = office();
    figures(&office, "anna", "2026-11-02", [2, 5, 1, 0, 700]);
    figures(&office, "anna", "2026-11-03", [1, 2, 3, 1, 101]);
    figures(&office, "anna", "2026-11-04", [0, 0, 4, 0, 0]);
    figures(&office, "bartek", "2026-11-03", [0, 4, 0, 2, 90_000]);
    figures(&office, "celina", "2026-11-03", [6, 0, 0, 0, 60]);
    office
}

fn stats(office: &Office, arguments: &[&str]) -> Run {
    office.callsync(&[&["stats"], arguments].concat())
}

fn shown(office: &Office, arguments: &[&str]) -> String {
    stats(office, arguments)
        .prints("Statystyki od")
        .run()
        .stdout
}

fn as_json(office: &Office, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    stats(office, &arguments).json()
}

/// One value of each row of a team.
fn column(team: &Value, name: &str) -> Vec<Value> {
    let rows = team["rows"].as_array().unwrap().iter();
    rows.map(|row| row[name].clone()).collect()
}

/// The names of the only team's advisors.
fn advisors(office: &Office, arguments: &[&str]) -> Vec<String> {
    let report = as_json(office, &[&["--team", "bik"], arguments].concat());
    let names = column(&report["teams"][0], "advisor").into_iter();
    names.map(|name| name.as_str().unwrap().into()).collect()
}

#[test]
fn what_sync_brings_is_what_is_shown() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 61, 90),
        ("c-2", "600100201", "601200302", "Incoming", 60, 30),
        ("c-3", "600100201", "601200302", "Missed", 59, 0),
        ("c-4", "225550102", "601200302", "Outgoing", 62, 7),
    ]);
    office.sync();
    let modified = || fs::metadata(office.database()).unwrap().modified().unwrap();
    let before = modified();
    let day = |minutes| day_of(ago(minutes)).to_string();
    let (from, to) = (day(63), day(58));
    let report = as_json(&office, &["--from", &from, "--to", &to, "--team", "bik"]);
    assert_eq!(column(&report["teams"][0], "calls"), [json!(2), json!(1)]);
    assert_eq!(
        column(&report["teams"][0], "talk_time_s"),
        [json!(120), json!(7)]
    );
    assert_eq!(report["warnings"], json!([]));
    assert_eq!(modified(), before, "reading changes nothing");
}

#[test]
fn wrong_arguments_are_64() {
    let office = office();
    for arguments in [
        &["--month", "2026-13"][..],
        &["--quarter", "2026-Q5"],
        &["--month", "2026-11", "--quarter", "2026-Q4"],
        &[
            "--month",
            "2026-11",
            "--from",
            "2026-11-01",
            "--to",
            "2026-11-02",
        ],
        &[
            "--quarter",
            "2026-Q4",
            "--to",
            "2026-11-02",
            "--from",
            "2026-11-01",
        ],
        &["--to", "2026-11-01"],
        &["--from", "2026-11-02T10:00", "--to", "2026-11-03"],
        &["--sort", "talk"],
        &["--sort", "--calls"],
        &["--month", "Last"],
        &["--sort", "day"],
        &["--by", "team"],
        &["--format", "xml"],
    ] {
        stats(&office, arguments).fails(64).says("--").run();
    }
    stats(&office, &["--from", "2026-11-02", "--to", "2026-11-01"])
        .fails(64)
        .says_only("callsync: --from 2026-11-02 is after --to 2026-11-01\n")
        .run();
    stats(&office, &["--by", "day", "--sort", "-days"])
        .fails(64)
        .says_only("callsync: --sort: there is no such column in this table, see --by\n")
        .run();
}

#[test]
fn a_file_without_advisors_and_a_quiet_run_are_no_errors() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office.import("users", "login,name,role\nszef,Szef,head\n");
    let table = shown(&office, &NOVEMBER);
    assert!(
        table.ends_with(" Europe/Warsaw\nBrak danych za ten okres\n"),
        "{table}"
    );
    shown(&office, &["--by", "day"]);
    assert_eq!(as_json(&office, &[])["teams"], json!([]));
    office.callsync(&["-q", "stats"]).run();
    let first = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
    assert_eq!(
        as_json(&office, &NOVEMBER)["from"],
        json!(first.to_string())
    );
}
