//! The period, and a row a day of it.

use chrono::{Datelike, Months, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

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
fn by_day_a_row_is_a_day_of_the_teams_together_and_the_summary_stays() {
    let office = november();
    figures(&office, "celina", "2026-11-06", [1, 0, 0, 0, 30]);
    let by_advisor = as_json(&office, &NOVEMBER);
    let report = as_json(&office, &[&NOVEMBER[..], &["--by", "day"]].concat());
    assert_eq!(report["summary"], by_advisor["summary"]);
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
        "talk_time_s": 90_161, "mean_call_s": 6_935, "days": 3, "mean_day_s": 30_054,
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
    let table = shown(&office, &["--month", "2026-11", "--by", "day"]);
    assert!(
        table.contains("\nZespoły razem: bik, cesje\n Dzień "),
        "{table}"
    );
    assert!(!table.contains("Doradca "), "{table}");
}
