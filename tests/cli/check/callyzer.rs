//! What two questions to Callyzer tell: token, subscription, clock, zone, numbers.

use pretend_callyzer::path::{EMPLOYEES, HISTORY};
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use super::{asked, assert_wrong, office, set_mode};

#[test]
fn callyzer_is_not_asked_without_token_and_address() {
    let office = office();
    let before = asked(&office).len();
    let token = office.file("token", format!("{}\n", PretendCallyzer::TOKEN));
    set_mode(&token, 0o600);
    let check = || office.callsync(&["check"]);
    let address = check().with("CALLYZER_BASE_URL", "http://api1.callyzer.co/api/v2.2");
    assert_wrong(
        address,
        &["CALLYZER_BASE_URL (environment): http only to a loopback address"],
    );
    assert_wrong(
        check().without("CALLYZER_TOKEN"),
        &["CALLYZER_TOKEN or CALLYZER_TOKEN_FILE is not set; put it into"],
    );
    assert_wrong(
        check().with("CALLYZER_TOKEN", "two words"),
        &["CALLYZER_TOKEN (environment): a token is one word"],
    );
    let missing = check()
        .without("CALLYZER_TOKEN")
        .with("CALLYZER_TOKEN_FILE", "no-token");
    assert_wrong(
        missing,
        &["CALLYZER_TOKEN_FILE (environment): could not read "],
    );
    assert_wrong(check().with("CALLYZER_TOKEN_FILE", &token), &["keep one"]);
    assert_eq!(asked(&office).len(), before);
    let fine = check()
        .without("CALLYZER_TOKEN")
        .with("CALLYZER_TOKEN_FILE", &token);
    fine.prints("token file ").run();
}

#[test]
fn callyzers_refusals_are_told_apart() {
    let office = office();
    let check = || office.callsync(&["check"]);
    assert_wrong(
        check().with("CALLYZER_TOKEN", "mistyped"),
        &["Callyzer refused the token (401: Invalid access token); renew CALLYZER_TOKEN"],
    );
    office
        .callyzer
        .world(|world| world.subscription_expired = true);
    assert_wrong(check(), &["Callyzer's subscription has expired (403: "]);
    office
        .callyzer
        .world(|world| world.subscription_expired = false);
    office.callyzer.next(EMPLOYEES, Misbehaviour::Hang);
    let before = asked(&office).len();
    assert_wrong(
        check().with("CALLYZER_TIMEOUT_S", "1"),
        &["Callyzer did not answer in time; look at the network"],
    );
    assert_eq!(asked(&office).len(), before + 1);
    let closed = check().with("CALLYZER_BASE_URL", "http://127.0.0.1:9/api/v2.2");
    assert_wrong(closed, &["Callyzer is unavailable: no connection"]);
    for _ in 0..2 {
        office
            .callyzer
            .next(EMPLOYEES, Misbehaviour::status(404, "not here"));
    }
    assert_wrong(check(), &["look whether the API has changed"]);
    assert_eq!(asked(&office).last().unwrap(), HISTORY);
    office
        .callyzer
        .next(HISTORY, Misbehaviour::Refuse("call_mode is odd".into()));
    assert_wrong(
        check(),
        &["zone: Callyzer refused the request (400: call_mode is odd)"],
    );
}

#[test]
fn a_clock_that_is_wrong_is_found() {
    let office = office();
    for (offset, expected) in [
        (-3600, "s ahead of Callyzer's"),
        (3600, "s behind Callyzer's"),
    ] {
        office.callyzer.set_clock_offset(offset);
        assert_wrong(office.callsync(&["check"]), &[expected]);
    }
    office.callyzer.set_clock_offset(20);
    office.callsync(&["check"]).prints("ok    clock").run();
    // Only a good answer tells the time.
    office.callyzer.set_clock_offset(-7200);
    let refused = office
        .callsync(&["check"])
        .with("CALLYZER_TOKEN", "mistyped");
    assert_wrong(
        refused.prints("skip  clock: Callyzer said no time to compare with"),
        &["401"],
    );
}

#[test]
fn another_zone_of_the_account_is_found() {
    let office = office();
    office
        .callyzer
        .world(|world| world.zone = chrono_tz::Asia::Kolkata);
    let expected =
        "zone: Callyzer's times end in 'IST', which is not Europe/Warsaw; set CALLYZER_TIMEZONE";
    assert_wrong(office.callsync(&["check"]), &[expected]);
    let run = office
        .callsync(&["check"])
        .with("CALLYZER_TIMEZONE", "Asia/Kolkata");
    run.prints("zone: Callyzer's times are of Asia/Kolkata")
        .run();
    office.callyzer.world(|world| world.calls.clear());
    let run = office.callsync(&["check"]);
    run.prints("skip  zone: no call was uploaded within a day to tell it by")
        .run();
}

#[test]
fn numbers_that_callyzer_does_not_know_are_found() {
    let office = office();
    office.callyzer.world(|world| {
        world
            .employees
            .retain(|employee| employee.number != "600100202");
        world
            .employees
            .retain(|employee| employee.number != "600100201");
    });
    assert_wrong(
        office.callsync(&["check"]),
        &[
            "advisors' numbers: Callyzer does not know +48600100202 of bartek; correct it there or import users",
            "advisors' numbers: Callyzer does not know +48600100201 of anna",
        ],
    );
    let question = office.callyzer.requests().pop().unwrap().body;
    assert_eq!(question["emp_numbers"], serde_json::json!(["48-225550102"]));
    office.execute("UPDATE users SET active = 0");
    let run = office.callsync(&["check"]);
    run.prints("warn  advisors' numbers: no active advisor has one")
        .run();
}
