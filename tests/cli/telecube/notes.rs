//! Notes: one request a call, the newest calls first, so many a run.

use pretend_callyzer::path::{TELECUBE_CALLS, TELECUBE_NOTES};
use pretend_callyzer::{Misbehaviour, Request, TelecubeNote};
use serde_json::json;

use super::{call, office};
use crate::moment::{ago, text};
use crate::office::Office;

const DRAFT: &str = r#"{"blocks":[{"text":"Prosi o ofertę"},{"text":"mailem"}],"entityMap":{}}"#;

/// A call of so many minutes ago with a note.
fn noted(office: &Office, uuid: &str, minutes: i64, note: &str) {
    let mut call = call(uuid, "OUT", "48601200301", minutes, 30);
    let id = format!("n-{uuid}");
    call.notes = vec![TelecubeNote::new(&id, note, ago(minutes - 1))];
    office.telecube_call(call);
}

/// The calls whose notes were asked for since so many requests.
fn asked_for(office: &Office, since: usize) -> Vec<String> {
    let requests = office.callyzer.requests().into_iter().skip(since);
    requests
        .filter(|request| request.path == TELECUBE_NOTES)
        .map(|request| request.body["callHistory"].as_str().unwrap().to_owned())
        .collect()
}

fn notes(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT c.provider_call_id, n.note_id, n.text FROM call_notes n
         JOIN calls c ON c.id = n.call_id ORDER BY 1, 2",
    )
}

#[test]
fn a_string_that_json_forbids_costs_neither_a_call_nor_a_note() {
    let office = office();
    noted(&office, "t-1", 60, "@@");
    let caller = json!({"type": "person", "firstName": "@@", "lastName": "Nowak"});
    office.telecube_call(call("t-2", "IN", "48601200301", 50, 30).showing("from", caller));
    for path in [TELECUBE_CALLS, TELECUBE_NOTES] {
        let odd = b"Ewa\t\\ud83d".as_slice();
        office
            .callyzer
            .always(path, Misbehaviour::replace_bytes("@@", odd));
    }
    office.sync();
    assert_eq!(notes(&office), ["t-1|n-t-1|Ewa\t\u{fffd}"]);
    let name = office.value("SELECT client_name FROM calls WHERE provider_call_id = 't-2'");
    assert_eq!(name, "Ewa\t\u{fffd} Nowak");
    assert_eq!(office.count("quarantine"), "0");
}

#[test]
fn a_call_that_says_it_has_notes_has_them_as_plain_text() {
    let office = office();
    let earliest = text(ago(59));
    noted(&office, "t-1", 60, DRAFT);
    let latest = text(ago(59));
    noted(&office, "t-2", 50, "Oddzwonić jutro");
    office.telecube_call(call("t-3", "OUT", "48601200301", 40, 30));
    office.sync();
    assert_eq!(asked_for(&office, 0), ["t-2", "t-1"]);
    assert_eq!(
        notes(&office),
        [
            "t-1|n-t-1|Prosi o ofertę\nmailem",
            "t-2|n-t-2|Oddzwonić jutro"
        ]
    );
    let made = office.value("SELECT created_at FROM call_notes WHERE note_id = 'n-t-1'");
    assert!((earliest..=latest).contains(&made), "{made}");
    // What says nothing new is not asked for again.
    let before = office.callyzer.requests().len();
    office.sync();
    assert_eq!(asked_for(&office, before), [""; 0]);
}

