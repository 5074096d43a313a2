//! TeleCube: what its calls become, in which register and in whose figures.

mod advisors;
mod answers;
mod both;
mod notes;
mod odd;
mod reading;

use pretend_callyzer::{Receiver, TelecubeCall};

use crate::moment::ago;
use crate::office::Office;

/// A call of Anna's with a number, so many minutes ago.
fn call(uuid: &str, direction: &str, number: &str, minutes: i64, duration_s: u32) -> TelecubeCall {
    TelecubeCall::new(uuid, direction, number, "u-anna", ago(minutes), duration_s)
}

/// An office of TeleCube alone, whose first sync goes one day back.
fn office() -> Office {
    Office::of_telecube().going_back(1)
}

/// As [`office`], with so many calls of one minute: a thousand fit on a page.
fn many(count: usize) -> Office {
    let office = office();
    office.callyzer.world(|world| {
        for n in 0..count {
            let uuid = format!("t-{n:04}");
            world.telecube_call(call(&uuid, "OUT", "48601200301", 300, 9));
        }
    });
    office
}

fn receiver(internal: Option<u32>, uuid: Option<&str>) -> Receiver {
    Receiver {
        internal,
        uuid: uuid.map(Into::into),
        ..Receiver::default()
    }
}

#[test]
fn direction_and_outcome_make_the_four_statuses() {
    let office = office();
    for (uuid, direction, outcome) in [
        ("t-1", "IN", "ANSWERED"),
        ("t-2", "in", "noAnswer"),
        ("t-3", "IN", "BUSY"),
        ("t-4", "OUT", "ANSWERED"),
        ("t-5", "out", "NO_ANSWER"),
        ("t-6", "OUT", "busy"),
    ] {
        let mut call = call(uuid, direction, "48601200301", 60, 30);
        call.status = outcome.into();
        office.telecube_call(call);
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider, status, kind, lead_id, details ->> 'status' FROM calls ORDER BY provider_call_id"),
        [
            "telecube|Przychodzące|PhoneCall/Voice|1|answered",
            "telecube|Nieodebrane|PhoneCall/Voice|1|noanswer",
            "telecube|Odrzucone|PhoneCall/Voice|1|busy",
            "telecube|Wychodzące|PhoneCall/Voice|1|answered",
            "telecube|Wychodzące|PhoneCall/Voice|1|noanswer",
            "telecube|Wychodzące|PhoneCall/Voice|1|busy",
        ]
    );
}

#[test]
fn what_is_no_call_with_a_client_is_counted_and_in_no_register() {
    let office = office();
    office.telecube_call(call("t-1", "OUT", "48601200301", 60, 30));
    office.telecube_call(call("t-2", "INTERNAL", "", 50, 30));
    for (uuid, service) in [("t-3", "SMS"), ("t-4", "sms"), ("t-5", "FAX")] {
        let mut other = call(uuid, "OUT", "48601200301", 40, 0);
        other.service = service.into();
        office.telecube_call(other);
    }
    office
        .callsync(&["sync"])
        .prints("Połączenia: 1 (nowe 1, zmienione 0)")
        .prints("Poza rejestrem: wewnętrzne 1, SMS 2, faksy 1\n")
        .says("left out: 2 SMS")
        .run();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["t-1"]);
    assert_eq!(office.count("quarantine"), "0");
}

#[test]
fn a_word_that_nobody_knows_goes_to_quarantine_with_its_id_and_comes_back() {
    let office = office();
    office.telecube_call(call("t-1", "IN", "48601200301", 60, 30).showing("status", "VOICEMAIL"));
    office.telecube_call(call("t-2", "IN", "48601200301", 50, 30).showing("service", "VIDEO"));
    office.telecube_call(call("t-3", "IN", "48601200301", 40, 30).showing("callDirection", "xfer"));
    office.sync();
    let records = "SELECT provider, provider_call_id, reason FROM quarantine ORDER BY 2";
    assert_eq!(
        office.rows(records),
        [
            "telecube|t-1|unknown status 'VOICEMAIL'",
            "telecube|t-2|unknown service 'VIDEO'",
            "telecube|t-3|unknown direction 'xfer'",
        ]
    );
    office.callyzer.world(|world| {
        for call in &mut world.telecube.calls {
            call.extra.clear();
        }
    });
    office.sync();
    assert_eq!(office.count("quarantine"), "0");
    assert_eq!(office.count("calls"), "3");
}

#[test]
fn what_else_a_row_says_is_kept_and_the_caller_is_named() {
    let office = office();
    let person = serde_json::json!({"type": "person", "uuid": "p-1", "firstName": "Ewa", "lastName": "Nowak"});
    let flags =
        serde_json::json!([{"name": "VIP", "uuid": "f-1", "color": "#fff", "reluuid": "r-1"}]);
    let call = call("t-1", "IN", "48601200302", 60, 30);
    office.telecube_call(
        call.showing("from", person)
            .showing("flags", flags)
            .showing("cost", 12),
    );
    office.sync();
    assert_eq!(office.value("SELECT client_name FROM calls"), "Ewa Nowak");
    let details = "SELECT details ->> '$.flags[0].name', details ->> 'queue', details ->> 'cost',
                          details ->> '$.caller.type', details ->> '$.receivers[0].uuid' FROM calls";
    assert_eq!(office.value(details), "VIP|queue|12|person|u-anna");
}

#[test]
fn hidden_and_odd_numbers_are_kept_as_they_came() {
    let office = office();
    office.telecube_call(call("t-1", "IN", "", 60, 30));
    office.telecube_call(call("t-2", "OUT", "112", 50, 30));
    office.telecube_call(call("t-3", "OUT", "4915123456789", 40, 30));
    office.sync();
    let numbers = "SELECT client_number FROM calls ORDER BY provider_call_id";
    assert_eq!(office.rows(numbers), ["null", "112", "+4915123456789"]);
    assert_eq!(office.count("unmatched_calls"), "3");
}
