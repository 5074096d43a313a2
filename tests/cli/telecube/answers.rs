//! What TeleCube's answers mean, and what its settings must be.

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::{HISTORY, TELECUBE_CALLS};

use super::{call, office};
use crate::office::Office;

#[test]
fn a_refused_key_names_its_three_causes() {
    let office = office();
    office
        .callyzer
        .world(|world| world.telecube.token = "another".into());
    let run = office.callsync(&["-q", "sync"]).fails(77);
    run.says("look at TELECUBE_TOKEN")
        .says("whether the key is this one, this machine's address is allowed, and the API is switched on")
        .run();
    assert_eq!(office.asked(TELECUBE_CALLS), 1);
}

#[test]
fn a_403_is_a_rate_limit_only_if_it_says_so() {
    let office = office();
    office.telecube_call(call("t-1", "OUT", "48601200301", 60, 30));
    for _ in 0..2 {
        office
            .callyzer
            .next(TELECUBE_CALLS, Misbehaviour::LimitExceeded);
    }
    let log = office.sync_with_log().run();
    // Each wait that the answer does not measure is twice the one before.
    for line in [
        "rate limit (403); waiting 1.0 s",
        "rate limit (403); waiting 2.0 s",
    ] {
        assert!(log.stderr.contains(line), "{}", log.stderr);
    }
    assert_eq!(office.count("calls"), "1");
    let forbidden = r#"{"success":false,"message":"Forbidden"}"#;
    office
        .callyzer
        .next(TELECUBE_CALLS, Misbehaviour::status(403, forbidden));
    office
        .callsync(&["-q", "sync"])
        .fails(77)
        .says("TeleCube forbids it (403: Forbidden)")
        .run();
}

#[test]
fn no_success_is_no_answer() {
    let office = office();
    let failed =
        r#"{"success":false,"data":[],"otherData":{"totalCount":0},"message":"Maintenance"}"#;
    for _ in 0..3 {
        office
            .callyzer
            .next(TELECUBE_CALLS, Misbehaviour::status(200, failed));
    }
    office
        .failing_sync(76)
        .says("no success (Maintenance)")
        .run();
    assert_eq!(office.count("sync_dates"), "0");
}

#[test]
fn address_and_key_belong_together() {
    for (setting, missing) in [
        (
            "TELECUBE_TOKEN",
            "TELECUBE_TOKEN or TELECUBE_TOKEN_FILE is not set",
        ),
        ("TELECUBE_BASE_URL", "TELECUBE_BASE_URL is not set"),
    ] {
        let office = Office::unasked().with_telecube();
        office.callyzer.may_stay_unasked();
        let run = office.callsync(&["-q", "sync", "--provider", "telecube"]);
        run.without(setting).fails(78).says(missing).run();
    }
    let office = Office::unasked();
    office
        .callsync(&["-q", "sync", "--provider", "telecube"])
        .fails(78)
        .says("TELECUBE_BASE_URL is not set")
        .run();
}

#[test]
fn plain_http_is_for_loopback_only() {
    let office = office();
    office.callyzer.may_stay_unasked();
    office
        .callsync(&["-q", "sync"])
        .with("TELECUBE_BASE_URL", "http://firma.ccrm.pl/publicApi")
        .fails(78)
        .says("TELECUBE_BASE_URL (environment): http only to a loopback address; write https")
        .run();
}

#[test]
fn a_refresh_asks_callyzer_and_needs_its_settings() {
    let office = office();
    office.callyzer.may_stay_unasked();
    office
        .callsync(&["-q", "refresh-lead", "1"])
        .fails(78)
        .says("Odświeżanie korzysta z Callyzera, a brakuje jego ustawień (CALLYZER_TOKEN)")
        .run();
    let both = Office::new().with_telecube().going_back(1);
    both.telecube_call(call("t-1", "OUT", "48601200301", 60, 30));
    both.sync();
    let asked = both.asked(TELECUBE_CALLS);
    let screen = both
        .callsync(&["refresh-lead", "1"])
        .prints("\nDane z TeleCube do: 20")
        .run();
    assert!(
        screen.stdout.contains("liczba połączeń: 1\n"),
        "{}",
        screen.stdout
    );
    assert_eq!(both.asked(TELECUBE_CALLS), asked);
}

#[test]
fn check_says_who_is_unknown_and_whose_times_cannot_be() {
    let office = office();
    let mut stranger = call("t-1", "OUT", "48601200301", 60, 30);
    stranger.receivers = vec![super::receiver(Some(107), Some("u-stranger"))];
    stranger.receivers[0].first_name = "Jan".into();
    office.telecube_call(stranger);
    office
        .callsync(&["check"])
        .prints("ok    TeleCube accepts the key\n")
        .prints("ok    clock: as TeleCube's\n")
        .prints("warn  advisors' keys: u-stranger (Jan, extension 107), of a week's calls 1, is no user's; import")
        .prints("ok    zone: no call is in the future")
        .run();
    assert_eq!(office.asked(HISTORY), 0);
    // There the call of an hour ago is one of hours from now.
    office
        .callsync(&["check"])
        .with("TELECUBE_TIMEZONE", "America/New_York")
        .fails(1)
        .prints("WRONG zone: a call of ")
        .run();
    office
        .callyzer
        .world(|world| world.telecube.token = "another".into());
    office
        .callsync(&["check"])
        .fails(1)
        .prints("WRONG TeleCube refused the key (401: Unauthorized)")
        .run();
}

#[test]
fn a_key_that_an_answer_repeats_is_shown_in_no_form() {
    let office = office();
    let body = r#"{"success":false,"message":"Unauthorized: se\/cret-key 1"}"#;
    office
        .callyzer
        .always(TELECUBE_CALLS, Misbehaviour::status(401, body));
    let run = office
        .callsync(&["-vv", "sync"])
        .with("TELECUBE_TOKEN", "se/cret-key");
    let output = run.fails(77).says("Unauthorized: *** 1").run();
    assert!(!output.stderr.contains("cret-key"), "{}", output.stderr);
    assert!(
        !office
            .value("SELECT error FROM sync_runs WHERE command = 'sync'")
            .contains("cret-key")
    );
}
