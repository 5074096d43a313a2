//! The columns, the averages, and the rows in their order.

use serde_json::{Value, json};

use super::{NOVEMBER, advisors, as_json, figures, november, office, shown};

#[test]
fn each_column_is_counted_from_callyzers_figures_and_averages_of_a_summary_are_means() {
    let report = as_json(&november(), &[&NOVEMBER[..], &["--team", "bik"]].concat());
    let anna = json!({
        "advisor": "Anna Wójcik", "manager": "Karol Maj",
        "incoming": 3, "outgoing": 7, "missed": 8, "rejected": 1, "calls": 10,
        // 801 s: to 10 calls 80.1, to 2 days 400.5, which is rounded up.
        "talk_time_s": 801, "mean_call_s": 80, "days": 2, "mean_day_s": 401, "calls_per_day": 5.0,
    });
    let bartek = json!({
        "advisor": "Bartosz Zieliński", "manager": "Karol Maj",
        "incoming": 0, "outgoing": 4, "missed": 0, "rejected": 2, "calls": 4,
        "talk_time_s": 90_000, "mean_call_s": 22_500, "days": 1, "mean_day_s": 90_000,
        "calls_per_day": 4.0,
    });
    let summary = json!({
        "incoming": 3, "outgoing": 11, "missed": 8, "rejected": 3, "calls": 14,
        // (80.1 + 22,500) ÷ 2, (400.5 + 90,000) ÷ 2, (5 + 4) ÷ 2.
        "talk_time_s": 90_801, "mean_call_s": 11_290, "days": 3, "mean_day_s": 45_200,
        "calls_per_day": 4.5,
    });
    let expected = json!({
        "from": "2026-11-01", "to": "2026-11-30", "timezone": "Europe/Warsaw",
        "teams": [{"team": "bik", "rows": [anna, bartek], "summary": summary}],
        "summary": summary, "fetched_at": "2026-11-04T21:30:00Z", "data_from": "2026-11-02",
        "warnings": [],
    });
    assert_eq!(report, expected);
}

#[test]
fn averages_have_two_decimals_at_most() {
    let office = office();
    for (day, calls) in [("02", 3), ("03", 4), ("04", 3)] {
        let day = format!("2026-11-{day}");
        figures(&office, "anna", &day, [0, calls, 0, 0, 100]);
    }
    let report = as_json(&office, &[&NOVEMBER[..], &["--team", "bik"]].concat());
    assert_eq!(report["teams"][0]["rows"][0]["calls_per_day"], json!(3.33));
    let table = shown(&office, &NOVEMBER);
    let anna = table.lines().find(|line| line.contains("Anna")).unwrap();
    assert!(anna.ends_with(" 3,33"), "{anna}");
}

#[test]
fn who_had_no_call_is_a_row_that_moves_no_average() {
    let office = office();
    figures(&office, "anna", "2026-11-02", [1, 1, 0, 0, 60]);
    figures(&office, "bartek", "2026-11-02", [0, 0, 9, 0, 0]);
    let report = as_json(&office, &[&NOVEMBER[..], &["--team", "bik"]].concat());
    let [anna, bartek] = &report["teams"][0]["rows"].as_array().unwrap()[..] else {
        panic!("{report}");
    };
    for average in ["mean_call_s", "mean_day_s", "calls_per_day"] {
        assert_eq!(bartek[average], Value::Null, "{average}");
        assert_eq!(report["summary"][average], anna[average], "{average}");
    }
    assert_eq!((&bartek["days"], &bartek["missed"]), (&json!(0), &json!(9)));
    let none = as_json(&office, &["--month", "2026-10", "--team", "bik"]);
    assert_eq!(none["summary"]["mean_call_s"], Value::Null);
    assert_eq!(
        (&none["summary"]["calls"], &none["fetched_at"]),
        (&json!(0), &Value::Null)
    );
    let table = shown(&office, &NOVEMBER);
    assert!(table.contains("00:00:00         –"), "{table}");
}

