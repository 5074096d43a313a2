//! What is written of a call's notes and phases, and what is not.

use chrono_tz::Europe::Warsaw;

use crate::call::{Attached, Call, Kind, Note, Party, Phase, PhaseName, Records, Status};
use crate::moment::{self, Window};
use crate::store::Store;
use crate::store::runs::{Counts, WriteContext};

fn context() -> WriteContext {
    WriteContext {
        provider: "mluvii",
        run_id: 1,
        requests: 1,
        now: moment::from_text("2026-11-20T12:00:00Z").unwrap(),
        zone: Warsaw,
        region: "PL".parse().unwrap(),
        accepts_moved_times: false,
        rereads_notes: true,
        wants_phases: true,
    }
}

fn phase(name: PhaseName, operator: Option<&str>, seconds: u32) -> Phase {
    Phase {
        name,
        operator: operator.map(str::to_owned),
        seconds,
    }
}

fn call(notes: &[&str]) -> Call {
    let started_at = moment::from_text("2026-11-20T10:00:00Z").unwrap();
    let notes = notes.iter().zip(41..).map(|(text, operator)| Note {
        id: operator.to_string(),
        author: None,
        text: (*text).to_owned(),
        created_at: started_at,
    });
    Call {
        provider_call_id: "7".into(),
        advisor: Party::Hidden,
        advisor_keys: Vec::new(),
        client: Party::Hidden,
        client_name: None,
        status: Status::Incoming,
        kind: Kind::phone_call(),
        started_at,
        duration_s: 80,
        note: None,
        recording_url: Some("https://example.invalid/first".into()),
        recording_url_varies: true,
        uploaded_at: None,
        details: None,
        has_notes: false,
        attached: Some(Attached {
            notes: notes.collect(),
            phases: vec![
                phase(PhaseName::Active, None, 80),
                phase(PhaseName::OperatorAfterCallWork, Some("41"), 9),
                // Who comes back has it twice.
                phase(PhaseName::OperatorAfterCallWork, Some("41"), 5),
            ],
        }),
    }
}

fn save(store: &mut Store, call: Call) -> Counts {
    let records = Records {
        calls: vec![call],
        ..Records::default()
    };
    store.save_page(&records, &context()).unwrap().counts
}

/// A store that holds the call, of which the routing history is known.
fn store() -> Store {
    let mut store = Store::empty().unwrap();
    assert_eq!(save(&mut store, call(&["ważne", "oddzwonić"])).new, 1);
    let due = store.phases_due("mluvii", 5, at_noon()).unwrap();
    assert_eq!(due.len(), 1);
    let history = [phase(PhaseName::InQueue, None, 14)];
    store.save_phases(&due[0], &history, &context()).unwrap();
    store
}

fn at_noon() -> Window {
    Window {
        from: context().now,
        to: context().now,
    }
}

fn rows(store: &Store, sql: &str) -> Vec<String> {
    let mut query = store.connection.prepare(sql).unwrap();
    let rows = query.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

const PHASES: &str =
    "SELECT phase || ifnull(operator, '') || ' ' || seconds FROM call_phases ORDER BY 1";
const NOTES: &str = "SELECT note_id || ' ' || text FROM call_notes ORDER BY 1";

#[test]
fn a_call_that_comes_again_as_it_was_writes_nothing() {
    let mut store = store();
    let before = store.connection.total_changes();
    let mut again = call(&["ważne", "oddzwonić"]);
    again.recording_url = Some("https://example.invalid/second".into());
    assert_eq!(save(&mut store, again).changed, 0);
    assert_eq!(store.connection.total_changes(), before);
    assert_eq!(store.phases_due_count("mluvii").unwrap(), 0);
    assert_eq!(store.notes_due_count("mluvii").unwrap(), 0);
    let url = "SELECT recording_url FROM calls";
    assert_eq!(rows(&store, url), ["https://example.invalid/first"]);
    assert_eq!(
        rows(&store, PHASES),
        ["active 80", "in_queue 14", "operator_acw41 5"]
    );
}

#[test]
fn another_note_or_phase_alone_changes_a_call_and_replaces_them_all() {
    let mut store = store();
    assert_eq!(save(&mut store, call(&["ważniejsze"])).changed, 1);
    assert_eq!(rows(&store, NOTES), ["41 ważniejsze"]);
    assert_eq!(store.phases_due_count("mluvii").unwrap(), 1);
    let mut shorter = call(&["ważniejsze"]);
    shorter.attached.as_mut().unwrap().phases.truncate(1);
    assert_eq!(save(&mut store, shorter.clone()).changed, 1);
    assert_eq!(rows(&store, PHASES), ["active 80", "in_queue 14"]);
    assert_eq!(save(&mut store, shorter.clone()).changed, 0);
    // An answer that has none of it says nothing of it.
    shorter.attached = None;
    assert_eq!(save(&mut store, shorter).changed, 0);
    assert_eq!(rows(&store, NOTES), ["41 ważniejsze"]);
}

#[test]
fn a_history_that_cannot_be_had_rests_and_is_tried_after_the_new_ones() {
    let mut store = Store::empty().unwrap();
    for (id, hour) in [("7", 10), ("8", 11), ("9", 9)] {
        let mut call = call(&[]);
        call.provider_call_id = id.into();
        call.started_at = moment::from_text(&format!("2026-11-20T{hour:02}:00:00Z")).unwrap();
        save(&mut store, call);
    }
    let ids = |store: &Store, resting| -> Vec<_> {
        let due = store.phases_due("mluvii", 5, resting).unwrap();
        due.into_iter().map(|due| due.provider_call_id).collect()
    };
    let long_ago = moment::from_text("2026-11-01T00:00:00Z").unwrap();
    let long_ago = Window {
        from: long_ago,
        to: long_ago,
    };
    assert_eq!(ids(&store, long_ago), ["8", "7", "9"]);
    let due = store.phases_due("mluvii", 1, long_ago).unwrap();
    store.mark_phases_failed(&due[0], context().now).unwrap();
    assert_eq!(ids(&store, at_noon()), ["7", "9"]);
    assert_eq!(ids(&store, long_ago), ["7", "9", "8"]);
}
