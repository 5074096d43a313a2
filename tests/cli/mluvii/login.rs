//! Who may ask: tokens, their ends, and what is no answer.

use std::fs;
use std::time::Duration;

use pretend_callyzer::path::{MLUVII_SESSIONS, MLUVII_TOKEN};
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use super::{office, session};
use crate::office::Office;

/// A session's id a page, so that a sync asks four times at least.
fn office_of_pages() -> Office {
    let office = office();
    for id in 1..=3 {
        office.mluvii_session(session(id, "OutgoingCall", "41", 60, 30));
    }
    office.callyzer.world(|world| world.mluvii.page_cap = 1);
    office
}

#[test]
fn one_token_serves_a_run_and_is_renewed_before_its_end() {
    let office = office_of_pages();
    office.sync();
    assert_eq!(office.asked(MLUVII_TOKEN), 1);
    assert_eq!(office.count("calls"), "3");
    let form = &office.callyzer.requests_to(MLUVII_TOKEN)[0];
    assert_eq!(
        (form.method.as_str(), form.header("authorization")),
        ("POST", None)
    );
    assert_eq!(form.body["client_id"], PretendCallyzer::MLUVII_CLIENT_ID);

    // A token that ends within the half minute before its end is none for another question.
    office
        .callyzer
        .world(|world| world.mluvii.expires_in = Some(30));
    let (tokens, sessions) = (office.asked(MLUVII_TOKEN), office.asked(MLUVII_SESSIONS));
    office.sync();
    let asked = office.asked(MLUVII_SESSIONS) - sessions;
    assert!(asked >= 4, "{asked}");
    assert_eq!(office.asked(MLUVII_TOKEN) - tokens, asked);
}

#[test]
fn a_refused_token_is_renewed_once_and_the_sync_goes_on() {
    for refusal in [
        Misbehaviour::status(401, ""),
        Misbehaviour::Redirect("/mluvii/login".into()),
        Misbehaviour::NotJson,
    ] {
        let office = office_of_pages();
        office.callyzer.nth(MLUVII_SESSIONS, 2, refusal.clone());
        let output = office.sync_with_log().run();
        assert!(
            output.logged("ERROR").is_empty(),
            "{refusal:?}: {}",
            output.stderr
        );
        assert_eq!(office.count("calls"), "3", "{refusal:?}");
        assert_eq!(office.asked(MLUVII_TOKEN), 2, "{refusal:?}");
    }
}

#[test]
fn a_second_refusal_is_final_and_stores_nothing() {
    for (answers_401, misbehaviour) in [
        (true, None),
        (false, None),
        (false, Some(Misbehaviour::NotJson)),
    ] {
        let office = office_of_pages();
        office.callyzer.world(|world| {
            world.mluvii.answers_401 = answers_401;
            world.mluvii.token_life = Duration::ZERO;
        });
        if let Some(misbehaviour) = misbehaviour {
            office.callyzer.always(MLUVII_SESSIONS, misbehaviour);
        }
        office
            .callsync(&["-q", "sync"])
            .fails(77)
            .says("mluvii accepts no token of this API user")
            .run();
        assert_eq!(
            (office.asked(MLUVII_TOKEN), office.asked(MLUVII_SESSIONS)),
            (2, 2)
        );
        assert_eq!(office.count("calls"), "0");
        assert_eq!(office.sync_dates(), [""; 0]);
        assert_eq!(office.last_run(), "failed|77|4");
    }
}

#[test]
fn a_refused_login_names_the_settings_and_asks_nothing_else() {
    for status in [400, 401] {
        let office = office_of_pages();
        office.callyzer.world(|world| {
            world.mluvii.client_secret = "another".into();
            world.mluvii.invalid_client_status = status;
        });
        office
            .callsync(&["-q", "sync"])
            .fails(77)
            .says("MLUVII_CLIENT_SECRET")
            .says("invalid_client")
            .run();
        assert_eq!(
            (office.asked(MLUVII_TOKEN), office.asked(MLUVII_SESSIONS)),
            (1, 0)
        );
        assert_eq!(office.count("calls"), "0");
    }
}

#[test]
fn a_login_that_fails_by_the_way_is_tried_again() {
    let office = office_of_pages();
    let failure = Misbehaviour::status(503, "out of order");
    office.callyzer.next(MLUVII_TOKEN, failure);
    office.sync_with_log().says("attempt 2 succeeded").run();
    assert_eq!(office.count("calls"), "3");
    office
        .callyzer
        .always(MLUVII_TOKEN, Misbehaviour::OtherShape);
    office.failing_sync(76).run();
}

/// A text with what the next run knows when it is refused at a path.
fn echo(office: &Office, path: &str) -> String {
    let secret = PretendCallyzer::MLUVII_CLIENT_SECRET;
    if path == MLUVII_TOKEN {
        return format!("{secret} is odd");
    }
    let given = office.callyzer.world(|world| world.mluvii.logins());
    let token = format!("{}{}", PretendCallyzer::MLUVII_TOKEN, given + 1);
    format!("{secret} is odd, and {token} is odd")
}

/// Enough of each secret, and no digits, which are masked wherever they are many.
const SECRETS: [&str; 2] = ["pretend-secret", "pretend-jwt"];

#[test]
fn neither_the_secret_nor_a_token_is_in_any_output_or_file() {
    let office = office_of_pages();
    let mut said = Vec::new();
    let mut run = |arguments: &[&str], code: i32, part: &str| {
        let run = office.callsync(arguments).fails(code).logs();
        let output = run.prints(part).run();
        said.extend([output.stdout, output.stderr]);
    };
    run(&["-vv", "sync"], 0, "(nowe 3, ");
    for (path, status, code) in [
        (MLUVII_SESSIONS, 403, 77),
        (MLUVII_SESSIONS, 401, 77),
        (MLUVII_SESSIONS, 500, 75),
        (MLUVII_TOKEN, 400, 77),
        (MLUVII_TOKEN, 500, 75),
    ] {
        for (arguments, code) in [(&["-vv", "sync"][..], code), (&["check"], 1)] {
            office.callyzer.behave();
            let refusal = Misbehaviour::status(status, &echo(&office, path));
            office.callyzer.always(path, refusal);
            run(arguments, code, "");
        }
    }
    run(&["status"], 1, "callsync wymaga uwagi");
    assert!(said.iter().any(|text| text.contains("is odd")), "{said:?}");
    for secret in SECRETS {
        for text in &said {
            assert!(!text.contains(secret), "{text}");
        }
        for file in fs::read_dir(office.path("")).unwrap() {
            let path = file.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            let has_it = bytes
                .windows(secret.len())
                .any(|it| it == secret.as_bytes());
            assert!(!has_it, "{}", path.display());
        }
    }
}
