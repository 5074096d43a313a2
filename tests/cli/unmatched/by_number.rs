//! `callsync unmatched --by number`: the way to find a lead's second number.

use pretend_callyzer::Call;
use serde_json::json;

use crate::moment::{ago, local};
use crate::office::Office;
use crate::run::words;

/// Four calls of one number with two advisors, two of hidden numbers, one of a third.
fn office() -> Office {
    let office = Office::new();
    for (n, (advisor, number)) in [
        ("600100203", "601300001"),
        ("600100201", "601300001"),
        ("600100203", ""),
        ("600100203", "601300001"),
        ("600100202", ""),
        ("600100203", "601300002"),
        ("600100201", "601300001"),
    ]
    .into_iter()
    .enumerate()
    {
        let at = ago(100 - n as i64);
        office.call(Call::new(
            &format!("c-{n}"),
            advisor,
            number,
            "Missed",
            at,
            0,
        ));
    }
    office.sync();
    office
}

/// The first and the last call of each number, those with the most calls first.
fn times(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT min(started_at), max(started_at) FROM unmatched
         GROUP BY number ORDER BY number IS NULL, count(*) DESC",
    )
}

#[test]
fn the_screen_has_a_row_for_each_number_those_with_the_most_calls_first() {
    let office = office();
    let screen = office.callsync(&["unmatched", "--by", "number"]);
    let screen = screen
        .prints("Strona 1 z 1, liczba numerów: 3\n")
        .run()
        .stdout;
    let lines: Vec<_> = screen.lines().map(words).collect();
    assert_eq!(
        lines[0],
        "Numer telefonu Liczba połączeń Pierwsze połączenie Ostatnie połączenie Doradcy"
    );
    let expected: Vec<_> = [
        ("+48601300001 4", "Anna Wójcik, Celina Dąbrowska"),
        ("+48601300002 1", "Celina Dąbrowska"),
        ("(ukryty) 2", "Bartosz Zieliński, Celina Dąbrowska"),
    ]
    .iter()
    .zip(times(&office))
    .map(|((number, advisors), times)| {
        let times: Vec<_> = times
            .split('|')
            .map(|time| local(time.parse().unwrap()))
            .collect();
        format!("{number} {} {advisors}", times.join(" "))
    })
    .collect();
    assert_eq!(lines[2..5], expected);
}

#[test]
fn json_and_csv_hold_the_same() {
    let office = office();
    let ask = |format| office.callsync(&["unmatched", "--by", "number", "--format", format]);
    let times = times(&office);
    let (first_at, last_at) = times[2].split_once('|').unwrap();
    let json = ask("json").json();
    assert_eq!(json["numbers"].as_array().unwrap().len(), 3);
    assert_eq!(
        json["numbers"][2],
        json!({
            "number": null,
            "calls": 2,
            "first_at": first_at,
            "last_at": last_at,
            "advisors": ["Bartosz Zieliński", "Celina Dąbrowska"],
        })
    );
    let csv = ask("csv").prints("\u{feff}").run().stdout;
    let lines: Vec<_> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "Numer telefonu;Liczba połączeń;Pierwsze połączenie;Ostatnie połączenie;Doradcy"
    );
    let [first_at, last_at] = [first_at, last_at].map(|time| local(time.parse().unwrap()));
    assert!(lines[1].starts_with("(+48) 601300001;4;"), "{csv}");
    assert_eq!(
        lines[3],
        format!("(ukryty);2;{first_at};{last_at};Bartosz Zieliński, Celina Dąbrowska")
    );
}

#[test]
fn the_screen_has_fifty_numbers_a_page() {
    let office = Office::unasked();
    office.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 120)
         INSERT INTO calls (id, provider, provider_call_id, client_number, status, kind,
                            started_at, duration_s, first_seen_at, changed_at)
         SELECT n, 'callyzer', n, '+486013' || (n + 10000), 'Nieodebrane', 'PhoneCall/Voice',
                '2026-11-20T10:00:00Z', 0, '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z' FROM n;
         INSERT INTO unmatched_calls SELECT id, 1, '2026-11-20T10:00:00Z' FROM calls",
    );
    let page = |page| {
        let run = office.callsync(&["unmatched", "--by", "number", "--page", page]);
        run.prints(&format!("Strona {page} z 3, liczba numerów: 120"))
            .run()
            .stdout
    };
    assert_eq!(page("1").lines().count(), 2 + 50 + 1);
    assert_eq!(page("3").lines().count(), 2 + 20 + 1);
    office
        .callsync(&["unmatched", "--by", "number", "--page", "4"])
        .fails(65)
        .says_only("callsync: Strona 4 nie istnieje; lista ma 3 strony\n")
        .run();
    let empty = Office::unasked();
    let run = empty.callsync(&["unmatched", "--by", "number"]);
    run.prints_only("Brak nieprzetworzonych rozmów\n").run();
}
