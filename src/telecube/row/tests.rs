//! What rows become, in the forms that live accounts may send.

use serde_json::json;

use super::*;

fn sample() -> Value {
    json!({
        "to": {"type": "unknown", "number": "+48 777 888 999", "numberNotFormatted": 48_777_888_999_u64},
        "from": {"type": "unknown", "number": "+48 555 555 555", "numberNotFormatted": 48_555_555_555_u64},
        "userTalk": {"status": "queue", "receivers": [{
            "internal": 107, "uuid": "FDF75D0C-fc9f-41dc-9a54-af2121db989b",
            "firstName": "Jan", "lastName": "Kowalski"}]},
        "uuid": "e4baaa94-095a-41b3-b638-203dcfcfd3fe", "callDirection": "IN",
        "callDate": "2022-12-29 11:24:57", "duration": 368, "destination": "Połączenie Przychodzące",
        "cost": 0, "service": "CALL", "smsData": null, "note": 1,
        "externalNumber": {"numberNotFormatted": 48_333_333_333_u64, "numberFormatted": "+48 333 333 333",
            "type": "unknown"},
        "flags": [{"name": "Billing", "uuid": "62bd7385", "color": "#fa702e", "reluuid": "9fb11e8a"}],
        "status": "ANSWERED",
    })
}

fn read(changes: &Value) -> Result<Event, Unreadable> {
    let mut row = sample();
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    let reader = RowReader {
        zone: chrono_tz::Europe::Warsaw,
        region: "PL".parse().unwrap(),
    };
    reader.read(&row.to_string())
}

fn call(changes: &Value) -> Call {
    match read(changes).unwrap() {
        Event::Call(call) => *call,
        Event::LeftOut(..) => panic!("left out: {changes}"),
    }
}

#[test]
fn the_documented_row_is_understood() {
    let call = call(&json!({}));
    assert_eq!(
        call.provider_call_id,
        "e4baaa94-095a-41b3-b638-203dcfcfd3fe"
    );
    assert_eq!(moment::to_text(call.started_at), "2022-12-29T10:24:57Z");
    assert_eq!((call.status, call.duration_s), (Status::Incoming, 368));
    assert_eq!(call.client.as_str(), Some("+48333333333"));
    assert_eq!(call.advisor_keys, ["fdf75d0c-fc9f-41dc-9a54-af2121db989b"]);
    assert!(call.has_notes);
    let details: Value = serde_json::from_str(call.details.as_deref().unwrap()).unwrap();
    assert_eq!(details["status"], "answered");
    assert_eq!(details["queue"], "queue");
    assert_eq!(details["receivers"][0]["lastName"], "Kowalski");
    assert_eq!(details["flags"][0]["name"], "Billing");
    assert_eq!(details["flags"][0]["relUuid"], "9fb11e8a");
}

#[test]
fn direction_and_outcome_make_the_status_in_any_spelling() {
    for (direction, outcome, status) in [
        ("IN", "ANSWERED", Status::Incoming),
        ("in", "noAnswer", Status::Missed),
        ("In", "NO_ANSWER", Status::Missed),
        ("in", "no answer", Status::Missed),
        ("IN", "BUSY", Status::Rejected),
        ("out", "answered", Status::Outgoing),
        ("OUT", "NOANSWER", Status::Outgoing),
        ("OUT", "busy", Status::Outgoing),
    ] {
        let call = call(&json!({"callDirection": direction, "status": outcome}));
        assert_eq!(call.status, status, "{direction} {outcome}");
    }
}

#[test]
fn what_is_no_call_with_somebody_outside_is_left_out() {
    for (changes, expected) in [
        (json!({"callDirection": "INTERNAL"}), LeftOut::Internal),
        (json!({"service": "SMS", "status": null}), LeftOut::Sms),
        (json!({"service": "fax"}), LeftOut::Fax),
    ] {
        match read(&changes).unwrap() {
            Event::LeftOut(left_out, id) => {
                assert_eq!(left_out, expected);
                assert!(id.is_some());
            }
            Event::Call(_) => panic!("{changes}"),
        }
    }
}

