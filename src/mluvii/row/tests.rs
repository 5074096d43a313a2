//! What sessions become, in the forms that live accounts may send.

mod outcome;
mod people;

use serde_json::{Value, json};

use super::*;
use crate::call::{Note, PhaseName, Status};

fn sample() -> Value {
    json!({
        "id": 9_007_199_254_740_993_i64, "companyId": 1, "departmentId": 2,
        "channel": "Phone", "source": "IncomingCall", "status": "CLOSED",
        "directCallNumber": "600999999", "phoneCallbackNumber": "+48600100200",
        "created": "2026-11-20T11:15:02.454661+01:00", "enteredQueue": "2026-11-20T11:15:02.454661+01:00",
        "started": "2026-11-20T11:15:20+01:00", "guestJoined": "2026-11-20T11:15:25+01:00",
        "ended": "2026-11-20T11:17:00+01:00", "waited": "PT17.5S", "length": "PT1M35.9S",
        "phoneCallbackDialed": null, "outboundDialResult": null, "blacklisted": false,
        "operators": [{"userId": 41, "userName": "anna.n", "firstName": "Anna", "lastName": "Nowak",
            "joined": "2026-11-20T11:15:20+01:00", "left": "2026-11-20T11:17:00+01:00",
            "concluded": "2026-11-20T11:17:30.9+01:00", "note": " Oddzwonić\nw piątek "}],
        "chatbots": [], "reviewers": [],
        "guest": {"ipAddress": "198.51.100.7", "callParams": {"oo1_guest_phone": "600300400"}},
        "tags": [{"userId": 41, "name": "Reklamacja"}], "campaignId": 12,
        "recordings": [
            {"id": 1, "type": "Operator", "downloadUrl": "https://app.mluvii.com/Storage/Get/1",
                "isUploading": false, "isDeleted": false},
            {"id": 2, "type": "AllParticipants", "downloadUrl": "https://app.mluvii.com/Storage/Get/2",
                "isUploading": false, "isDeleted": false}],
        "recordingsState": "Processed",
        "activities": [
            {"type": "SharedFile", "file": {"id": 7, "name": "umowa.pdf",
                "downloadUrl": "https://app.mluvii.com/Storage/Get/7"}},
            {"type": "SessionEnded", "terminationReason": "GuestLeft"}],
    })
}

fn changed(changes: &Value) -> String {
    let mut row = sample();
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    row.to_string()
}

/// Read on the evening of the session's day.
fn read(changes: &Value) -> Records {
    let reader = RowReader {
        zone: chrono_tz::Europe::Warsaw,
        region: "PL".parse().unwrap(),
    };
    let mut records = Records::default();
    let now = moment::from_text("2026-11-20T19:00:00Z").unwrap();
    reader.read_into(&changed(changes), now, &mut records);
    records
}

fn call(changes: &Value) -> Call {
    let mut records = read(changes);
    assert_eq!(records.calls.len(), 1, "{changes}: {records:?}");
    records.calls.remove(0)
}

fn details(changes: &Value) -> Value {
    serde_json::from_str(call(changes).details.as_deref().unwrap()).unwrap()
}

/// A sample's operator with these fields.
fn operator(changes: Value) -> Value {
    let mut operator = sample()["operators"][0].clone();
    for (key, value) in changes.as_object().unwrap() {
        operator[key] = value.clone();
    }
    operator
}

#[test]
fn the_documented_session_is_understood() {
    let call = call(&json!({}));
    assert_eq!(call.provider_call_id, "9007199254740993");
    assert_eq!(moment::to_text(call.started_at), "2026-11-20T10:15:02Z");
    assert_eq!((call.status, call.duration_s), (Status::Incoming, 95));
    assert_eq!(call.client.as_str(), Some("+48600100200"));
    assert_eq!(call.advisor, Party::Hidden);
    assert_eq!(call.advisor_keys, ["41"]);
    let url = "https://app.mluvii.com/Storage/Get/2";
    assert_eq!(call.recording_url.as_deref(), Some(url));
    assert!(call.recording_url_varies && !call.has_notes);
    let attached = call.attached.unwrap();
    let note = Note {
        id: "41".into(),
        author: Some("Anna Nowak".into()),
        text: "Oddzwonić\nw piątek".into(),
        created_at: moment::from_text("2026-11-20T10:17:30Z").unwrap(),
    };
    assert_eq!(attached.notes, [note]);
    let phases: Vec<_> = attached
        .phases
        .iter()
        .map(|phase| (phase.name, phase.seconds))
        .collect();
    let expected = [
        (PhaseName::BeforeCallWork, 5),
        (PhaseName::Active, 95),
        (PhaseName::AfterCallWork, 30),
        (PhaseName::Ringing, 22),
        (PhaseName::Exchange, 17),
        (PhaseName::OperatorAfterCallWork, 30),
    ];
    assert_eq!(phases, expected);
    assert_eq!(
        details(&json!({})),
        json!({
            "status": "answered", "source": "IncomingCall", "tags": ["Reklamacja"], "campaign": "12",
            "termination_reason": "GuestLeft", "operators": [{"id": "41", "name": "Anna Nowak"}],
            "recordings": 2, "files": 1, "created_at": "2026-11-20T10:15:02.454661Z",
        })
    );
}

