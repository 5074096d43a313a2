//! Records that cannot be read, and mention somebody who was forgotten.

use pretend_callyzer::{Call, TelecubeCall, TelecubeNote};
use serde_json::{Value, json};

use super::{FORGOTTEN, OTHER, calls, forget, forget_before};
use crate::moment::{ago, day_before, noon};
use crate::office::Office;

/// A call of which the length is no number.
fn odd(id: &str, client: &str, days_ago: u64) -> Call {
    let at = noon(day_before(days_ago));
    let call = Call::new(id, "600100201", client, "Outgoing", at, 60);
    let mut call = call.showing("duration", "long");
    call.synced_at = ago(10);
    call
}

fn quarantine(office: &Office) -> Vec<String> {
    office.rows("SELECT provider_call_id FROM quarantine ORDER BY 1")
}

#[test]
fn a_record_that_mentions_them_is_kept_only_of_a_later_day() {
    let office = Office::new().going_back(5);
    forget_before(&office, FORGOTTEN, 2 * 24 * 60);
    let given = |id: &str, field: &str, value: Value| odd(id, "", 3).showing(field, value);
    for call in [
        odd("their-own", FORGOTTEN, 3),
        odd("that-day", FORGOTTEN, 2),
        odd("no-day", FORGOTTEN, 1).showing("call_date", "soon"),
        given("spelling", "client_number", "0048 601-200-301".into()),
        given("integer", "client_number", 48_601_200_301_i64.into()),
        given("inside", "client", json!({"phones": ["+48 (601) 200 301"]})),
        given("text", "note", "oddzwonić na 601 200 301, pilne".into()),
        odd("kept-later", FORGOTTEN, 1),
        odd("kept-other", OTHER, 3),
        odd("kept-no-day", OTHER, 3).showing("call_date", "soon"),
    ] {
        office.call(call);
    }
    let sync = office.sync_with_log().with("CALLSYNC_REREAD_DAYS", "0");
    let sync = sync.prints("W kwarantannie: 3\n");
    sync.prints("Poza rejestrem: zapomniane lub usunięte 7\n")
        .run();
    let kept = ["kept-later", "kept-no-day", "kept-other"];
    assert_eq!(quarantine(&office), kept);
    let counts = "SELECT calls_read, quarantined FROM sync_runs ORDER BY id DESC LIMIT 1";
    assert_eq!(office.value(counts), "10|3");
}

#[test]
fn a_record_that_turns_out_to_be_theirs_goes() {
    let office = Office::new().going_back(2);
    for id in ["becomes-call", "stays-odd"] {
        office.call(odd(id, "", 1));
    }
    let nameless = TelecubeCall::new("", "OUT", "", "u-anna", ago(60), 30);
    office.telecube_call(nameless.showing("service", "PIGEON"));
    let office = office.with_telecube();
    office.sync();
    assert_eq!(quarantine(&office), ["null", "becomes-call", "stays-odd"]);
    forget(&office, FORGOTTEN);
    office.callyzer.world(|world| {
        for id in ["becomes-call", "stays-odd"] {
            world.call_mut(id).client_number = FORGOTTEN.into();
        }
        world.call_mut("becomes-call").extra.clear();
    });
    office.sync();
    assert_eq!(quarantine(&office), ["null"]);
    assert_eq!(calls(&office), [""; 0]);
}

#[test]
fn a_note_of_another_call_that_mentions_them_and_cannot_be_read_is_not_kept() {
    let office = Office::of_telecube().going_back(1);
    let note = |id: &str, text: &str| {
        let mut note = TelecubeNote::new(id, text, ago(50));
        note.extra.insert("created".into(), "soon".into());
        note
    };
    let mut call = TelecubeCall::new("t-1", "OUT", &format!("48{OTHER}"), "u-anna", ago(60), 30);
    call.notes = vec![
        note("n-1", "oddzwonić na 601-200-301"),
        note("n-2", "oddzwonić"),
    ];
    office.telecube_call(call);
    forget(&office, FORGOTTEN);
    let sync = office.callsync(&["sync"]).logs();
    sync.prints("zapomniane lub usunięte 1\n").run();
    assert_eq!(quarantine(&office), ["n-2"]);
}

#[test]
fn a_record_of_a_day_before_a_purge_is_not_kept() {
    let office = Office::new().going_back(5);
    let day = day_before(2).to_string();
    let purge = ["-q", "purge", "--before", &day, "--yes"];
    office.callsync(&purge).run();
    for (id, days_ago) in [("before", 3), ("kept", 2)] {
        office.call(odd(id, OTHER, days_ago));
    }
    office.call(odd("kept-no-day", OTHER, 3).showing("call_date", "soon"));
    office.sync();
    assert_eq!(quarantine(&office), ["kept", "kept-no-day"]);
}
