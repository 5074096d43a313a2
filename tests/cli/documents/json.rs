//! The README's examples of JSON have the keys and types that callsync prints.

use pretend_callyzer::DialogCall;
use serde_json::{Map, Value};

use super::blocks;
use crate::moment::ago;
use crate::office::Office;

/// An example: the arguments, the exit code, the object.
fn example(block: &str) -> (Vec<&str>, i32, Value) {
    let (command, object) = block.split_once('\n').unwrap();
    let command = command.strip_prefix("$ callsync ").unwrap();
    let (arguments, code) = match command.split_once("# exit code ") {
        Some((arguments, code)) => (arguments, code.parse().unwrap()),
        None => (command, 0),
    };
    let object = serde_json::from_str(object);
    let object = object.unwrap_or_else(|error| panic!("{command}: {error}"));
    (arguments.split_whitespace().collect(), code, object)
}

fn names(object: &Map<String, Value>) -> Vec<&String> {
    let mut names: Vec<_> = object.keys().collect();
    names.sort();
    names
}

/// Fails where what is printed has other keys or types than what is shown. What may be
/// null is null in one of the two; a list that is shown with an item has one.
#[track_caller]
fn compare(place: &str, shown: &Value, printed: &Value) {
    match (shown, printed) {
        (Value::Null, _)
        | (_, Value::Null)
        | (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => {}
        (Value::Object(shown), Value::Object(printed)) => {
            assert_eq!(names(shown), names(printed), "{place}");
            for (name, shown) in shown {
                compare(&format!("{place}.{name}"), shown, &printed[name]);
            }
        }
        (Value::Array(shown), Value::Array(printed)) => {
            assert!(shown.is_empty() || !printed.is_empty(), "{place} is empty");
            let items = shown
                .iter()
                .flat_map(|one| printed.iter().map(move |other| (one, other)));
            for (one, other) in items {
                compare(&format!("{place}[]"), one, other);
            }
        }
        _ => panic!("{place}: {shown} is shown, {printed} is printed"),
    }
}

/// An office in which there is something to say under every key.
fn office() -> Office {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 300, 87),
        ("c-2", "600100202", "601200302", "Incoming", 290, 60),
        ("c-3", "600100201", "601200308", "Incoming", 280, 30),
        ("c-4", "600100203", "601200301", "Conference", 270, 30),
    ])
    .going_back(1);
    office.import("leads", "id,name,phone\n8,Ewa Nowak-Żak,601200302\n");
    office.sync();
    office.file("leads.csv", "id,name,phone\n9,Firma Dąb,w kadrach\n");
    office.execute(
        "INSERT INTO phones VALUES ('callyzer', '+48600100203', '2026-11-20T09:00:00Z',
                                    'uninstalled', '2026-11-24T09:00:00Z');
         INSERT INTO call_notes
         SELECT id, 'n-1', 'Anna Wójcik', 'Prosi o ofertę', '2026-11-24T10:46:12Z'
         FROM calls WHERE provider_call_id = 'c-1';
         INSERT INTO call_phases SELECT id, 'active', NULL, 60
         FROM calls WHERE provider_call_id = 'c-2';
         INSERT INTO call_phases SELECT id, 'operator_acw', '42', 30
         FROM calls WHERE provider_call_id = 'c-2';
         INSERT INTO reread_days
         VALUES ('callyzer', date('now', '-5 days'), strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), NULL);
         INSERT INTO differences
         SELECT 'callyzer', '+48600100201', date('now', '-5 days'), id, 12, 14,
                strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
         FROM users WHERE login = 'anna'",
    );
    office
}

/// An office of Dialog, whose campaign has a call.
fn office_of_dialog() -> Office {
    let office = Office::of_dialog();
    office.dialog_call(DialogCall::new(7001, "1", "48601200301", ago(60), 41));
    office
}

#[test]
fn every_json_is_documented_as_it_is_printed() {
    let (office, of_dialog) = (office(), office_of_dialog());
    for block in blocks("json") {
        let (arguments, code, shown) = example(&block);
        let office = match arguments[0] {
            "campaign" => &of_dialog,
            _ => &office,
        };
        let printed = office.callsync(&arguments).fails(code).logs().json();
        compare(&arguments.join(" "), &shown, &printed);
    }
}
