//! `callsync explain NUMBER`: why is a call missing?

mod advisor;

use pretend_callyzer::Call;
use serde_json::{Value, json};

use crate::moment::{ago, local};
use crate::office::Office;

pub fn explain(office: &Office, number: &str) -> Value {
    office
        .callsync(&["explain", number, "--format", "json"])
        .json()
}

/// The advice, one line each.
pub fn advice(json: &Value) -> Vec<&str> {
    let advice = json["advice"].as_array().unwrap().iter();
    advice.map(|line| line.as_str().unwrap()).collect()
}

#[track_caller]
pub fn assert_advises(json: &Value, part: &str) {
    let advice = advice(json);
    let given = advice.iter().any(|line| line.contains(part));
    assert!(given, "no {part:?} in {advice:#?}");
}

#[test]
fn a_leads_number_has_its_register_and_a_command_to_refresh_it() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 30, 87)]);
    office.sync();
    let synced = office.value("SELECT min(last_synced_at) FROM sync_dates");
    let json = explain(&office, "601 200 301");
    assert_eq!(
        json,
        json!({
            "number": "+48601200301",
            "is": "lead",
            "leads": [{"id": 1, "name": "Jan Kowalski", "advisor": "Anna Wójcik"}],
            "advisor": null,
            "calls": 1,
            "unmatched": {"waiting": 0, "exhausted": 0, "attempts": 0},
            "quarantine": [],
            "last_synced_at": synced,
            "last_contact_at": null,
            "doubtful_windows": 0,
            "differences": [],
            "advice": ["Brakuje rozmowy? Zapytaj Callyzera o ostatnie sześć miesięcy: \
                        callsync refresh-lead 1"],
        })
    );
    let local = |text: String| local(text.parse().unwrap());
    let started = local(office.value("SELECT started_at FROM calls"));
    let synced = local(synced);
    office
        .callsync(&["explain", "601 200 301"])
        .prints_only(&format!(
            "+48601200301: numer leada
Jan Kowalski (lead 1), doradca: Anna Wójcik
Połączenia w pliku: 1, ostatnie: {started}
W rejestrach leadów: lead 1: 1
Rekordy w kwarantannie: brak
Dane wszystkich doradców do: {synced}
Co dalej:
- Brakuje rozmowy? Zapytaj Callyzera o ostatnie sześć miesięcy: callsync refresh-lead 1
"
        ))
        .run();
}

#[test]
fn every_number_of_a_lead_is_the_leads_and_several_leads_are_all_named() {
    let office = Office::unasked();
    office.import("leads", "id,phone\n1,601200301|601200309\n2,601200309\n");
    let json = explain(&office, "601200309");
    assert_eq!(json["is"], "leads");
    assert_eq!(json["leads"][0]["name"], "Jan Kowalski");
    assert_eq!(json["leads"][1]["name"], "Ewa Nowak");
    assert_advises(&json, "callsync lead 1, callsync lead 2");
    assert_advises(&json, "callsync refresh-lead 1, callsync refresh-lead 2");
    assert_eq!(explain(&office, "601200301")["is"], "lead");
}

#[test]
fn waiting_and_exhausted_calls_of_nobodys_number_ask_for_an_import() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601300001", "Outgoing", 30, 87),
        ("c-2", "600100201", "601300001", "Outgoing", 20, 87),
    ]);
    office.sync();
    office.execute("UPDATE unmatched_calls SET attempts = 96 WHERE call_id = 1");
    let json = explain(&office, "601300001");
    assert_eq!(json["is"], "unknown");
    assert_eq!(json["calls"], 2);
    let unmatched = json!({"waiting": 1, "exhausted": 1, "attempts": 96});
    assert_eq!(json["unmatched"], unmatched);
    assert_advises(&json, "callsync import leads PLIK");
    // Nothing that does not fit: there are calls, and the data is fresh.
    assert_eq!(advice(&json).len(), 1, "{json}");
}

#[test]
fn calls_that_wait_for_a_lead_that_is_there_need_one_command() {
    let office = Office::with_calls(&[("c-1", "600100201", "601300001", "Outgoing", 30, 87)]);
    office.sync();
    office.execute("INSERT INTO leads VALUES (9, 'Nowy', NULL, '+48601300001', NULL, '', NULL)");
    assert_advises(&explain(&office, "601300001"), "callsync retry-unmatched");
    office.execute("UPDATE unmatched_calls SET attempts = 96");
    assert_advises(
        &explain(&office, "601300001"),
        "callsync retry-unmatched --all",
    );
    office.callsync(&["-q", "retry-unmatched", "--all"]).run();
    let json = explain(&office, "601300001");
    assert_eq!(json["unmatched"]["exhausted"], 0);
    assert_eq!(json["calls"], 1);
}

#[test]
fn a_number_that_left_its_lead_names_the_register_with_its_calls() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 30, 87)]);
    office.sync();
    office.import("leads", "id,phone\n1,601200399\n");
    let json = explain(&office, "601200301");
    assert_eq!(
        (&json["is"], &json["calls"]),
        (&json!("unknown"), &json!(1))
    );
    assert_advises(
        &json,
        "w rejestrze leada 1 (1), który miał go wcześniej; nowe",
    );
}

#[test]
fn a_number_without_a_call_has_the_possible_reasons() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 30, 87)]);
    office.sync();
    office.execute(
        "INSERT INTO phones VALUES ('callyzer', '+48600100202', NULL, 'uninstalled', '');
         UPDATE sync_dates SET last_synced_at = '2026-01-01T00:00:00Z' WHERE number = '+48600100203'",
    );
    let json = explain(&office, "601 300 009");
    assert_eq!(
        (&json["is"], &json["calls"]),
        (&json!("unknown"), &json!(0))
    );
    assert_advises(&json, "callsync sync");
    assert_advises(&json, "callsync sync --since RRRR-MM-DD --until ");
    assert_advises(&json, "callsync import users PLIK");
    assert_advises(&json, "bez kontaktu: bartek (aplikacja odinstalowana)");
    assert_advises(&json, "(sprawdź: callsync status): celina");
}

#[test]
fn what_is_no_valid_number_is_explained_too() {
    let office = Office::new();
    office.call(Call::new("c-1", "600100203", "112", "Outgoing", ago(30), 9));
    office.sync();
    for (number, calls) in [("112", 1), ("6,00101E+08", 0), ("brak", 0)] {
        let json = explain(&office, number);
        assert_eq!(json["number"], number);
        assert_eq!(
            (&json["is"], &json["calls"]),
            (&json!("invalid"), &json!(calls))
        );
        assert_advises(&json, "Podaj cały numer");
    }
    office
        .callsync(&["explain", "112"])
        .prints("112: to nie jest prawidłowy numer telefonu\n")
        .prints("- Połączenia z tym numerem pozostają nieprzetworzone")
        .run();
}

#[test]
fn a_record_in_quarantine_that_holds_the_number_is_named_with_its_day() {
    let office = Office::new().going_back(1);
    office.call(Call::new(
        "c-1",
        "600100201",
        "601200301",
        "Conference",
        ago(9),
        1,
    ));
    office.sync();
    let day = office.value("SELECT day FROM quarantine");
    // The client's number stands in the record's text alone.
    for number in ["601200301", "600100201"] {
        let json = explain(&office, number);
        let record = json!([{"id": "c-1", "reason": "unknown call type 'Conference'"}]);
        assert_eq!(json["quarantine"], record);
        assert_advises(&json, &format!("callsync sync --since {day} --until "));
    }
    assert_eq!(explain(&office, "601200302")["quarantine"], json!([]));
}
