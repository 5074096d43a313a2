//! `--compare`: each figure beside that of the period before.

use serde_json::{Value, json};

use super::{as_json, column, figures, office, shown, stats};
use crate::moment::at;
use crate::office::Office;
use crate::run::words;
use crate::terminal;

/// Today is 24 November. Anna has calls before the 24th of both months and after that of
/// October, Bartek only now, Celina only before.
fn two_months() -> Office {
    let office = office();
    office.it_is(at("2026-11-24T11:00:00Z"));
    figures(&office, "anna", "2026-10-01", [1, 3, 2, 0, 400]);
    figures(&office, "anna", "2026-10-24", [1, 0, 0, 0, 30]);
    figures(&office, "anna", "2026-10-25", [90, 0, 0, 0, 9_000]);
    figures(&office, "celina", "2026-10-02", [6, 0, 0, 0, 60]);
    figures(&office, "anna", "2026-11-01", [2, 5, 2, 1, 350]);
    figures(&office, "bartek", "2026-11-02", [0, 4, 0, 2, 90]);
    office
}

/// The cells of the row that begins so, off a terminal.
fn row(table: &str, start: &str) -> String {
    let line = table.lines().find(|line| line.starts_with(start));
    words(line.unwrap_or_else(|| panic!("no {start:?} in {table}")))
}

#[test]
fn each_figure_has_its_change_since_the_same_days_of_the_month_before() {
    let office = two_months();
    let table = shown(&office, &["--compare"]);
    let heading = "\nPorównanie dni od 2026-11-01 do 2026-11-24 z dniami od 2026-10-01 do \
                   2026-10-24; w nawiasach zmiana\nStan na ";
    assert!(table.contains(heading), "{table}");
    assert_eq!(
        row(&table, " Anna"),
        "Anna Wójcik Karol Maj 2 (=) 5 (+2) 2 (=) 1 (+1) 7 (+2) 00:05:50 (−00:01:20) \
         00:00:50 (−00:00:36) 1 (−1) 00:05:50 (+00:02:15) 7,00 (+4,50)"
    );
    assert_eq!(
        row(&table, " Bartosz"),
        "Bartosz Zieliński Karol Maj 0 (–) 4 (–) 0 (–) 2 (–) 4 (–) 00:01:30 (–) 00:00:23 (–) \
         1 (–) 00:01:30 (–) 4,00 (–)"
    );
    // Who has calls only before has a row; an average of nothing has no change.
    assert_eq!(
        row(&table, " Celina"),
        "Celina Dąbrowska – 0 (−6) 0 (=) 0 (=) 0 (=) 0 (−6) 00:00:00 (−00:01:00) – (–) \
         0 (−1) – (–) – (–)"
    );
}

#[test]
fn in_json_each_row_and_summary_has_the_numbers_before() {
    let office = two_months();
    let report = as_json(&office, &["--compare"]);
    let days = json!({"from": "2026-10-01", "to": "2026-10-24"});
    assert_eq!(report["previous"], days);
    let before = json!({
        "incoming": 2, "outgoing": 3, "missed": 2, "rejected": 0, "calls": 5,
        "talk_time_s": 430, "mean_call_s": 86, "days": 2, "mean_day_s": 215, "calls_per_day": 2.5,
    });
    let bik = &report["teams"][0];
    assert_eq!(bik["rows"][0]["previous"], before);
    assert_eq!(bik["summary"]["previous"], before);
    let nothing = bik["rows"][1]["previous"].as_object().unwrap();
    assert_eq!(nothing.len(), 10);
    assert!(nothing.values().all(Value::is_null), "{nothing:?}");
    assert_eq!(report["summary"]["previous"]["calls"], json!(11));
    let plain = as_json(&office, &[]);
    assert_eq!(plain["previous"], Value::Null);
    assert_eq!(plain["teams"][0]["rows"][0]["previous"], Value::Null);
}

#[test]
fn by_day_each_day_stands_beside_the_same_day_of_the_period_before() {
    let office = two_months();
    let report = as_json(&office, &["--compare", "--by", "day", "--team", "bik"]);
    let rows = report["teams"][0]["rows"].as_array().unwrap();
    assert_eq!(
        rows.len(),
        24,
        "from the first day with calls to the last of both"
    );
    assert_eq!(rows[0]["day"], json!("2026-11-01"));
    assert_eq!(rows[0]["previous"]["calls"], json!(4));
    assert_eq!(rows[1]["previous"]["calls"], Value::Null);
    assert_eq!(rows[23]["previous"]["advisors"], json!(1));
    let calls = column(&report["teams"][0], "previous");
    let calls = calls.iter().filter_map(|row| row["calls"].as_i64());
    assert_eq!(
        json!(calls.sum::<i64>()),
        report["summary"]["previous"]["calls"]
    );
}

#[test]
fn by_day_the_sum_is_that_of_the_rows_also_beside_a_longer_month() {
    let office = office();
    office.it_is(at("2026-11-24T11:00:00Z"));
    for day in ["2026-05-30", "2026-05-31", "2026-06-01", "2026-06-30"] {
        figures(&office, "anna", day, [1, 0, 0, 0, 10]);
    }
    let june = ["--month", "2026-06", "--compare", "--by", "day"];
    let report = as_json(&office, &june);
    assert_eq!(report["summary"]["calls"], json!(2));
    assert_eq!(report["summary"]["previous"]["calls"], json!(1));
    let table = shown(&office, &june);
    assert!(row(&table, " 2026-06-30").contains(" 1 (=) "), "{table}");
    assert!(row(&table, " Suma").contains(" 2 (+1) "), "{table}");
    let line = "Dane od 2026-05-30: wcześniejszych dni nie ma w pliku; zmiana porównuje \
                niepełny okres\n";
    assert!(table.contains(line), "{table}");
}

#[test]
fn csv_has_the_period_before_behind_the_other_columns() {
    let office = two_months();
    let arguments = ["--compare", "--team", "bik", "--format", "csv"];
    let csv = stats(&office, &arguments).prints("\u{feff}").run().stdout;
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(rows[0].len(), 23);
    assert_eq!(rows[0][13], "Przychodzące – poprzednio");
    assert_eq!(rows[0][22], "Średnia liczba połączeń dziennie – poprzednio");
    assert_eq!(
        rows[1][13..],
        [
            "2", "3", "2", "0", "5", "00:07:10", "00:01:26", "2", "00:03:35", "2,50"
        ]
    );
    assert_eq!(rows[2][13..], [""; 10]);
}

#[test]
fn on_a_terminal_the_comparison_fits_and_has_no_bars() {
    let office = two_months();
    for columns in [80, 120, 200] {
        let arguments = "stats --month 2026-11 --compare";
        let Some(table) = terminal::on_terminal(&office, columns, arguments, &[]) else {
            return;
        };
        let widest = table
            .lines()
            .map(|line| line.trim_end().chars().count())
            .max();
        assert!(widest <= Some(columns), "{columns}: {table}");
        assert!(!table.contains(['█', '\u{1b}']), "{table}");
    }
}
