//! Team statistics: the columns, the periods, who may see them, and how they are shown.

use std::fs;
use std::path::Path;
use std::process::Command;

use chrono::{Datelike, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Warsaw;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::office::{Office, Run, ago, text};

const REFUSAL: &str = "callsync: Brak uprawnień do przeglądania statystyk zespołu\n";
const NOVEMBER: [&str; 2] = ["--month", "2026-11"];

/// Everybody was synchronised just now, and nobody has figures.
fn office() -> Office {
    let office = Office::new();
    office.callyzer.may_stay_unasked();
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
    let stdout = stats(office, &arguments).prints("{").run().stdout;
    serde_json::from_str(&stdout).unwrap()
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
        "summary": summary, "fetched_at": "2026-11-04T21:30:00Z", "warnings": [],
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
    let line = shown(&office, &["--month", "2026-10"]);
    assert!(line.contains("Dane pobrane: brak"), "{line}");
    assert!(line.contains("00:00:00        –"), "{line}");
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
fn every_team_has_its_section_and_summary_and_those_without_a_team_come_last() {
    let office = november();
    office.execute(
        "INSERT INTO teams VALUES ('pusty', 'Pusty');
         INSERT INTO users (login, name, role) VALUES ('d', 'Dorota', 'advisor-bik');
         UPDATE advisor_numbers SET user_id = (SELECT id FROM users WHERE login = 'd')
         WHERE number = '+48225550102'",
    );
    let report = as_json(&office, &NOVEMBER);
    let teams = report["teams"].as_array().unwrap();
    let codes: Vec<_> = teams.iter().map(|team| &team["team"]).collect();
    assert_eq!(codes, [&json!("bik"), &json!("cesje"), &Value::Null]);
    let calls: Vec<_> = teams.iter().map(|team| &team["summary"]["calls"]).collect();
    assert_eq!(calls, [&json!(14), &json!(6), &json!(0)]);
    assert_eq!(report["summary"]["calls"], json!(20));
    // Over the three advisors with calls: (5 + 4 + 6) ÷ 3.
    assert_eq!(report["summary"]["calls_per_day"], json!(5.0));
    let table = shown(&office, &NOVEMBER);
    let titles: Vec<_> = table
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_uppercase()))
        .collect();
    assert_eq!(
        titles[2..],
        [
            "Zespół bik, kierownik: Karol Maj",
            "Zespół cesje",
            "Doradcy bez zespołu",
            "Wszystkie zespoły"
        ]
    );
    assert_eq!(table.matches(" Razem ").count(), 4);
    let one = shown(&office, &["--team", "pusty"]);
    assert!(
        one.ends_with("\nZespół Pusty (pusty)\nBrak danych\n"),
        "{one}"
    );
}

#[test]
fn the_manager_is_the_active_one_of_several_the_first_by_name() {
    let office = november();
    let manager = || as_json(&office, &["--team", "bik"])["teams"][0]["rows"][0]["manager"].clone();
    office.execute(
        "INSERT INTO users (login, name, role, team) VALUES
         ('m2', 'Łucja Ptak', 'manager', 'bik'), ('m3', 'Lucyna Ptak', 'manager', 'bik');
         UPDATE users SET active = 0 WHERE login = 'kierownik'",
    );
    assert_eq!(manager(), json!("Lucyna Ptak"));
    office.execute("UPDATE users SET active = 0 WHERE role = 'manager'");
    assert_eq!(manager(), Value::Null);
}

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
    // A day apart: at the turn of a month the two have different ones.
    for zone in [Tz::Pacific__Kiritimati, Tz::Pacific__Niue] {
        let stdout = stats(&office, &["--format", "json"])
            .with("CALLYZER_TIMEZONE", zone.name())
            .prints(zone.name())
            .run()
            .stdout;
        let report: Value = serde_json::from_str(&stdout).unwrap();
        let today = Utc::now().with_timezone(&zone).date_naive();
        let first = today.with_day(1).unwrap();
        let last = first + Months::new(1) - TimeDelta::days(1);
        assert_eq!(report["from"], json!(first.to_string()));
        assert_eq!(report["to"], json!(last.to_string()));
    }
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
    let day = |minutes| ago(minutes).with_timezone(&Warsaw).date_naive().to_string();
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
fn an_unknown_team_is_an_error_that_lists_the_teams() {
    let office = office();
    stats(
        &office,
        &["--team", "bik", "--team", "windykacja\u{1b}[31m"],
    )
    .fails(65)
    .says("Nie ma zespołu 'windykacja [31m'; zespoły: bik, cesje\n")
    .run();
}

