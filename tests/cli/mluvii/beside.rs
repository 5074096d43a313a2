//! mluvii beside the other systems, in one file.

use pretend_callyzer::path::MLUVII_SESSIONS;
use pretend_callyzer::{Call, Misbehaviour, TelecubeCall};

use super::{CLIENT, session};
use crate::moment::ago;
use crate::office::Office;

const NATIONAL: &str = "601200301";

/// An office of all systems, each with a call of Anna's with one client.
fn office_of_all() -> Office {
    let office = Office::with_all().going_back(1);
    office.call(Call::new(
        "c-1",
        "600100201",
        NATIONAL,
        "Incoming",
        ago(50),
        10,
    ));
    let number = CLIENT.trim_start_matches('+');
    office.telecube_call(TelecubeCall::new(
        "t-1",
        "OUT",
        number,
        "u-anna",
        ago(40),
        20,
    ));
    office.mluvii_session(session(1, "Callback", "41", 30, 30));
    office
}

/// The providers of a lead's calls, the newest first.
fn register(office: &Office) -> Vec<String> {
    let lead = office.callsync(&["lead", "1", "--format", "json"]).json();
    let calls = lead["calls"].as_array().unwrap().iter();
    calls
        .map(|call| call["provider"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn one_register_has_the_calls_of_all_systems() {
    let office = office_of_all();
    office.sync();
    assert_eq!(register(&office), ["mluvii", "telecube", "callyzer"]);
    let talks = "SELECT provider, talk_time_s FROM daily_stats WHERE user_id = 1 ORDER BY 1";
    let expected = ["callyzer|10", "mluvii|30", "telecube|20"];
    assert_eq!(office.rows(talks), expected);
}

#[test]
fn while_mluvii_is_down_the_others_go_on() {
    let office = office_of_all();
    let down = Misbehaviour::status(500, "out of order");
    office.callyzer.always(MLUVII_SESSIONS, down);
    office.failing_sync(75).prints("Callyzer").run();
    assert_eq!(register(&office), ["telecube", "callyzer"]);
    office.callyzer.behave();
    office.sync();
    assert_eq!(register(&office).len(), 3);
}