#[test]
fn only_a_recording_that_can_be_fetched_has_an_address() {
    let recordings = |flags: Value| {
        let mut recordings = sample()["recordings"].clone();
        for (key, value) in flags.as_object().unwrap() {
            recordings[1][key] = value.clone();
        }
        recordings
    };
    for (flags, file) in [
        (json!({"isDeleted": true}), "/1"),
        (json!({"isUploading": "true"}), "/1"),
        (json!({"downloadUrl": null}), "/1"),
        (json!({"type": "ALL_PARTICIPANTS"}), "/2"),
        (json!({"type": "Other"}), "/1"),
    ] {
        let url = call(&json!({"recordings": recordings(flags.clone())}))
            .recording_url
            .unwrap();
        assert!(url.ends_with(file), "{flags}: {url}");
    }
    for none in [json!(null), json!([]), json!({})] {
        let changes = json!({"recordings": none, "activities": none, "tags": none,
            "recordingsState": "Processing"});
        assert_eq!(call(&changes).recording_url, None);
        let details = details(&changes);
        assert_eq!(details["recordings_state"], "Processing");
        assert_eq!(details.get("recordings").or(details.get("files")), None);
    }
}

#[test]
fn a_negative_phase_costs_no_call() {
    let changes = json!({"waited": "-PT3S", "guestJoined": "2026-11-20T11:15:00+01:00"});
    let records = read(&changes);
    let id = sample()["id"].to_string();
    let row = (LeftOut::NegativePhase, Some(id));
    assert_eq!(records.left_out, [row.clone(), row]);
    assert_eq!(records.calls.len(), 1);
}

#[test]
fn what_cannot_be_understood_is_given_back_with_its_id_and_reason() {
    for (changes, reason) in [
        (json!({"channel": "Hologram"}), "unknown channel 'Hologram'"),
        (json!({"channel": null}), "no channel"),
        (json!({"status": "PARKED"}), "unknown status 'PARKED'"),
        (json!({"status": null}), "no status"),
        (
            json!({"source": "Default"}),
            "unknown source of a phone call 'Default'",
        ),
        (json!({"source": null}), "no source"),
        (
            json!({"source": "OutgoingCall", "outboundDialResult": "BUSY"}),
            "unknown dial result 'BUSY'",
        ),
        (json!({"created": null}), "no time"),
        (
            json!({"created": "20.11.2026"}),
            "impossible time '20.11.2026'",
        ),
        (json!({"guestJoined": "soon"}), "impossible time 'soon'"),
        (json!({"length": "-PT1S"}), "impossible duration '-PT1S'"),
        (json!({"length": "P32D"}), "impossible duration 'P32D'"),
        (json!({"length": "95"}), "impossible duration '95'"),
    ] {
        let records = read(&changes);
        assert_eq!(records.calls.len() + records.left_out.len(), 0, "{changes}");
        let unreadable = &records.unreadable[0];
        assert_eq!(unreadable.reason.as_str(), reason, "{changes}");
        let id = sample()["id"].to_string();
        assert_eq!(unreadable.provider_call_id, Some(id), "{changes}");
        assert_eq!(unreadable.record, changed(&changes));
    }
    let unreadable = read(&json!({"length": "95"})).unreadable.remove(0);
    assert_eq!(
        unreadable.day.map(|day| day.to_string()).as_deref(),
        Some("2026-11-20")
    );
    for (id, reason) in [
        (json!("a-1"), "impossible id 'a-1'"),
        (json!(null), "no id"),
    ] {
        let unreadable = read(&json!({"id": id})).unreadable.remove(0);
        assert_eq!(unreadable.reason.as_str(), reason);
        assert_eq!(unreadable.provider_call_id.as_deref(), id.as_str());
    }
    let odd = read(&json!({"operators": {"userId": 41}}))
        .unreadable
        .remove(0);
    assert!(
        odd.reason.as_str().starts_with("not a record"),
        "{}",
        odd.reason
    );
}
