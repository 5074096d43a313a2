//! What the rows of an answer become: changes, odd times, odd bytes.

use pretend_callyzer::path::{CALLS_BY_ID, HISTORY};
use pretend_callyzer::{Call, Misbehaviour};

use crate::moment::ago;
use crate::office::Office;

#[test]
fn what_changed_is_updated_and_nothing_known_is_blanked() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    office
        .callyzer
        .world(|world| world.call_mut("c-1").client_name = Some("Jan".into()));
    office.sync();
    let sync = |change: &dyn Fn(&mut Call), summary: &str| {
        office.callyzer.world(|world| change(world.call_mut("c-1")));
        office.callsync(&["sync"]).prints(summary).logs().run();
        office
            .value("SELECT note, recording_url, duration_s, status, lead_id, advisor_id FROM calls")
    };
    let changed = "Połączenia: 1 (nowe 0, zmienione 1)";
    let unchanged = "Połączenia: 1 (nowe 0, zmienione 0)";
    let with_note = sync(
        &|call| {
            call.note = Some("oddzwonić".into());
            call.recording_url = Some("https://media.example/1.mp3".into());
            call.duration_s = 90;
        },
        changed,
    );
    assert_eq!(
        with_note,
        "oddzwonić|https://media.example/1.mp3|90|Wychodzące|1|1"
    );
    let blanked = sync(
        &|call| {
            call.note = None;
            call.recording_url = Some(String::new());
        },
        unchanged,
    );
    assert_eq!(blanked, with_note);
    let uploaded_again = sync(&|call| call.synced_at = ago(0), unchanged);
    assert_eq!(uploaded_again, with_note);
}

#[test]
fn a_time_of_upload_in_another_zone_is_left_out_with_one_warning() {
    let office = Office::new();
    for id in ["c-1", "c-2"] {
        let call = Call::new(id, "600100201", "601200301", "Outgoing", ago(30), 5);
        office.call(call.showing("synced_at", "2026-07-28 10:44:41 IST"));
    }
    let output = office
        .callsync(&["sync"])
        .prints("nowe 2")
        .says("end in 'IST'")
        .run();
    assert_eq!(output.stderr.matches("IST").count(), 1);
    assert_eq!(
        office.rows("SELECT uploaded_at FROM calls"),
        ["null", "null"]
    );
}

#[test]
fn a_byte_that_is_no_text_spoils_one_name_and_no_run() {
    let office = Office::with_calls_of_one_phone(1);
    office
        .callyzer
        .world(|world| world.call_mut("c-0000").client_name = Some("Jan Ń".into()));
    // As Windows-1250 has it.
    let bad = Misbehaviour::replace_bytes("Jan Ń", b"Jan \xd1");
    office.callyzer.always(HISTORY, bad);
    office.sync_with_log().run();
    assert_eq!(
        office.value("SELECT client_name FROM calls"),
        "Jan \u{fffd}"
    );
}

#[test]
fn a_string_that_json_forbids_is_repaired_and_costs_no_record() {
    let office = Office::with_calls_of_one_phone(2);
    office.callyzer.world(|world| {
        world.call_mut("c-0000").note = Some("@@".into());
        world.call_mut("c-0001").client_name = Some("Jan\0Kowalski".into());
    });
    // A raw tab and line feed, half a surrogate pair, and a backslash that escapes nothing.
    let odd = br"a	b
c \ud83d \xd";
    let bad = Misbehaviour::replace_bytes("@@", odd.as_slice());
    office.callyzer.always(HISTORY, bad.clone());
    office.sync();
    let texts = "SELECT client_name, note FROM calls ORDER BY provider_call_id";
    let expected = [
        "null|a\tb\nc \u{fffd} \\xd",
        // SQLite sees nothing behind a NUL.
        "Jan\u{fffd}Kowalski|null",
    ];
    assert_eq!(office.rows(texts), expected);
    assert_eq!(office.count("quarantine"), "0");
    office.execute("UPDATE calls SET note = NULL");
    office.callyzer.always(CALLS_BY_ID, bad);
    office.callsync(&["-q", "refresh-lead", "1"]).run();
    assert_eq!(office.rows(texts), expected);
}