#[test]
fn a_lead_shows_the_notes_under_their_call() {
    let office = office();
    noted(&office, "t-1", 60, DRAFT);
    office.sync();
    let screen = office.callsync(&["lead", "1"]).prints("Jan").run().stdout;
    let lines: Vec<_> = screen.lines().map(str::trim).collect();
    let place = lines.iter().position(|line| line.starts_with("→")).unwrap();
    assert!(lines[place + 1].starts_with("Notatka 20"), "{screen}");
    assert!(
        lines[place + 1].ends_with(" Jan Kowalski: Prosi o ofertę mailem"),
        "{screen}"
    );
    let found = office.callsync(&["lead", "1", "--format", "json"]).json();
    assert_eq!(found["calls"][0]["provider"], "telecube");
    let created_at = office.value("SELECT created_at FROM call_notes");
    assert_eq!(
        found["calls"][0]["notes"],
        json!([{"author": "Jan Kowalski", "text": "Prosi o ofertę\nmailem", "created_at": created_at}])
    );
}

#[test]
fn so_many_requests_a_run_and_the_rest_by_the_next() {
    let office = office();
    for n in 1..=5 {
        noted(&office, &format!("t-{n}"), 100 - n, "tak");
    }
    let sync = || {
        office
            .callsync(&["-q", "sync"])
            .with("TELECUBE_NOTES_A_RUN", "2")
            .run()
    };
    sync();
    assert_eq!(asked_for(&office, 0), ["t-5", "t-4"]);
    office
        .callsync(&["status"])
        .prints("Rozmowy z notatkami do pobrania: 3\n")
        .run();
    sync();
    sync();
    assert_eq!(asked_for(&office, 0), ["t-5", "t-4", "t-3", "t-2", "t-1"]);
    assert_eq!(office.count("call_notes"), "5");
    noted(&office, "t-6", 10, "tak");
    office
        .callsync(&["-q", "sync"])
        .with("TELECUBE_NOTES_A_RUN", "0")
        .run();
    assert_eq!(asked_for(&office, 0).len(), 5);
    office
        .callsync(&["status"])
        .prints("Rozmowy z notatkami do pobrania: 1\n")
        .run();
}

#[test]
fn a_note_that_is_added_later_comes_at_once_and_one_that_changes_with_the_closed_day() {
    let office = office().going_back(2);
    office.telecube_call(call("t-1", "OUT", "48601200301", 60, 30));
    noted(&office, "t-2", 24 * 60, "stara");
    office.sync();
    office.callyzer.world(|world| {
        let call = &mut world.telecube.calls[0];
        call.notes = vec![TelecubeNote::new("n-1", "nowa", ago(1))];
        world.telecube.calls[1].notes[0].text = "poprawiona".into();
    });
    office.sync();
    assert_eq!(notes(&office), ["t-1|n-1|nowa", "t-2|n-t-2|stara"]);
    office.a_day_passes();
    office.sync();
    assert_eq!(notes(&office), ["t-1|n-1|nowa", "t-2|n-t-2|poprawiona"]);
}

#[test]
fn a_note_that_was_deleted_goes_and_the_last_one_too() {
    let office = office();
    noted(&office, "t-1", 60, "pierwsza");
    office.callyzer.world(|world| {
        let second = TelecubeNote::new("n-2", "druga", ago(1));
        world.telecube.calls[0].notes.push(second);
    });
    office.sync();
    assert_eq!(notes(&office).len(), 2);
    for left in [1, 0] {
        office.callyzer.world(|world| {
            world.telecube.calls[0].notes[left].status = "deleted".into();
        });
        office.sync();
        assert_eq!(notes(&office).len(), left);
    }
}

#[test]
fn an_answer_that_is_none_leaves_the_call_as_it_is_and_the_other_notes_go_on() {
    let office = office();
    noted(&office, "t-1", 60, "stara");
    office.sync();
    noted(&office, "t-2", 50, "druga");
    noted(&office, "t-3", 40, "trzecia");
    office.callyzer.world(|world| {
        let note = TelecubeNote::new("n-9", "nowa", ago(1));
        world.telecube.calls[0].notes.push(note);
    });
    office.callyzer.when(
        |request| request.path == TELECUBE_NOTES && request.body["callHistory"] == "t-3",
        Misbehaviour::NotJson,
    );
    office
        .failing_sync(76)
        .says("/notes: attempt 3 failed")
        .run();
    assert_eq!(
        notes(&office),
        ["t-1|n-9|nowa", "t-1|n-t-1|stara", "t-2|n-t-2|druga"]
    );
    assert_eq!(
        office.rows("SELECT outcome FROM sync_runs ORDER BY id DESC LIMIT 1"),
        ["failed"]
    );
    // It rests for an hour, and keeps nobody waiting.
    let before = office.callyzer.requests().len();
    office.sync();
    assert_eq!(asked_for(&office, before), [""; 0]);
    office.callyzer.behave();
    office.execute("UPDATE notes_due SET failed_at = '2026-01-01T00:00:00Z'");
    office.sync();
    assert_eq!(notes(&office).len(), 4);
}

