//! Calls with the organisation's own advisors, which wait for no lead.

use pretend_callyzer::Call;

use crate::moment::ago;
use crate::office::Office;
use crate::run::words;

/// Two calls of clients, and one of Anna's to Bartek.
fn office() -> Office {
    let office = Office::new();
    for (id, number) in [("c-1", "601300001"), ("c-2", "600100202"), ("c-3", "")] {
        office.call(Call::new(id, "600100201", number, "Outgoing", ago(30), 9));
    }
    office.sync();
    office
}

/// The first word of each row of the table, and its last line.
fn screen(office: &Office, arguments: &[&str]) -> (Vec<String>, String) {
    let screen = office.callsync(&[&["unmatched"], arguments].concat());
    let screen = screen.prints("Strona 1 z 1").run().stdout;
    let mut lines: Vec<_> = screen.lines().map(words).collect();
    let last = lines.pop().unwrap();
    let first = |line: &String| line.split(' ').next().unwrap().to_owned();
    (lines[2..].iter().map(first).collect(), last)
}

#[test]
fn they_are_shown_with_own_alone_and_counted_apart() {
    let office = office();
    let (numbers, last) = screen(&office, &[]);
    assert_eq!(numbers, ["(ukryty)", "+48601300001"]);
    assert_eq!(last, "Strona 1 z 1, liczba połączeń: 2");
    let (numbers, last) = screen(&office, &["--own"]);
    assert_eq!(numbers, ["+48600100202"]);
    assert_eq!(last, "Strona 1 z 1, liczba połączeń: 1");
    let (numbers, last) = screen(&office, &["--by", "number"]);
    assert_eq!(numbers, ["+48601300001", "(ukryty)"]);
    assert_eq!(last, "Strona 1 z 1, liczba numerów: 2");
    let (numbers, last) = screen(&office, &["--own", "--by", "number"]);
    assert_eq!(numbers, ["+48600100202"]);
    assert_eq!(last, "Strona 1 z 1, liczba numerów: 1");
}

#[test]
fn programs_get_them_with_own_alone_too() {
    let office = office();
    for (arguments, count) in [(&["unmatched"][..], 2), (&["unmatched", "--own"], 1)] {
        let ask = |format| office.callsync(&[arguments, &["--format", format]].concat());
        let calls = &ask("json").json()["calls"];
        assert_eq!(calls.as_array().unwrap().len(), count, "{calls}");
        let csv = ask("csv").prints("\u{feff}").run().stdout;
        assert_eq!(csv.lines().count(), count + 1, "{csv}");
    }
    let own = office.callsync(&["unmatched", "--own", "--format", "json"]);
    assert_eq!(own.json()["calls"][0]["number"], "+48600100202");
}

#[test]
fn a_call_that_found_its_lead_before_the_number_was_an_advisors_is_in_no_list() {
    let office = office();
    office.execute(
        "UPDATE calls SET lead_id = 1 WHERE client_number = '+48600100202';
         INSERT INTO calls SELECT 99, provider, 'c-99', advisor_id, advisor_number, NULL,
             '+48600100202', client_name, status, kind, started_at, duration_s, note,
             recording_url, uploaded_at, first_seen_at, changed_at, details
         FROM calls WHERE lead_id = 1;
         INSERT INTO unmatched_calls VALUES (99, 1, '2026-01-01T00:00:00Z')",
    );
    assert_eq!(
        screen(&office, &["--own"]).1,
        "Strona 1 z 1, liczba połączeń: 1"
    );
    assert_eq!(screen(&office, &[]).1, "Strona 1 z 1, liczba połączeń: 2");
}
