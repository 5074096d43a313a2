//! `callsync unmatched`: the calls that fit no lead.

mod by_number;
mod own;
mod terminal;

use pretend_callyzer::Call;
use serde_json::{Value, json};

use crate::moment::{ago, local};
use crate::office::Office;
use crate::run::words;

/// An office with so many calls of numbers that are nobody's, one a minute.
fn office(calls: u32) -> Office {
    let office = Office::new().going_back(1);
    for n in 0..calls {
        let (id, number) = (format!("c-{n:03}"), format!("{}", 601_300_000 + n));
        let at = ago(i64::from(n) + 1);
        office.call(Call::new(&id, "600100203", &number, "Missed", at, 0));
    }
    office.sync();
    office
}

fn page(office: &Office, page: &str) -> String {
    let run = office.callsync(&["unmatched", "--page", page]);
    run.prints("Strona ").run().stdout
}

/// The cells of the CSV, the headings first.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let csv = csv.strip_prefix('\u{feff}').unwrap();
    let row = |line: &str| line.split(';').map(str::to_owned).collect();
    csv.lines().map(row).collect()
}

#[test]
fn the_screen_has_fifty_a_page_the_newest_first() {
    let office = office(120);
    let calls = office.rows("SELECT number FROM unmatched ORDER BY started_at DESC");
    for (number, expected) in [
        ("1", &calls[..50]),
        ("2", &calls[50..100]),
        ("3", &calls[100..]),
    ] {
        let screen = page(&office, number);
        let lines: Vec<_> = screen.lines().collect();
        let (last, table) = lines.split_last().unwrap();
        let shown: Vec<_> = table[2..]
            .iter()
            .map(|line| line.split_whitespace().next().unwrap())
            .collect();
        assert_eq!(shown, expected, "{screen}");
        assert_eq!(*last, format!("Strona {number} z 3, liczba połączeń: 120"));
    }
    office
        .callsync(&["unmatched", "--page", "4"])
        .fails(65)
        .says_only("callsync: Strona 4 nie istnieje; lista ma 3 strony\n")
        .run();
}

#[test]
fn a_line_shows_number_time_status_advisor_and_attempts() {
    let office = Office::new();
    office.call(Call::new("c-1", "600100203", "112", "Outgoing", ago(30), 9));
    office.call(Call::new("c-2", "600100202", "", "Missed", ago(20), 0));
    office.sync();
    office.sync();
    let screen = page(&office, "1");
    let lines: Vec<_> = screen.lines().map(words).collect();
    assert_eq!(
        lines[0],
        "Numer telefonu Data i czas Status Doradca Liczba prób Ostatnia próba"
    );
    let times = "SELECT started_at, last_attempt_at FROM unmatched ORDER BY started_at DESC";
    let times: Vec<_> = office.rows(times);
    let time = |row: usize, column: usize| {
        let text = times[row].split('|').nth(column).unwrap();
        local(text.parse().unwrap())
    };
    let hidden = format!(
        "(ukryty) {} Nieodebrane Bartosz Zieliński 2 {}",
        time(0, 0),
        time(0, 1)
    );
    let emergency = format!(
        "112 {} Wychodzące Celina Dąbrowska 2 {}",
        time(1, 0),
        time(1, 1)
    );
    assert_eq!(lines[2..4], [hidden, emergency]);
    assert_eq!(lines[4], "Strona 1 z 1, liczba połączeń: 2");
}

#[test]
fn json_and_csv_hold_all_whatever_the_page() {
    let office = office(60);
    let view = office.rows(
        "SELECT call_id, number, started_at, status, advisor_id, attempts, last_attempt_at
         FROM unmatched ORDER BY started_at DESC",
    );
    let ask = |format| office.callsync(&["unmatched", "--page", "2", "--format", format]);
    let json = ask("json").json();
    assert_eq!(json["calls"].as_array().unwrap().len(), 60);
    let shown = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let columns = [
        "call_id",
        "number",
        "started_at",
        "status",
        "advisor_id",
        "attempts",
        "last_attempt_at",
    ];
    for (call, row) in json["calls"].as_array().unwrap().iter().zip(&view) {
        let values = columns.map(|column| shown(&call[column]));
        assert_eq!(values.join("|"), *row);
        assert_eq!(call["advisor"], "Celina Dąbrowska");
        assert_eq!(call.as_object().unwrap().len(), columns.len() + 1);
    }

    let csv = cells(&ask("csv").prints("\u{feff}").run().stdout);
    assert_eq!(csv.len(), 61);
}

#[test]
fn the_csv_is_for_a_polish_spreadsheet() {
    let office = Office::new();
    for (id, number, minutes) in [
        ("c-1", "601300001", 30),
        ("c-2", "", 20),
        ("c-3", "112", 10),
    ] {
        office.call(Call::new(
            id,
            "600100203",
            number,
            "Missed",
            ago(minutes),
            0,
        ));
    }
    office.sync();
    let csv = office.callsync(&["unmatched", "--format", "csv"]);
    let csv = csv.prints("\u{feff}").run().stdout;
    let times = office.rows("SELECT started_at, last_attempt_at FROM unmatched ORDER BY 1 DESC");
    let line = |number: &str, times: &str| {
        let times: Vec<_> = times
            .split('|')
            .map(|time| local(time.parse().unwrap()))
            .collect();
        let (at, last) = (&times[0], &times[1]);
        format!("{number};{at};Nieodebrane;Celina Dąbrowska;1;{last}\n")
    };
    // No plus, which a spreadsheet would take for the sign of a number.
    let expected = [
        "\u{feff}Numer telefonu;Data i czas;Status;Doradca;Liczba prób;Ostatnia próba\n".into(),
        line("112", &times[0]),
        line("(ukryty)", &times[1]),
        line("(+48) 601300001", &times[2]),
    ];
    assert_eq!(csv, expected.concat());
    let json = office.callsync(&["unmatched", "--format", "json"]).json();
    assert_eq!(json["calls"][1]["number"], Value::Null);
}

#[test]
fn an_empty_list_says_so_and_is_empty_for_a_program() {
    let office = Office::unasked();
    office
        .callsync(&["unmatched"])
        .prints_only("Brak nieprzetworzonych rozmów\n")
        .run();
    let json = office.callsync(&["unmatched", "--format", "json"]).json();
    assert_eq!(json, json!({"calls": []}));
    let csv = office.callsync(&["unmatched", "--format", "csv"]);
    let csv = csv.prints("\u{feff}").run().stdout;
    assert_eq!(cells(&csv).len(), 1, "the headings alone: {csv}");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    // More than a writer holds back.
    let office = office(300);
    for format in ["table", "json", "csv"] {
        office
            .callsync(&["unmatched", "--format", format])
            .into_closed_pipe()
            .run();
    }
}
