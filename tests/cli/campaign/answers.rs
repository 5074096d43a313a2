//! What becomes of a request whose answer does not say that a campaign was created, and of
//! the next one.

use pretend_callyzer::path::{DIALOG_CAMPAIGNS, DIALOG_LOGIN};
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use super::{PEOPLE, create, office, states};
use crate::office::Office;
use crate::run::Run;

/// One person, who has a number of their own.
fn person(n: usize) -> String {
    format!("phone\n6012003{n:02}\n")
}

fn with_password(run: Run) -> Run {
    run.without("DIALOG_TOKEN")
        .with("DIALOG_LOGIN", PretendCallyzer::DIALOG_LOGIN)
        .with("DIALOG_PASSWORD", PretendCallyzer::DIALOG_PASSWORD)
}

fn status(code: u16) -> Misbehaviour {
    Misbehaviour::status(code, r#"{"message": "out of order"}"#)
}

/// A campaign may have been created, so its numbers are blocked and others are not.
fn assert_blocked(office: &Office, n: usize, what: &str) {
    let asked = office.asked(DIALOG_CAMPAIGNS);
    let overlapping = format!("{}+48 601 200 399\n", person(n));
    for people in [person(n), overlapping] {
        let refused = create(office, &people, &["--yes", "--name", "Inna"]).fails(65);
        refused.says("mogła zostać utworzona").says("--again").run();
        let preview = create(office, &people, &[]);
        let preview = preview.prints("mogła zostać utworzona");
        preview.prints("Z --yes --again Dialog").run();
    }
    assert_eq!(office.asked(DIALOG_CAMPAIGNS), asked, "{what}");
}

#[test]
fn a_kill_between_request_and_answer_blocks_its_numbers() {
    let office = office();
    office.callyzer.next(DIALOG_CAMPAIGNS, Misbehaviour::Hang);
    let mut run = create(&office, &person(1), &["--yes"]).start();
    office.wait_for_requests_to(DIALOG_CAMPAIGNS, 1);
    // On the disk before the request.
    assert_eq!(states(&office), ["sent|null"]);
    run.kill();
    assert_blocked(&office, 1, "killed");
    create(&office, &person(2), &["--yes"])
        .prints("12345")
        .run();
    create(&office, &person(1), &["--yes", "--again"])
        .prints("12346")
        .run();
    assert_eq!(states(&office)[1..], ["created|12345", "created|12346"]);
}

#[test]
fn without_an_answer_that_tells_it_may_have_been_created_and_is_not_sent_again() {
    let office = office();
    let cases = [
        (status(500), 75),
        (status(503), 75),
        (Misbehaviour::DropConnection, 75),
        (Misbehaviour::CutOff, 75),
        (Misbehaviour::Hang, 75),
        (Misbehaviour::NotJson, 76),
        (Misbehaviour::OtherShape, 76),
    ];
    for (n, (answer, code)) in cases.into_iter().enumerate() {
        let what = format!("{answer:?}");
        office.callyzer.next(DIALOG_CAMPAIGNS, answer);
        let run = create(&office, &person(n), &["--yes"]).with("DIALOG_TIMEOUT_S", "1");
        let output = run.fails(code).logs().run();
        let told = output.stderr.contains("may have been created");
        assert!(told, "{what}: {}", output.stderr);
        // No run makes this request again by itself.
        assert!(!output.stderr.contains("tries again"), "{}", output.stderr);
        assert_eq!(office.asked(DIALOG_CAMPAIGNS), n + 1, "{what}");
        assert_eq!(states(&office)[n], "unknown|null", "{what}");
        assert_blocked(&office, n, &what);
    }
}

#[test]
fn a_request_without_its_numbers_is_not_sent_again() {
    let office = office();
    office
        .callyzer
        .next(DIALOG_CAMPAIGNS, Misbehaviour::DropConnection);
    create(&office, PEOPLE, &["--yes"]).fails(75).logs().run();
    office.execute("UPDATE campaigns SET sent_at = '2026-01-01T00:00:00Z'");
    office
        .callsync(&["purge", "--before", "2026-02-01", "--yes"])
        .prints("Kampanie bez numerów: 1")
        .run();
    let same = create(&office, PEOPLE, &["--yes"]).fails(65);
    same.says("mogła zostać utworzona").run();
    assert_eq!(states(&office), ["unknown|null"]);
}

#[test]
fn a_refusal_creates_nothing_and_blocks_nothing() {
    let office = office();
    let cases = [
        (status(400), 76),
        (status(404), 76),
        (status(422), 76),
        (status(403), 77),
        (status(401), 77),
        (Misbehaviour::RetryAfter("1".into()), 75),
    ];
    for (n, (answer, code)) in cases.into_iter().enumerate() {
        let what = format!("{answer:?}");
        office.callyzer.next(DIALOG_CAMPAIGNS, answer);
        let output = create(&office, PEOPLE, &["--yes"]).fails(code).logs().run();
        let told = output.stderr.contains("no campaign was created: ");
        assert!(told, "{what}: {}", output.stderr);
        assert!(!output.stderr.contains("tries again"), "{}", output.stderr);
        assert_eq!(office.asked(DIALOG_CAMPAIGNS), n + 1, "{what}");
        assert_eq!(states(&office)[n], "failed|null", "{what}");
    }
    create(&office, PEOPLE, &["--yes"]).prints("12345").run();
}

#[test]
fn what_never_reached_dialog_creates_nothing_and_blocks_nothing() {
    let office = office();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/dialog/api", nobody.local_addr().unwrap());
    drop(nobody);
    let run = create(&office, PEOPLE, &["--yes"]).with("DIALOG_BASE_URL", &address);
    run.fails(75).says("no campaign was created: ").logs().run();
    let password = with_password(create(&office, PEOPLE, &["--yes"]));
    let run = password.with("DIALOG_BASE_URL", &address);
    run.fails(75).says("nothing was sent: ").logs().run();
    // Refused, and then there is no new token.
    office.callyzer.next(DIALOG_CAMPAIGNS, status(401));
    office.callyzer.nth(DIALOG_LOGIN, 2, status(503));
    let run = with_password(create(&office, PEOPLE, &["--yes"]));
    run.fails(75).says("no campaign was created: ").logs().run();
    assert_eq!(states(&office), ["failed|null", "failed|null"]);
    create(&office, PEOPLE, &["--yes"]).prints("12345").run();
}

#[test]
fn a_campaign_s_id_may_be_text() {
    let office = office();
    let answer = Misbehaviour::status(200, r#"{"campaign": {"id": "777"}}"#);
    office.callyzer.next(DIALOG_CAMPAIGNS, answer);
    create(&office, PEOPLE, &["--yes"]).prints("777").run();
    assert_eq!(states(&office), ["created|777"]);
    for id in ["0", "null", "-5", r#""soon""#] {
        let answer = Misbehaviour::status(200, &format!(r#"{{"campaign": {{"id": {id}}}}}"#));
        office.callyzer.next(DIALOG_CAMPAIGNS, answer);
        let run = create(&office, PEOPLE, &["--yes", "--again"]).fails(76);
        run.says("may have been created").logs().run();
    }
}

#[test]
fn after_a_401_there_is_one_new_login_and_one_more_request() {
    let office = office();
    office.callyzer.next(DIALOG_CAMPAIGNS, status(401));
    let run = create(&office, PEOPLE, &["--yes"]);
    let output = with_password(run).prints("12345").logs().run();
    assert!(!output.stderr.contains("pretend-"), "{}", output.stderr);
    let asked = || (office.asked(DIALOG_LOGIN), office.asked(DIALOG_CAMPAIGNS));
    assert_eq!(asked(), (2, 2));
    office.callyzer.always(DIALOG_CAMPAIGNS, status(401));
    let run = create(&office, &person(9), &["--yes"]);
    with_password(run).fails(77).says("out of order").run();
    assert_eq!(asked(), (4, 4));
    assert_eq!(states(&office), ["created|12345", "failed|null"]);
    // Nothing was sent with a password that is wrong.
    let run = with_password(create(&office, &person(8), &["--yes"]));
    let run = run.with("DIALOG_PASSWORD", "another").fails(77);
    run.says("Incorrect username or password").run();
    assert_eq!(asked(), (5, 4));
    office.callyzer.behave();
    let run = with_password(create(&office, &person(8), &["--yes"]));
    run.prints("12346").run();
}
