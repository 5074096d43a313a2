//! Somebody is forgotten while a sync waits for an answer about them.

use std::process::Command;

use pretend_callyzer::path::{HISTORY, TELECUBE_NOTES};
use pretend_callyzer::{Call, Misbehaviour, MluviiSession, Request, TelecubeCall, TelecubeNote};

use super::{FORGOTTEN, calls, forget};
use crate::moment::ago;
use crate::office::Office;

/// Before the answers to such requests come, the number is forgotten.
fn forget_at(office: &Office, fits: impl Fn(&Request) -> bool + Send + Sync + 'static) {
    let database = office.database();
    let forget = Misbehaviour::edit(move |_| {
        let mut forget = Command::new(env!("CARGO_BIN_EXE_callsync"));
        forget.args(["-q", "forget", "--number", FORGOTTEN, "--yes"]);
        forget.env_clear().env("CALLSYNC_DATABASE", &database);
        forget.env("CALLSYNC_ENV_FILE", "/dev/null");
        assert!(forget.status().unwrap().success());
    });
    office.callyzer.when(fits, forget);
}

/// How many rows the tables have that belong to calls.
fn left(office: &Office) -> String {
    office.value(
        "SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM call_notes)
              + (SELECT count(*) FROM call_phases) + (SELECT count(*) FROM notes_due)
              + (SELECT count(*) FROM phases_due) + (SELECT count(*) FROM quarantine)
              + (SELECT count(*) FROM unfinished_calls)",
    )
}

#[test]
fn a_page_that_was_on_its_way_brings_none_of_their_calls() {
    let office = Office::new().going_back(1);
    office.call(Call::new(
        "c-1",
        "600100201",
        FORGOTTEN,
        "Outgoing",
        ago(30),
        60,
    ));
    forget_at(&office, |request| request.path == HISTORY);
    office.sync();
    assert_eq!(left(&office), "0");
}

#[test]
fn notes_of_a_call_that_goes_meanwhile_are_not_kept_and_fail_nothing() {
    let office = Office::of_telecube().going_back(1);
    let number = format!("48{FORGOTTEN}");
    let mut call = TelecubeCall::new("t-1", "OUT", &number, "u-anna", ago(30), 60);
    let mut odd = TelecubeNote::new("n-2", "dziwna", ago(28));
    odd.extra.insert("created".into(), "soon".into());
    call.notes = vec![TelecubeNote::new("n-1", "notatka", ago(29)), odd];
    office.telecube_call(call);
    forget_at(&office, |request| request.path == TELECUBE_NOTES);
    office.sync();
    assert_eq!(office.asked(TELECUBE_NOTES), 1);
    assert_eq!(left(&office), "0");
}

#[test]
fn phases_of_a_session_that_goes_meanwhile_are_not_kept_and_fail_nothing() {
    let office = Office::of_mluvii().going_back(1);
    let number = format!("+48{FORGOTTEN}");
    let session = MluviiSession::new(1, "IncomingCall", &number, "41", ago(30), 60);
    office.mluvii_session(session);
    forget_at(&office, |request| request.path.ends_with("/routingHistory"));
    let sync = office.callsync(&["-q", "sync"]);
    sync.with("MLUVII_PHASES", "1").run();
    assert_eq!(left(&office), "0");
}

#[test]
fn a_session_that_ends_after_its_client_was_forgotten_is_not_stored() {
    let office = Office::of_mluvii().going_back(1);
    let number = format!("+48{FORGOTTEN}");
    let session = || MluviiSession::new(1, "IncomingCall", &number, "41", ago(30), 60);
    office.mluvii_session(session().unfinished());
    office.sync();
    assert_eq!(office.count("unfinished_calls"), "1");
    forget(&office, FORGOTTEN);
    office.mluvii_session(session());
    office.sync();
    assert_eq!(left(&office), "0");
    assert_eq!(calls(&office), [""; 0]);
}