#[test]
fn what_cannot_be_understood_is_given_back_with_its_id_and_reason() {
    for (changes, reason) in [
        (json!({"service": "VIDEO"}), "unknown service 'VIDEO'"),
        (json!({"service": null}), "no service"),
        (
            json!({"callDirection": "transfer"}),
            "unknown direction 'transfer'",
        ),
        (json!({"status": "VOICEMAIL"}), "unknown status 'VOICEMAIL'"),
        (json!({"status": null}), "no status"),
        (
            json!({"callDirection": "out", "status": "FAILED"}),
            "unknown status 'FAILED'",
        ),
        (
            json!({"callDate": "29.12.2022"}),
            "impossible time '29.12.2022'",
        ),
        (json!({"callDate": null}), "no call date"),
        (json!({"duration": -1}), "impossible duration '-1'"),
    ] {
        let unreadable = read(&changes).unwrap_err();
        assert_eq!(unreadable.reason.as_str(), reason, "{changes}");
        assert!(unreadable.provider_call_id.is_some());
    }
    let unreadable = read(&json!({"uuid": ""})).unwrap_err();
    assert_eq!(
        (unreadable.reason.as_str(), unreadable.provider_call_id),
        ("no uuid", None)
    );
}

#[test]
fn a_number_is_the_outside_partys_as_number_or_text() {
    let external = |number: Value| json!({"externalNumber": {"numberNotFormatted": number}});
    for (changes, number) in [
        (external(json!(48_601_200_301_u64)), Some("+48601200301")),
        (external(json!("48601200301")), Some("+48601200301")),
        (external(json!("601200301")), Some("+48601200301")),
        (
            external(json!(4_915_123_456_789_u64)),
            Some("+4915123456789"),
        ),
        (external(json!("112")), Some("112")),
        (
            json!({"externalNumber": {"numberNotFormatted": 35_312_345_678_u64,
                   "numberFormatted": "+353 1 234 5678"}}),
            Some("+35312345678"),
        ),
        (json!({"externalNumber": {}}), Some("+48555555555")),
        (
            json!({"externalNumber": null, "callDirection": "OUT"}),
            Some("+48777888999"),
        ),
        (json!({"externalNumber": [], "from": []}), None),
        (json!({"externalNumber": null, "from": null}), None),
        (
            json!({"externalNumber": [], "from": [{"numberNotFormatted": "48601200301"}]}),
            Some("+48601200301"),
        ),
        (json!({"externalNumber": {}, "from": {}}), None),
    ] {
        assert_eq!(call(&changes).client.as_str(), number, "{changes}");
    }
}

#[test]
fn the_client_is_named_where_the_account_knows_them() {
    for (changes, name) in [
        (json!({}), None),
        (
            json!({"from": {"type": "person", "firstName": "Ewa", "lastName": "Nowak"}}),
            Some("Ewa Nowak"),
        ),
        (
            json!({"from": [{"type": "organisation", "name": "Biuro"}]}),
            Some("Biuro"),
        ),
        (
            json!({"callDirection": "out", "to": {"firstName": "Jan"}}),
            Some("Jan"),
        ),
    ] {
        assert_eq!(call(&changes).client_name.as_deref(), name, "{changes}");
    }
}

#[test]
fn an_extension_is_a_key_only_where_no_user_is_named() {
    let receivers = |receivers: Value| json!({"userTalk": {"receivers": receivers}});
    for (changes, keys) in [
        (receivers(json!([{"internal": 107}])), vec!["107"]),
        (receivers(json!({"internal": "107"})), vec!["107"]),
        (
            receivers(json!([{"internal": 107}, {"internal": 108, "uuid": "A-1"}])),
            vec!["a-1"],
        ),
        (
            receivers(json!([{"uuid": "b"}, {"uuid": "a"}])),
            vec!["b", "a"],
        ),
        (
            receivers(json!({"0": {"uuid": "b"}, "1": {"uuid": "a"}})),
            vec!["b", "a"],
        ),
        (receivers(json!({})), vec![]),
        (json!({"userTalk": []}), vec![]),
        (json!({"userTalk": null}), vec![]),
    ] {
        assert_eq!(call(&changes).advisor_keys, keys, "{changes}");
    }
}

#[test]
fn a_time_in_an_hour_that_occurs_twice_is_marked() {
    let of = |date: &str| {
        let call = call(&json!({"callDate": date}));
        let details: Value = serde_json::from_str(&call.details.unwrap()).unwrap();
        (
            moment::to_text(call.started_at),
            details["ambiguous_time"].clone(),
        )
    };
    assert_eq!(
        of("2026-10-25 02:30:00"),
        ("2026-10-25T00:30:00Z".into(), json!("2026-10-25 02:30:00"))
    );
    assert_eq!(
        of("2026-10-25 03:30:00"),
        ("2026-10-25T02:30:00Z".into(), Value::Null)
    );
}
