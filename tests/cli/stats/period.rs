//! The period, and a row a day of it.

use chrono::{Datelike, Months, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::run::words;

use super::{NOVEMBER, as_json, column, figures, november, office, shown, stats};

#[test]
fn a_period_includes_its_first_and_last_day_and_no_other() {
    let office = office();
    for (number, day) in [
        "2026-09-30",
        "2026-10-01",
        "2026-10-31",
        "2026-11-01",
        "2026-12-31",
        "2027-01-01",
    ]
    .into_iter()
    .enumerate()
    {
        figures(
            &office,
            "anna",
            day,
            [0, 10_i64.pow(number as u32), 0, 0, 0],
        );
    }
    for (arguments, calls) in [
        (&["--month", "2026-10"][..], 110),
        (&["--quarter", "2026-Q4"], 11_110),
        (&["--quarter", "2026-Q3"], 1),
        (&["--from", "2026-10-31", "--to", "2026-11-01"], 1_100),
        (&["--from", "2026-10-31", "--to", "2026-10-31"], 100),
    ] {
        let report = as_json(&office, arguments);
        assert_eq!(report["summary"]["calls"], json!(calls), "{arguments:?}");
    }
}

#[test]
fn the_current_month_is_that_of_the_accounts_zone() {
    let office = office();
    // A day apart: around the first of a month they have different ones.
    for zone in [Tz::Pacific__Kiritimati, Tz::Pacific__Niue] {
        let report = stats(&office, &["--format", "json"])
            .with("CALLYZER_TIMEZONE", zone.name())
            .json();
        assert_eq!(report["timezone"], json!(zone.name()));
        let today = Utc::now().with_timezone(&zone).date_naive();
        let first = today.with_day(1).unwrap();
        let last = first + Months::new(1) - TimeDelta::days(1);
        assert_eq!(report["from"], json!(first.to_string()));
        assert_eq!(report["to"], json!(last.to_string()));
    }
}

#[test]
fn the_last_month_and_quarter_and_days_until_today_are_those_of_the_accounts_zone() {
    let office = office();
    // In Warsaw the new year has begun.
    office.it_is("2026-12-31T23:30:00Z".parse().unwrap());
    for (arguments, zone, from, to) in [
        (
            &["--month", "last"][..],
            "Europe/Warsaw",
            "2026-12-01",
            "2026-12-31",
        ),
        (&["--month", "last"], "UTC", "2026-11-01", "2026-11-30"),
        (
            &["--quarter", "last"],
            "Europe/Warsaw",
            "2026-10-01",
            "2026-12-31",
        ),
        (&["--quarter", "last"], "UTC", "2026-07-01", "2026-09-30"),
        (
            &["--from", "2026-12-30"],
            "Europe/Warsaw",
            "2026-12-30",
            "2027-01-01",
        ),
        (&["--from", "2026-12-30"], "UTC", "2026-12-30", "2026-12-31"),
    ] {
        let report = stats(&office, &[arguments, &["--format", "json"]].concat())
            .with("CALLYZER_TIMEZONE", zone)
            .json();
        let expected = (&json!(from), &json!(to));
        assert_eq!((&report["from"], &report["to"]), expected, "{arguments:?}");
    }
    stats(&office, &["--from", "2027-01-02"])
        .fails(64)
        .says_only("callsync: --from 2027-01-02 is after today, 2027-01-01\n")
        .run();
}

#[test]
fn a_period_that_begins_before_the_data_says_so_and_one_without_data_has_no_rows() {
    let office = november();
    let held = "Dane od 2026-11-02: wcześniejszych dni nie ma w pliku\n";
    let quarter = shown(&office, &["--quarter", "2026-Q4"]);
    let heading = "Statystyki od 2026-10-01 do 2026-12-31 (dane od 2026-11-02), strefa ";
    assert!(quarter.starts_with(heading), "{quarter}");
    assert!(quarter.ends_with(held), "{quarter}");
    let whole = shown(&office, &["--from", "2026-11-02", "--to", "2026-11-30"]);
    assert!(
        !whole.contains("dane od") && !whole.contains("Dane od"),
        "{whole}"
    );
    let empty = shown(&office, &["--month", "2025-01"]);
    let expected = format!(" Europe/Warsaw\nBrak danych za ten okres\n{held}");
    assert!(
        empty.ends_with(&expected) && !empty.contains("00:00:00"),
        "{empty}"
    );
    let csv = stats(&office, &["--month", "2025-01", "--format", "csv"]);
    assert_eq!(csv.prints("Doradca;").run().stdout.lines().count(), 1);
    // Each team has its own first day, and each system.
    figures(&office, "celina", "2026-10-30", [1, 0, 0, 0, 30]);
    for (arguments, first) in [
        (&["--team", "bik"][..], json!("2026-11-02")),
        (&["--team", "cesje"], json!("2026-10-30")),
        (&[], json!("2026-10-30")),
        (&["--provider", "telecube"], Value::Null),
    ] {
        assert_eq!(
            as_json(&office, arguments)["data_from"],
            first,
            "{arguments:?}"
        );
    }
}

#[test]
fn by_day_a_row_is_a_day_of_the_teams_together() {
    let office = november();
    figures(&office, "celina", "2026-11-06", [1, 0, 0, 0, 30]);
    let report = as_json(&office, &[&NOVEMBER[..], &["--by", "day"]].concat());
    let summary = json!({
        "incoming": 10, "outgoing": 11, "missed": 8, "rejected": 3, "calls": 21,
        // 90,891 s to 21 calls, and to 5 days of advisors.
        "talk_time_s": 90_891, "mean_call_s": 4_328, "days": 5, "mean_day_s": 18_178,
        "calls_per_day": 4.2,
    });
    assert_eq!(report["summary"], summary);
    let [together] = &report["teams"].as_array().unwrap()[..] else {
        panic!("{report}");
    };
    assert_eq!(
        (&together["team"], &together["summary"]),
        (&Value::Null, &report["summary"])
    );
    let days = [
        "2026-11-02",
        "2026-11-03",
        "2026-11-04",
        "2026-11-05",
        "2026-11-06",
    ];
    assert_eq!(column(together, "day"), days.map(|day| json!(day)));
    let third = json!({
        "day": "2026-11-03",
        "incoming": 7, "outgoing": 6, "missed": 3, "rejected": 3, "calls": 13,
        // 90,161 s of three advisors.
        "talk_time_s": 90_161, "mean_call_s": 6_935, "advisors": 3, "mean_day_s": 30_054,
        "calls_per_day": 4.33,
    });
    assert_eq!(together["rows"][1], third);
    assert_eq!(together["rows"][3]["mean_day_s"], Value::Null);
    let one = as_json(
        &office,
        &["--month", "2026-11", "--by", "day", "--team", "bik"],
    );
    assert_eq!(one["teams"][0]["team"], json!("bik"));
    let sorted = as_json(
        &office,
        &["--month", "2026-11", "--by", "day", "--sort", "calls"],
    );
    let expected = [days[1], days[0], days[4], days[2], days[3]].map(|day| json!(day));
    assert_eq!(column(&sorted["teams"][0], "day"), expected);
    let sorted = as_json(
        &office,
        &["--month", "2026-11", "--by", "day", "--sort", "-advisors"],
    );
    assert_eq!(column(&sorted["teams"][0], "advisors")[..3], [0, 0, 1]);
    let table = shown(&office, &["--month", "2026-11", "--by", "day"]);
    assert!(
        table.contains("\nZespoły razem: bik, cesje\n Dzień "),
        "{table}"
    );
    assert!(!table.contains("Doradca "), "{table}");
}

#[test]
fn a_day_is_named_and_a_single_one_agrees_with_its_summary() {
    let office = office();
    figures(&office, "anna", "2026-11-21", [2, 5, 0, 0, 700]);
    figures(&office, "bartek", "2026-11-21", [1, 0, 0, 0, 100]);
    let table = shown(&office, &[&NOVEMBER[..], &["--by", "day"]].concat());
    let figures = "3 5 0 0 8 00:13:20 00:01:40 2 00:06:40 4,00";
    for label in ["2026-11-21 sob.", "Suma / średnia"] {
        let line = table.lines().find(|line| line.contains(label));
        assert_eq!(words(line.unwrap()), format!("{label} {figures}"));
    }
    let averages = "Suma / średnia: doradcy z rozmowami to osobodni, a średnie liczone są \
                    na rozmowę i na osobodzień, jak w wierszach\n";
    assert!(table.contains(averages), "{table}");
}
