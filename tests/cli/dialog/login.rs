//! Token, or login and password: what lets callsync in, and what does not.

use pretend_callyzer::path::{DIALOG_LOGIN, DIALOG_REPORT};
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use super::{call, office};
use crate::office::Office;
use crate::run::{Output, Run};

/// A run with login and password for the token.
fn with_password(office: &Office, arguments: &[&str]) -> Run {
    office
        .callsync(arguments)
        .without("DIALOG_TOKEN")
        .with("DIALOG_LOGIN", PretendCallyzer::DIALOG_LOGIN)
        .with("DIALOG_PASSWORD", PretendCallyzer::DIALOG_PASSWORD)
}

/// Neither the password nor a token that it gave is in what a run said, or in the file.
#[track_caller]
fn assert_silent(office: &Office, output: &Output) {
    let file = std::fs::read(office.database()).unwrap();
    let file = String::from_utf8_lossy(&file);
    for text in [&*output.stdout, &*output.stderr, &*file] {
        assert!(!text.contains("pretend-password"), "{text}");
        assert!(!text.contains("pretend-issued"), "{text}");
    }
}

fn unauthorized() -> Misbehaviour {
    Misbehaviour::status(401, r#"{"detail": "Token expired"}"#)
}

#[test]
fn a_password_is_exchanged_for_a_token_once_a_run_and_is_in_no_output() {
    let office = office();
    office.dialog_call(call("d-1", "48601200301", 60, 41));
    let run = with_password(&office, &["-vv", "sync"]).logs();
    assert_silent(&office, &run.prints("Połączenia: 1 (nowe 1, ").run());
    assert_eq!(office.asked(DIALOG_LOGIN), 1);
    let login = &office.callyzer.requests()[0];
    assert_eq!(
        (&*login.path, login.header("authorization")),
        (DIALOG_LOGIN, None)
    );
    assert_eq!(
        office.last_run(),
        format!("ok|0|{}", office.callyzer.requests().len())
    );
    let check = with_password(&office, &["check"])
        .prints("Dialog accepts the ")
        .logs();
    assert_silent(&office, &check.run());
}

#[test]
fn a_token_that_ended_is_replaced_once_by_a_new_login() {
    let office = office();
    office.dialog_call(call("d-1", "48601200301", 60, 41));
    office.callyzer.next(DIALOG_REPORT, unauthorized());
    let run = with_password(&office, &["-q", "sync"]);
    run.run();
    assert_eq!(office.asked(DIALOG_LOGIN), 2);
    assert_eq!(office.count("calls"), "1");
    let asked = office.callyzer.requests_to(DIALOG_REPORT);
    let tokens = [&asked[0], &asked[1]].map(|request| request.header("authorization"));
    assert!(tokens[0].is_some() && tokens[0] != tokens[1], "{tokens:?}");

    office.callyzer.always(DIALOG_REPORT, unauthorized());
    let refused = with_password(&office, &["-vv", "sync"]).fails(77).logs();
    assert_silent(&office, &refused.says("Token expired").run());
    assert_eq!(office.asked(DIALOG_LOGIN), 4);
    assert_eq!(office.asked(DIALOG_REPORT), asked.len() + 2);
}

#[test]
fn a_wrong_password_is_tried_once_and_named_as_a_setting() {
    let office = office();
    office
        .callyzer
        .world(|world| world.dialog.password = "another".into());
    let run = with_password(&office, &["-vv", "sync"]).fails(77);
    let output = run
        .says("Incorrect username or password")
        .says("DIALOG_PASSWORD")
        .run();
    assert_silent(&office, &output);
    assert_eq!(
        (office.asked(DIALOG_LOGIN), office.asked(DIALOG_REPORT)),
        (1, 0)
    );
    assert_eq!(office.count("sync_dates"), "0");
}

#[test]
fn a_token_that_is_refused_is_final() {
    let office = office();
    office.callyzer.always(DIALOG_REPORT, unauthorized());
    let run = office.callsync(&["-q", "sync"]).fails(77);
    run.says("Token expired").says("DIALOG_TOKEN").run();
    assert_eq!(
        (office.asked(DIALOG_LOGIN), office.asked(DIALOG_REPORT)),
        (0, 1)
    );
}

#[test]
fn an_answer_to_a_login_that_is_none_is_no_token() {
    let office = office();
    for (answer, code) in [
        // A page to log in at.
        (Misbehaviour::NotJson, 77),
        (Misbehaviour::OtherShape, 76),
        (Misbehaviour::status(500, "out of order"), 75),
    ] {
        let what = format!("{answer:?}");
        office.callyzer.always(DIALOG_LOGIN, answer);
        let output = with_password(&office, &["sync"]).fails(code).logs().run();
        assert!(
            output.stderr.contains("Dialog"),
            "{what}: {}",
            output.stderr
        );
        assert_silent(&office, &output);
        office.callyzer.behave();
    }
    assert_eq!(office.asked(DIALOG_REPORT), 0);
}
