//! How TeleCube writes a call, a note, a time.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::number::{external, party};
use super::{Receiver, TelecubeCall, TelecubeNote};
use crate::row::merge;

/// Our side of every call.
const OWN_NUMBER: &str = "48225550100";
const AUTHOR: &str = "a26b956b-ce46-48f4-a1bd-b657136d4148";

pub fn call(call: &TelecubeCall, zone: Tz) -> Value {
    let (outside, own) = (party(&call.number), party(OWN_NUMBER));
    let is_in = call.direction == "IN";
    let (from, to) = if is_in {
        (outside, own)
    } else {
        (own, outside)
    };
    let (destination, queue) = match call.direction.as_str() {
        "IN" => ("Połączenie Przychodzące", "queue"),
        "OUT" => ("Połączenie Wychodzące", "noQueue"),
        _ => ("Połączenie Wewnętrzne", "internal"),
    };
    let receivers: Vec<_> = call.receivers.iter().map(receiver).collect();
    let mut row = json!({
        "to": to,
        "from": from,
        "userTalk": {"status": queue, "receivers": receivers},
        "uuid": call.uuid,
        "callDirection": call.direction,
        "callDate": text(call.at, zone),
        "duration": call.duration_s,
        "destination": destination,
        "cost": 0,
        "service": call.service,
        "smsData": null,
        "note": call.notes.iter().filter(|note| note.exists()).count(),
        "externalNumber": external(&call.number),
        "flags": [],
        "status": call.status,
    });
    if !call.number.is_empty() {
        row["externalNumber"]["type"] = "unknown".into();
    }
    merge(&mut row, call.extra.clone().into());
    row
}

pub fn note(note: &TelecubeNote, call: &TelecubeCall, zone: Tz) -> Value {
    let mut row = json!({
        "text": note.text,
        "created": text(note.created, zone),
        "uuid": note.uuid,
        "user": {"firstName": note.author.0, "lastName": note.author.1, "uuid": AUTHOR},
        "status": note.status,
        "call": {
            "uuid": call.uuid,
            "callDate": text(call.at, Tz::UTC),
            "callDirection": call.direction,
            "service": call.service,
            "externalNumber": external(&call.number),
        },
        "organisation": null,
        "person": null,
        "pin": 0,
        "files": {},
        "edit": 0,
    });
    merge(&mut row, note.extra.clone().into());
    row
}

/// The time on the zone's clocks, which does not say the zone.
pub fn text(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn receiver(receiver: &Receiver) -> Value {
    let name = |name: &str| (!name.is_empty()).then(|| name.into());
    let fields = [
        ("internal", receiver.internal.map(Value::from)),
        ("uuid", receiver.uuid.clone().map(Value::from)),
        ("firstName", name(&receiver.first_name)),
        ("lastName", name(&receiver.last_name)),
    ];
    let known = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    known.collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "fdf75d0c-fc9f-41dc-9a54-af2121db989b";

    fn made(direction: &str, number: &str) -> TelecubeCall {
        let at = "2022-12-29T10:24:57Z".parse().unwrap();
        TelecubeCall::new("e-1", direction, number, USER, at, 368)
    }

    fn shown(made: &TelecubeCall) -> Value {
        call(made, chrono_tz::Europe::Warsaw)
    }

    #[test]
    fn an_incoming_call_is_written_as_documented() {
        let mut made = made("IN", "48601200301");
        made.receivers[0].first_name = "Anna".into();
        made.notes = ["exist", "removed"]
            .map(|status| TelecubeNote {
                status: status.into(),
                ..TelecubeNote::default()
            })
            .into();
        let expected = json!({
            "to": {"type": "unknown", "number": "+48 225 550 100", "numberNotFormatted": 48_225_550_100_u64},
            "from": {"type": "unknown", "number": "+48 601 200 301", "numberNotFormatted": 48_601_200_301_u64},
            "userTalk": {
                "status": "queue",
                "receivers": [{"internal": 101, "uuid": USER, "firstName": "Anna"}],
            },
            "uuid": "e-1",
            "callDirection": "IN",
            "callDate": "2022-12-29 11:24:57",
            "duration": 368,
            "destination": "Połączenie Przychodzące",
            "cost": 0,
            "service": "CALL",
            "smsData": null,
            "note": 1,
            "externalNumber": {
                "numberNotFormatted": 48_601_200_301_u64,
                "numberFormatted": "+48 601 200 301",
                "type": "unknown",
            },
            "flags": [],
            "status": "ANSWERED",
        });
        assert_eq!(shown(&made), expected);
    }

    #[test]
    fn outgoing_calls_go_to_the_outside_party_which_may_be_hidden() {
        let row = shown(&made("OUT", "4915123456789"));
        assert_eq!(row["to"]["number"], "+4915123456789");
        assert_eq!(row["from"]["numberNotFormatted"], 48_225_550_100_u64);
        assert_eq!(row["destination"], "Połączenie Wychodzące");
        let hidden = shown(&made("OUT", "").showing("duration", "368"));
        assert_eq!(hidden["externalNumber"], json!({}));
        assert_eq!(hidden["to"], json!({"type": "unknown"}));
        assert_eq!(hidden["duration"], "368");
    }

    #[test]
    fn a_note_has_its_own_time_in_the_zone_and_its_calls_in_utc() {
        let made = made("IN", "48601200301");
        let draft = r#"{"blocks":[{"text":"a\nb"}],"entityMap":{}}"#;
        let written = TelecubeNote::new("n-1", draft, made.at);
        let row = note(&written, &made, chrono_tz::Europe::Warsaw);
        assert_eq!(row["text"], draft);
        assert_eq!(row["created"], "2022-12-29 11:24:57");
        assert_eq!(row["call"]["callDate"], "2022-12-29 10:24:57");
        assert_eq!(row["call"]["externalNumber"].get("type"), None);
        assert_eq!(row["files"], json!({}));
    }
}
