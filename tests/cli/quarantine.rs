//! Records that cannot be understood: kept as received, with the reason.

use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::{Value, json};

use crate::moment::ago;
use crate::office::{KINDS, Office};

/// What a call shows that no call may show: the field, its JSON, the reason that is given.
const UNREADABLE: [(&str, &str, &str); 4] = [
    ("id", "null", "no id"),
    (
        "call_type",
        r#""Conference""#,
        "unknown call type 'Conference'",
    ),
    (
        "call_date",
        r#""2026-02-30""#,
        "impossible date '2026-02-30'",
    ),
    ("duration", "-5", "impossible duration '-5'"),
];

/// One call that can be read, and those that cannot be, named after their field.
fn office_with_unreadable_calls() -> Office {
    let office =
        Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]).going_back(1);
    for (field, json, _) in UNREADABLE {
        let call = Call::new(field, "600100201", "601200301", "Outgoing", ago(50), 87);
        let value: Value = serde_json::from_str(json).unwrap();
        let odd = json!({"deep": [1, "ł"]});
        office.call(call.showing(field, value).showing("unheard_of", odd));
    }
    office
}

#[test]
fn a_record_that_cannot_be_read_is_kept_as_received_with_its_reason() {
    let office = office_with_unreadable_calls();
    office
        .callsync(&["sync"])
        .prints("Połączenia: 5 (nowe 1, zmienione 0)\n")
        .prints("W kwarantannie: 4\n")
        .says("1 call, 1 new, 0 changed, 4 unreadable")
        .run();
    for (field, json, reason) in UNREADABLE {
        let id = if field == "id" { "null" } else { field };
        let kept = format!(
            "SELECT provider, provider_call_id, reason FROM quarantine
             WHERE record LIKE '%\"{field}\":{json}%'
               AND record LIKE '%\"unheard_of\":{{\"deep\":[1,\"ł\"]}}%'"
        );
        assert_eq!(office.value(&kept), format!("callyzer|{id}|{reason}"));
    }
    assert_eq!(office.count("quarantine"), "4");
    assert_eq!(office.count("doubtful_windows"), "0");
    assert_eq!(
        office.value("SELECT exit_code, quarantined FROM sync_runs WHERE command = 'sync'"),
        "0|4"
    );
}

#[test]
fn a_record_that_comes_again_unreadable_is_kept_once() {
    let office = office_with_unreadable_calls();
    office.sync();
    let kept = "SELECT id, provider_call_id, reason, record, first_seen_at FROM quarantine";
    let before = office.rows(kept);
    office.sync();
    assert_eq!(before.len(), 4);
    assert_eq!(office.rows(kept), before);
}

#[test]
fn a_record_with_a_field_that_cannot_be_decoded_is_kept_once_under_its_id() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 50, 87),
        ("c-2", "600100201", "601200301", "Outgoing", 50, 8765),
    ]);
    for number in ["1e999", "2e999"] {
        let bad = Misbehaviour::replace_bytes("8765", number);
        office.callyzer.always(HISTORY, bad);
        office.sync();
    }
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["c-1"]);
    let kept = "SELECT provider_call_id, number, day IS NULL FROM quarantine";
    assert_eq!(office.rows(kept), ["c-2|null|1"]);
}

#[test]
fn records_without_ids_are_kept_from_every_page() {
    for misbehaviour in [None, Some(Misbehaviour::WithoutTotal)] {
        let office = Office::with_calls_of_one_phone(150);
        office.callyzer.world(|world| {
            for call in &mut world.calls {
                call.extra.insert("id".into(), Value::Null);
            }
        });
        if let Some(misbehaviour) = misbehaviour {
            office.callyzer.always(HISTORY, misbehaviour);
        }
        office.sync_with_log().run();
        assert_eq!(office.asked(HISTORY), KINDS + 1);
        assert_eq!(office.count("quarantine"), "150");
        assert_eq!(office.count("doubtful_windows"), "0");
    }
}

#[test]
fn a_record_that_can_be_read_later_leaves_the_quarantine() {
    let office = office_with_unreadable_calls();
    office.sync();
    office.callyzer.world(|world| {
        for (field, ..) in &UNREADABLE[1..] {
            world.call_mut(field).extra.clear();
        }
    });
    office.sync();
    assert_eq!(office.rows("SELECT reason FROM quarantine"), ["no id"]);
    assert_eq!(
        office.rows("SELECT provider_call_id FROM calls ORDER BY 1"),
        ["c-1", "call_date", "call_type", "duration"]
    );
}

#[test]
fn equal_records_without_ids_are_as_many_rows_as_came() {
    let office = Office::with_old_calls();
    office.callyzer.when(
        |request| request.path == HISTORY && request.body["call_method"] == "PhoneCall",
        Misbehaviour::edit(|answer| {
            let rows = answer["result"].as_array_mut().unwrap();
            rows.push(json!(null));
            rows.push(json!(null));
            answer["total_records"] = rows.len().into();
        }),
    );
    office.sync();
    assert_eq!(office.asked(HISTORY), KINDS);
    assert_eq!(office.count("doubtful_windows"), "0");
    assert_eq!(office.rows("SELECT record FROM quarantine"), ["null"]);
}
