//! The settings of systems that are logged in to: mluvii and Dialog.

use pretend_callyzer::path::{DIALOG_LOGIN, DIALOG_REPORT, HISTORY, MLUVII_SESSIONS, MLUVII_TOKEN};
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use super::secret_files::set_mode;
use super::{EMPTY, next_end};
use crate::office::Office;

/// An office of one system that no test here lets ask.
pub fn unasked(office: Office) -> Office {
    office.callyzer.may_stay_unasked();
    office
}

/// A quiet `sync` with these variables that ends with 78, and what it says behind its end.
#[track_caller]
pub fn refused(office: &Office, variables: &[(&str, &str)], without: &[&str]) -> String {
    let end = next_end(office);
    let mut run = office.callsync(&["-q", "sync"]).fails(78).says(&end);
    for name in without {
        run = run.without(name);
    }
    for (name, value) in variables {
        run = run.with(name, value);
    }
    let said = run.run().stderr;
    let (_, reason) = said.split_once(&end).unwrap();
    reason.trim_end().to_owned()
}

#[test]
fn a_setting_of_a_system_that_cannot_be_used_is_named_with_its_reason() {
    let offices = [Office::of_mluvii(), Office::of_dialog()].map(unasked);
    let no_id = |text: &str| format!("'{text}' is no whole number above 0");
    let no_path = "leave out /api and what is behind it, as in https://app.mluvii.com";
    let plain = "http only to a loopback address; write https";
    let twice = "'7001' is there twice";
    for (setting, value, reason) in [
        ("MLUVII_PHASES", "yes", "'yes' is neither 0 nor 1"),
        (
            "MLUVII_PHASES_A_RUN",
            "0",
            "'0' is no whole number from 1 to 10000",
        ),
        (
            "MLUVII_INTERVAL_MS",
            "fast",
            "'fast' is no whole number from 0 to 600000",
        ),
        (
            "MLUVII_TIMEZONE",
            "Praha",
            "'Praha' is no time zone such as Europe/Warsaw",
        ),
        ("MLUVII_BASE_URL", "https://app.mluvii.com/api/v1", no_path),
        ("MLUVII_BASE_URL", "http://app.mluvii.com", plain),
        ("MLUVII_CLIENT_ID", "", EMPTY),
        ("MLUVII_CLIENT_SECRET", "", EMPTY),
        ("DIALOG_CAMPAIGNS", "7001;7002", &no_id("7001;7002")),
        ("DIALOG_CAMPAIGNS", "7001,7001", twice),
        ("DIALOG_PROJECT_ID", "-1", &no_id("-1")),
        ("DIALOG_SCENARIO_ID", "x", &no_id("x")),
        ("DIALOG_START_BLOCK_ID", "0", &no_id("0")),
        (
            "DIALOG_COLUMNS",
            "phone=a",
            "'phone' is none of id, time, duration, result, number",
        ),
        (
            "DIALOG_COLUMNS",
            "id=a,time",
            "'time' names no column, as in time=NAME",
        ),
        ("DIALOG_COLUMNS", "id=a,id=b", "'id' is there twice"),
        (
            "DIALOG_TOKEN",
            "two words",
            "a token is one word of visible ASCII characters",
        ),
        (
            "DIALOG_LOGIN_URL",
            "http://ai-assistant.is74.ru/api/login/",
            plain,
        ),
        (
            "DIALOG_BASE_URL",
            "https://ai-assistant.is74.ru/api?a=b",
            "a query or fragment does not belong here",
        ),
    ] {
        let office = &offices[usize::from(setting.starts_with("DIALOG"))];
        let said = refused(office, &[(setting, value)], &[]);
        assert_eq!(said, format!("{setting} (environment): {reason}"));
    }
    for office in offices {
        assert_eq!(office.callyzer.requests().len(), 0);
    }
}

#[test]
fn a_bad_setting_of_one_system_fails_that_system_alone() {
    let office = Office::new().with_mluvii().going_back(1);
    let run = office.callsync(&["-q", "sync"]).with("MLUVII_PHASES", "2");
    run.fails(78)
        .says("MLUVII_PHASES (environment): '2' is neither 0 nor 1")
        .run();
    let runs = "SELECT provider, exit_code FROM sync_runs WHERE command = 'sync' ORDER BY id";
    assert_eq!(office.rows(runs), ["callyzer|0", "mluvii|78"]);
    assert!(office.asked(HISTORY) > 0);
    assert_eq!(office.asked(MLUVII_TOKEN), 0);
}

