//! A lead with several numbers: all of them are one question.

use pretend_callyzer::Call;
use serde_json::{Value, json};

use super::{DAY, UPDATED, refresh};
use crate::moment::ago;
use crate::office::Office;

/// Lead 1 has these numbers; Callyzer has a call of each of two.
fn office(phone: &str) -> Office {
    let office = Office::new();
    for (id, client) in [("c-1", "601200301"), ("c-2", "225550199")] {
        office.call(Call::new(id, "600100201", client, "Missed", ago(DAY), 0));
    }
    office.file("lead.csv", format!("id,phone\n1,{phone}\n"));
    let import = ["import", "leads", "lead.csv"];
    office.callsync(&import).prints("Leady").logs().run();
    office
}

#[test]
fn all_numbers_of_a_lead_are_one_question() {
    let office = office("601200301|+48 22 555 01 99");
    refresh(&office)
        .prints(&format!("{UPDATED}\nNowe: 2, zmienione: 0, usunięte: 0\n"))
        .prints("Numer telefonu: +48601200301, +48225550199\n")
        .run();
    let requests = office.callyzer.requests();
    assert_eq!(requests.len(), 2, "one for each part of the six months");
    for request in requests {
        assert_eq!(
            request.body["client_numbers"],
            json!(["48-601200301", "601200301", "48-225550199", "225550199"])
        );
    }
    assert_eq!(
        office.value("SELECT count(*) FROM calls WHERE lead_id = 1"),
        "2"
    );
    // What is gone goes, of each number.
    office.callyzer.world(|world| world.calls.clear());
    office.call(Call::new(
        "other",
        "600100201",
        "601200302",
        "Missed",
        ago(1),
        0,
    ));
    office.sync();
    refresh(&office)
        .prints("Nowe: 0, zmienione: 0, usunięte: 2\n")
        .run();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["other"]);
}

#[test]
fn an_invalid_number_is_named_and_the_others_are_refreshed() {
    let office = office("w kadrach|601200301|112");
    refresh(&office)
        .prints("Nowe: 1, zmienione: 0, usunięte: 0\nPominięto, nieprawidłowy format numeru telefonu: w kadrach, 112\n")
        .run();
    let done = office
        .callsync(&["refresh-lead", "1", "--format", "json"])
        .says_only(
            "WARN  lead 1: 'w kadrach' is no valid phone number; it is not asked for\n\
             WARN  lead 1: '112' is no valid phone number; it is not asked for\n",
        )
        .json();
    assert_eq!(
        [&done["status"], &done["message"], &done["lead"]["number"]],
        [&json!(UPDATED), &Value::Null, &json!("+48601200301")]
    );
}

#[test]
fn a_lead_without_any_valid_number_is_not_refreshed() {
    let office = office("w kadrach|112");
    office.callyzer.may_stay_unasked();
    refresh(&office)
        .fails(65)
        .says_only("callsync: Nieprawidłowy format numeru telefonu: w kadrach|112\n")
        .run();
}

#[test]
fn calls_of_a_shared_number_are_refreshed_in_both_registers_and_keep_their_lead() {
    let office = Office::with_calls(&[
        ("a", "600100201", "601200301", "Outgoing", 60, 60),
        ("b", "600100202", "601200301", "Outgoing", 50, 60),
        ("gone", "600100202", "601200301", "Outgoing", 40, 60),
        ("c", "600100202", "601200302", "Outgoing", 30, 60),
    ]);
    office.import(
        "leads",
        "id,phone\n2,601200302|601200301\n3,601200303|601200302\n",
    );
    office.sync();
    let leads = "SELECT provider_call_id, lead_id, note FROM calls ORDER BY 1";
    assert_eq!(
        office.rows(leads),
        ["a|1|null", "b|2|null", "c|2|null", "gone|2|null"]
    );
    office.callyzer.world(|world| {
        world.calls.retain(|call| call.id != "gone");
        for id in ["a", "b"] {
            world.call_mut(id).note = Some("oddzwonić".into());
        }
    });
    refresh(&office)
        .prints("Nowe: 0, zmienione: 2, usunięte: 1\n")
        .prints("\nPołączenia tego numeru przypisane do leada 2: 1\n")
        .run();
    assert_eq!(
        office.rows(leads),
        ["a|1|oddzwonić", "b|2|oddzwonić", "c|2|null"]
    );
    office
        .callsync(&["lead", "3"])
        .prints("\nPołączenia tych numerów przypisane do leada 2: 1\n")
        .run();
}