#[test]
fn a_manager_sees_the_own_team_and_of_others_not_even_whether_they_exist() {
    let office = november();
    office.execute(
        "INSERT INTO users (login, name, role, team) VALUES
         ('szef', 'S', 'head', 'cesje'), ('admin', 'A', 'administrator', NULL),
         ('bez', 'B', 'manager', NULL)",
    );
    let seen = |login: &str, arguments: &[&str]| {
        let report = as_json(
            &office,
            &[&NOVEMBER[..], &["--as", login], arguments].concat(),
        );
        let teams = report["teams"].as_array().unwrap().iter();
        let teams: Vec<_> = teams
            .map(|team| team["team"].as_str().unwrap().to_owned())
            .collect();
        teams.join(" ")
    };
    for login in ["szef", "admin"] {
        assert_eq!(seen(login, &[]), "bik cesje");
        assert_eq!(seen(login, &["--team", "bik"]), "bik");
    }
    assert_eq!(seen("kierownik", &[]), "bik");
    assert_eq!(
        seen("kierownik", &["--team", "bik", "--team", "bik"]),
        "bik"
    );
    let refused: [(&str, &[&str]); 8] = [
        ("kierownik", &["--team", "cesje"]),
        ("kierownik", &["--team", "windykacja"]),
        ("kierownik", &["--team", "bik", "--team", "cesje"]),
        ("bez", &[]),
        ("bez", &["--team", "bik"]),
        ("anna", &[]),
        ("anna", &["--team", "bik"]),
        ("nikt", &[]),
    ];
    for (login, arguments) in refused {
        for format in ["table", "json", "csv"] {
            let arguments = [arguments, &["--as", login, "--format", format]].concat();
            let stderr = stats(&office, &arguments)
                .fails(77)
                .says("Brak")
                .run()
                .stderr;
            assert_eq!(stderr, REFUSAL, "{arguments:?}");
        }
    }
    office.execute("UPDATE users SET active = 0 WHERE login = 'szef'");
    stats(&office, &["--as", "szef"])
        .fails(77)
        .says("Brak")
        .run();
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
        &["--from", "2026-11-01"],
        &["--to", "2026-11-01"],
        &["--from", "2026-11-02", "--to", "2026-11-01"],
        &["--from", "2026-11-02T10:00", "--to", "2026-11-03"],
        &["--sort", "talk"],
        &["--sort", "day"],
        &["--by", "day", "--sort", "advisor"],
        &["--by", "team"],
        &["--format", "xml"],
    ] {
        stats(&office, arguments).fails(64).says("--").run();
    }
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

/// The cells of a CSV file, the headings first.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let csv = csv.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

#[test]
fn csv_is_read_back_by_a_polish_spreadsheet_and_holds_no_formula() {
    let office = november();
    office.execute("UPDATE users SET name = '=HYPERLINK(\"x\";\"y\")' WHERE login = 'celina'");
    let csv = |arguments: &[&str]| {
        let arguments = [&NOVEMBER[..], &["--format", "csv"], arguments].concat();
        cells(&stats(&office, &arguments).prints("\u{feff}").run().stdout)
    };
    let rows = csv(&[]);
    let headings = [
        "Zespół",
        "Doradca",
        "Kierownik zespołu",
        "Przychodzące",
        "Wychodzące",
        "Nieodebrane",
        "Odrzucone",
        "Liczba rozmów OUT+IN",
        "Łączny czas rozmów",
        "Średni czas rozmowy",
        "Dni z rozmowami",
        "Średni dzienny czas rozmowy",
        "Średnia liczba połączeń dziennie",
    ];
    assert_eq!(rows[0], headings);
    let anna = [
        "bik",
        "Anna Wójcik",
        "Karol Maj",
        "3",
        "7",
        "8",
        "1",
        "10",
        "00:13:21",
        "00:01:20",
        "2",
        "00:06:41",
        "5,00",
    ];
    assert_eq!(rows[1], anna);
    assert_eq!(rows[2][8], "25:00:00");
    assert_eq!(rows[3][..3], ["cesje", "'=HYPERLINK(\"x\";\"y\")", ""]);
    assert_eq!(rows.len(), 4, "no summaries: {rows:?}");
    let days = csv(&["--by", "day"]);
    assert_eq!(days[0][..2], ["Dzień", "Przychodzące"]);
    assert_eq!(days[3][..2], ["2026-11-04", "0"]);
    assert_eq!(days[3][6..], ["00:00:00", "", "0", "", ""]);
}