#[test]
fn a_note_that_cannot_be_read_goes_to_quarantine_and_the_others_are_kept() {
    let office = office();
    noted(&office, "t-1", 60, "dobra");
    office.callyzer.world(|world| {
        let mut odd = TelecubeNote::new("n-2", "dziwna", ago(1));
        odd.extra.insert("created".into(), "wczoraj".into());
        world.telecube.calls[0].notes.push(odd);
    });
    office.sync();
    assert_eq!(notes(&office), ["t-1|n-t-1|dobra"]);
    assert_eq!(
        office.rows("SELECT provider_call_id, reason FROM quarantine"),
        ["n-2|note: impossible time 'wczoraj'"]
    );
}

#[test]
fn notes_that_fail_keep_no_older_ones_waiting() {
    let office = office();
    for n in 0..4 {
        noted(&office, &format!("bad-{n}"), 20 - n, "x");
    }
    noted(&office, "old", 100, "dobra");
    let is_bad = |request: &Request| {
        let asked = request.body["callHistory"].as_str();
        request.path == TELECUBE_NOTES && asked.is_some_and(|uuid| uuid.starts_with("bad"))
    };
    let gone = Misbehaviour::status(404, r#"{"success":false,"message":"none"}"#);
    office.callyzer.when(is_bad, gone);
    for _ in 0..3 {
        let run = office.failing_sync(76).with("TELECUBE_NOTES_A_RUN", "2");
        run.run();
        // An hour passes.
        office.execute(
            "UPDATE notes_due SET failed_at = '2026-01-01T00:00:00Z' WHERE failed_at > '2026-02'",
        );
    }
    assert_eq!(notes(&office), ["old|n-old|dobra"]);
}

#[test]
fn a_failure_that_a_wrong_clock_dated_in_the_future_keeps_no_note_for_ever() {
    let office = office();
    noted(&office, "t-1", 60, "dobra");
    office
        .callyzer
        .always(TELECUBE_NOTES, Misbehaviour::NotJson);
    office.failing_sync(76).run();
    office.execute("UPDATE notes_due SET failed_at = '2099-01-01T00:00:00Z'");
    office.callyzer.behave();
    office.sync();
    assert_eq!(notes(&office), ["t-1|n-t-1|dobra"]);
}

#[test]
fn a_refusal_of_notes_alone_stops_neither_closed_days_nor_retries() {
    let office = office();
    noted(&office, "t-1", 60, "dobra");
    office.telecube_call(call("lost", "OUT", "48601200399", 50, 30));
    let forbidden = r#"{"success":false,"message":"Forbidden"}"#;
    office
        .callyzer
        .always(TELECUBE_NOTES, Misbehaviour::status(403, forbidden));
    office.failing_sync(77).run();
    office.failing_sync(77).run();
    let attempts = "SELECT attempts FROM unmatched_calls";
    assert_eq!(office.rows(attempts), ["2"]);
    office.a_day_passes();
    office.telecube_call(call("late", "OUT", "48601200301", 24 * 60, 30));
    office.failing_sync(77).run();
    assert_eq!(office.count("calls WHERE provider_call_id = 'late'"), "1");
    assert_eq!(office.rows(attempts), ["3"]);
}