#[test]
fn rows_are_todays_team_active_now_or_with_figures() {
    let office = november();
    let leave = |login: &str| {
        office.execute(&format!(
            "UPDATE users SET active = 0 WHERE login = '{login}'"
        ));
    };
    leave("bartek");
    assert_eq!(
        advisors(&office, &NOVEMBER),
        ["Anna Wójcik", "Bartosz Zieliński"]
    );
    assert_eq!(advisors(&office, &["--month", "2026-10"]), ["Anna Wójcik"]);
    office.execute("UPDATE users SET team = 'bik' WHERE login = 'celina'");
    assert_eq!(
        advisors(&office, &NOVEMBER),
        ["Anna Wójcik", "Bartosz Zieliński", "Celina Dąbrowska"]
    );
    // The manager has no row, also with figures.
    figures(&office, "kierownik", "2026-11-02", [1, 1, 1, 1, 1]);
    assert_eq!(advisors(&office, &NOVEMBER).len(), 3);
}

#[test]
fn names_are_sorted_as_polish_sorts_them_and_numbers_from_the_greatest() {
    let office = office();
    office.execute("DELETE FROM advisor_numbers; UPDATE users SET active = 0");
    let names = [
        "Adam",
        "Ądam",
        "bogna",
        "Czesław",
        "Ćma",
        "Lena",
        "Łada",
        "Łukasz",
        "Maria",
        "Zyta",
        "Źródło",
        "Żaneta",
    ];
    for (number, name) in names.iter().enumerate().rev() {
        let (login, day) = (format!("u{number}"), "2026-11-02");
        office.execute(&format!(
            "INSERT INTO users (login, name, role, team) VALUES ('{login}', '{name}', 'advisor-bik', 'bik')"
        ));
        // The last half has no call; of the rest the third has the most.
        let calls = [5, 4, 9, 4, 1, 7].get(number).copied().unwrap_or(0);
        figures(&office, &login, day, [calls, 0, 0, 0, 60]);
    }
    assert_eq!(advisors(&office, &NOVEMBER), names);
    assert_eq!(
        advisors(&office, &["--month", "2026-11", "--sort", "advisor"]),
        names
    );
    assert_eq!(
        advisors(&office, &["--month", "2026-11", "--sort", "manager"]),
        names
    );
    let by_calls = advisors(&office, &["--month", "2026-11", "--sort", "calls"]);
    assert_eq!(
        by_calls[..6],
        ["bogna", "Lena", "Adam", "Ądam", "Czesław", "Ćma"]
    );
    assert_eq!(by_calls[6..], names[6..]);
    // The fewer the calls, the longer the mean one; the mean of none comes last.
    let by_mean = advisors(&office, &["--month", "2026-11", "--sort", "mean_call_s"]);
    assert_eq!(
        by_mean[..6],
        ["Ćma", "Ądam", "Czesław", "Adam", "Lena", "bogna"]
    );
    assert_eq!(by_mean[6..], names[6..]);
}

#[test]
fn a_hyphen_sorts_the_other_way_round_and_what_is_missing_stays_last() {
    let office = november();
    let order = |sort: &[&str]| advisors(&office, &[&NOVEMBER[..], sort].concat());
    office.execute(
        "INSERT INTO users (login, name, role, team) VALUES ('z', 'Zyta', 'advisor-bik', 'bik')",
    );
    let [anna, bartek, zyta] = ["Anna Wójcik", "Bartosz Zieliński", "Zyta"];
    for (sort, expected) in [
        (&["--sort", "mean_call_s"][..], [bartek, anna, zyta]),
        (&["--sort", "-mean_call_s"], [anna, bartek, zyta]),
        (&["--sort=-mean_call_s"], [anna, bartek, zyta]),
        (&["--sort", "-calls"], [zyta, bartek, anna]),
        (&["--sort", "-advisor"], [zyta, bartek, anna]),
    ] {
        assert_eq!(order(sort), expected, "{sort:?}");
    }
}
