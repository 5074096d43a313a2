//! Readings of Callyzer that no other system has, and pages of calls that are left out.

use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{Call, Misbehaviour};

use super::{FORGOTTEN, OTHER, calls, forget, forget_before};
use crate::moment::ago;
use crate::office::{KINDS, Office};

#[test]
fn a_refresh_of_a_new_lead_with_the_number_brings_only_later_calls() {
    let office = Office::new();
    let call = |id: &str, minutes| {
        office.call(Call::new(
            id,
            "600100201",
            FORGOTTEN,
            "Outgoing",
            ago(minutes),
            60,
        ));
    };
    call("before", 30);
    forget_before(&office, FORGOTTEN, 20);
    call("after", 10);
    office.import("leads", &format!("id,name,phone\n9,Jan Nowy,{FORGOTTEN}\n"));
    let refresh = office.callsync(&["refresh-lead", "9"]);
    refresh.prints("została zaktualizowana").run();
    assert_eq!(calls(&office), ["after"]);
    assert_eq!(office.value("SELECT lead_id FROM calls"), "9");
}

#[test]
fn a_call_after_that_whose_time_turns_out_earlier_goes_though_its_number_is_hidden_now() {
    let office = Office::new();
    office.call(Call::new(
        "c-1",
        "600100201",
        FORGOTTEN,
        "Outgoing",
        ago(10),
        60,
    ));
    forget_before(&office, FORGOTTEN, 20);
    office.sync();
    assert_eq!(calls(&office), ["c-1"]);
    office.callyzer.world(|world| {
        let call = world.call_mut("c-1");
        (call.client_number, call.at) = (String::new(), ago(25));
    });
    office.sync();
    assert_eq!(calls(&office), [""; 0]);
}

#[test]
fn an_incomplete_window_that_is_read_again_brings_none_of_their_calls_and_is_whole() {
    let office = Office::with_old_calls();
    for _ in 0..2 {
        office.callyzer.next(HISTORY, Misbehaviour::LosesRows(3));
    }
    office.sync_with_log().run();
    assert_eq!(office.count("doubtful_windows"), "1");
    forget(&office, FORGOTTEN);
    office.sync();
    assert_eq!(calls(&office), ["c-2", "c-3"]);
    assert_eq!(office.count("doubtful_windows"), "0");
}

#[test]
fn pages_of_their_calls_are_known_rows_and_new_ones_to_nobody() {
    let office = Office::with_calls_of_one_phone(250);
    forget(&office, FORGOTTEN);
    office.call(Call::new(
        "other",
        "600100201",
        OTHER,
        "Outgoing",
        ago(320),
        5,
    ));
    let sync = office.sync_with_log();
    sync.prints("Połączenia: 251 (nowe 1, zmienione 0)").run();
    assert_eq!(office.asked(HISTORY), 2 + KINDS);
    assert_eq!(calls(&office), ["other"]);
    assert_eq!(office.count("doubtful_windows"), "0");
}