#[test]
fn off_a_terminal_the_table_is_plain_and_whole() {
    let table = shown(&november(), &[&NOVEMBER[..], &["--team", "bik"]].concat());
    for sign in ["\u{1b}", "█", "Pominięte"] {
        assert!(!table.contains(sign), "{sign:?} in {table}");
    }
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "Statystyki od 2026-11-01 do 2026-11-30, strefa czasowa Europe/Warsaw",
            "Dane pobrane od 2026-11-02 22:30:00 do 2026-11-04 22:30:00",
            ""
        ]
    );
    let words = |start: &str| {
        let line = lines.iter().find(|line| line.starts_with(start));
        line.unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        words(" Bartosz"),
        "Bartosz Zieliński Karol Maj 0 4 0 2 4 25:00:00 06:15:00 1 25:00:00 4,00"
    );
    assert_eq!(
        words(" Razem"),
        "Razem 3 11 8 3 14 25:13:21 03:08:10 3 12:33:20 4,50"
    );
}

#[test]
fn a_name_from_outside_drives_no_terminal() {
    let office = november();
    office.execute("UPDATE users SET name = 'Jan' || char(27) || '[31m' || char(10) || 'X'");
    let table = shown(&office, &NOVEMBER);
    assert!(
        !table.contains('\u{1b}') && table.contains(" Jan [31m X "),
        "{table}"
    );
}