#[test]
fn what_a_login_misses_is_named() {
    let file = |office: &Office, keys: &str| {
        let env_file = office.path("callsync.env");
        format!(
            "{keys} is not set; put it into {} or the environment",
            env_file.display()
        )
    };
    let mluvii = unasked(Office::of_mluvii());
    for (missing, named) in [
        ("MLUVII_BASE_URL", "MLUVII_BASE_URL"),
        ("MLUVII_CLIENT_ID", "MLUVII_CLIENT_ID"),
        (
            "MLUVII_CLIENT_SECRET",
            "MLUVII_CLIENT_SECRET or MLUVII_CLIENT_SECRET_FILE",
        ),
    ] {
        assert_eq!(refused(&mluvii, &[], &[missing]), file(&mluvii, named));
    }
    let dialog = unasked(Office::of_dialog());
    let login = ("DIALOG_LOGIN", "biuro");
    let password = ("DIALOG_PASSWORD", "word");
    for (variables, named) in [
        (&[][..], "DIALOG_TOKEN, DIALOG_TOKEN_FILE or DIALOG_LOGIN"),
        (&[login], "DIALOG_PASSWORD or DIALOG_PASSWORD_FILE"),
        (&[password], "DIALOG_LOGIN"),
    ] {
        let said = refused(&dialog, variables, &["DIALOG_TOKEN"]);
        assert_eq!(said, file(&dialog, named));
    }
    let both = refused(&dialog, &[login, password], &[]);
    assert_eq!(both, "both DIALOG_TOKEN and DIALOG_LOGIN are set; keep one");
    let callyzer = unasked(Office::new());
    for (system, named) in [
        ("mluvii", "MLUVII_BASE_URL"),
        ("dialog", "DIALOG_TOKEN, DIALOG_TOKEN_FILE or DIALOG_LOGIN"),
    ] {
        let run = callyzer.callsync(&["-q", "sync", "--provider", system]);
        run.fails(78).says(&file(&callyzer, named)).run();
    }
}

#[test]
fn dialog_takes_a_login_for_a_token_and_a_new_one_after_a_refusal() {
    let office = Office::of_dialog().going_back(1);
    let password = office.file(
        "password",
        format!("{}\n", PretendCallyzer::DIALOG_PASSWORD),
    );
    set_mode(&password, 0o600);
    let sync = || {
        let sync = office.callsync(&["-vv", "sync"]).without("DIALOG_TOKEN");
        let sync = sync.with("DIALOG_LOGIN", PretendCallyzer::DIALOG_LOGIN);
        sync.with("DIALOG_PASSWORD_FILE", &password).logs()
    };
    office
        .callyzer
        .next(DIALOG_REPORT, Misbehaviour::status(401, "{}"));
    let said = sync().prints("Połączenia: ").run().stderr;
    assert_eq!(office.asked(DIALOG_LOGIN), 2);
    assert!(
        said.contains("username=biuro@example.pl&password=***"),
        "{said}"
    );
    // A login elsewhere is asked there alone, with its slash or without.
    let elsewhere = format!("{}/elsewhere", office.callyzer.dialog_url());
    let url = ("DIALOG_LOGIN_URL", elsewhere.as_str());
    let refused = sync().with(url.0, url.1).fails(76).run().stderr;
    assert!(refused.contains("/elsewhere: 404"), "{refused}");
    assert_eq!(office.asked(DIALOG_LOGIN), 2);
    for text in [said, refused] {
        for secret in ["pretend-password", "pretend-issued"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn a_login_is_never_redirected_and_its_secret_is_in_no_log() {
    let office = Office::of_mluvii().going_back(1);
    let target = "/mluvii/api/v1/Sessions?client_secret=pretend-secret-0f1e2d3c4b5a6978";
    for misbehaviour in [Misbehaviour::Redirect(target.into()), Misbehaviour::NotJson] {
        office.callyzer.always(MLUVII_TOKEN, misbehaviour);
        let run = office.callsync(&["-vv", "sync"]).fails(77).logs();
        let said = run.says("client_secret=***").run().stderr;
        assert!(said.contains("MLUVII_CLIENT_SECRET"), "{said}");
        assert!(!said.contains("pretend-secret"), "{said}");
    }
    assert_eq!(office.asked(MLUVII_TOKEN), 2);
    assert_eq!(office.asked(MLUVII_SESSIONS), 0);
}