/// Runs on a terminal of this width and gives the lines as they are written; None where the
/// machine has no `script`, which makes one.
fn on_terminal(
    office: &Office,
    columns: usize,
    arguments: &str,
    no_color: &str,
) -> Option<Vec<String>> {
    if !Path::new("/usr/bin/script").exists() {
        return None;
    }
    let binary = env!("CARGO_BIN_EXE_callsync");
    let shell = format!("stty cols {columns} rows 50; exec {binary} stats {arguments}");
    let output = Command::new("/usr/bin/script")
        .args(["-qec", &shell, "/dev/null"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm-256color")
        .env("NO_COLOR", no_color)
        .env("CALLSYNC_ENV_FILE", office.path("callsync.env"))
        .env("CALLSYNC_DATABASE", office.database())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(
        text.lines()
            .map(|line| line.trim_end_matches('\r').to_owned())
            .collect(),
    )
}

/// Without the sequences that set colours.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[test]
fn on_a_terminal_the_table_fits_and_says_what_is_left_out() {
    let office = november();
    office
        .execute("UPDATE users SET name = 'Aleksandra Wiśniewska-Kowalczyk' WHERE login = 'anna'");
    for (columns, left_out) in [
        (
            80,
            "Kierownik zespołu, Przychodzące, Wychodzące, Nieodebrane, Odrzucone, Dni z rozmowami; ",
        ),
        (
            120,
            "Kierownik zespołu, Nieodebrane, Odrzucone, Dni z rozmowami; ",
        ),
        (200, ""),
    ] {
        let arguments = "--month 2026-11 --team bik";
        let Some(lines) = on_terminal(&office, columns, arguments, "") else {
            return;
        };
        for line in &lines {
            assert!(
                plain(line).chars().count() <= columns,
                "{columns}: {line:?}"
            );
        }
        let text = lines
            .iter()
            .map(|line| plain(line))
            .collect::<Vec<_>>()
            .join(" ");
        let line = format!("Pominięte kolumny: {left_out}pełna tabela: --format csv");
        assert_eq!(
            text.contains(&line),
            !left_out.is_empty(),
            "{columns}: {text}"
        );
        assert_eq!(
            text.contains("Pominięte"),
            !left_out.is_empty(),
            "{columns}: {text}"
        );
    }
}

#[test]
fn on_a_terminal_the_best_is_green_with_a_full_bar_and_the_weakest_red() {
    let office = november();
    let arguments = "--month 2026-11 --team bik";
    let Some(lines) = on_terminal(&office, 80, arguments, "") else {
        return;
    };
    let line = |start: &str| lines.iter().find(|line| line.starts_with(start)).unwrap();
    let (anna, bartek) = (line(" Anna"), line(" Bartosz"));
    // Anna has more calls to a day, Bartek longer talks.
    assert!(anna.contains("\u{1b}[38;5;160m 00:06:41 "), "{anna:?}");
    assert!(anna.contains("\u{1b}[38;5;40m "), "{anna:?}");
    assert!(anna.contains("5,00 ███████"), "{anna:?}");
    assert!(
        bartek.contains("\u{1b}[38;5;40m 25:00:00 ███████"),
        "{bartek:?}"
    );
    assert!(bartek.contains("4,00 █████▋"), "{bartek:?}");
    assert!(!line(" Razem").contains('█'));

    let without_colours = on_terminal(&office, 80, arguments, "1").unwrap().join("\n");
    assert!(
        !without_colours.contains(['\u{1b}', '█']),
        "{without_colours}"
    );
    assert!(without_colours.contains("Pominięte"), "{without_colours}");
}

#[test]
fn stale_data_a_day_that_disagrees_and_figures_still_due_are_said() {
    let office = november();
    let warnings = || as_json(&office, &NOVEMBER)["warnings"].clone();
    assert_eq!(warnings(), json!([]));
    synchronised(&office, 29);
    assert_eq!(warnings(), json!([]));
    office.execute(
        "UPDATE sync_dates SET last_synced_at = '2026-11-05T11:00:00Z' WHERE number = '+48225550102';
         DELETE FROM sync_dates WHERE number = '+48600100203';
         INSERT INTO differences VALUES
         ('callyzer', 1, '2026-11-03', 3, 5, '2026-11-04T00:00:00Z', '2026-11-04T00:00:00Z'),
         ('callyzer', 1, '2026-10-31', 3, 5, '2026-11-04T00:00:00Z', '2026-11-04T00:00:00Z');
         INSERT INTO stats_due (provider, user_id, day) VALUES
         ('callyzer', 1, '2026-11-03'), ('callyzer', 2, '2026-11-03'), ('callyzer', 3, '2026-11-05')",
    );
    let [stale, difference, due] = [
        "Dane nieaktualne, ostatnia synchronizacja: \
         Bartosz Zieliński (2026-11-05 12:00:00), Celina Dąbrowska (nigdy)",
        "Liczba połączeń inna niż w Callyzerze: 2026-11-03 Anna Wójcik (u nas 3, w Callyzerze 5)",
        "Statystyki jeszcze do pobrania: 2026-11-03, 2026-11-05",
    ];
    assert_eq!(warnings(), json!([stale, difference, due]));
    let table = shown(&office, &NOVEMBER);
    assert!(
        table.ends_with(&format!("\n{stale}\n{difference}\n{due}\n")),
        "{table}"
    );
    // Of the other team nothing is said.
    let cesje = as_json(&office, &["--month", "2026-11", "--team", "cesje"]);
    let expected = [
        "Dane nieaktualne, ostatnia synchronizacja: Celina Dąbrowska (nigdy)",
        "Statystyki jeszcze do pobrania: 2026-11-05",
    ];
    assert_eq!(cesje["warnings"], json!(expected));
    let rare = stats(&office, &["--team", "bik"]).with("CALLSYNC_INTERVAL_MINUTES", "14");
    rare.prints("synchronizacja: Anna Wójcik (").run();
}

#[test]
fn a_long_line_of_doubt_names_the_first_five() {
    let office = office();
    for day in 10..17 {
        office.execute(&format!(
            "INSERT INTO stats_due (provider, user_id, day) VALUES ('callyzer', 1, '2026-11-{day}')"
        ));
    }
    let warnings = as_json(&office, &NOVEMBER)["warnings"].clone();
    let days = "2026-11-10, 2026-11-11, 2026-11-12, 2026-11-13, 2026-11-14 i jeszcze 2";
    assert_eq!(
        warnings,
        json!([format!("Statystyki jeszcze do pobrania: {days}")])
    );
}

#[test]
fn a_file_without_advisors_and_a_quiet_run_are_no_errors() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office.import("users", "login,name,role\nszef,Szef,head\n");
    let table = shown(&office, &NOVEMBER);
    assert!(
        table.ends_with("\nDane pobrane: brak\nBrak danych\n"),
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
