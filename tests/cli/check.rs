//! `callsync check`: each item is wrong once, and says how to mend it.

mod callyzer;
mod files;
mod verdict;

use std::collections::HashMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use pretend_callyzer::PretendCallyzer;
use pretend_callyzer::path::{EMPLOYEES, HISTORY};

use crate::office::Office;
use crate::run::Run;

/// An office in order: its account has a call of this hour.
fn office() -> Office {
    let office = Office::with_calls(&[("c-1", "600100202", "601200301", "Outgoing", 50, 87)]);
    office.sync();
    set_mode(&office.path("callsync.env"), 0o640);
    office
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn asked(office: &Office) -> Vec<String> {
    let requests = office.callyzer.requests().into_iter();
    requests.map(|request| request.path).collect()
}

/// The lines of a run by their first word, without the verdict below them.
fn lines(run: Run) -> HashMap<String, Vec<String>> {
    let mut lines: HashMap<_, Vec<_>> = HashMap::new();
    let output = run.prints(" CALLSYNC_").logs().run().stdout;
    let (items, _) = output.split_once("\n\n").unwrap();
    for line in items.lines() {
        let (word, text) = line.split_at(6);
        lines
            .entry(word.trim().to_owned())
            .or_default()
            .push(text.to_owned());
    }
    lines
}

/// That these items are wrong and no other.
fn assert_wrong(run: Run, expected: &[&str]) {
    let wrong = lines(run.fails(1)).remove("WRONG").unwrap_or_default();
    assert_eq!(wrong.len(), expected.len(), "{wrong:#?}");
    for (line, expected) in wrong.iter().zip(expected) {
        assert!(line.contains(expected), "no {expected:?} in {wrong:#?}");
    }
}

#[test]
fn an_installation_in_order_is_exit_code_0_after_two_questions() {
    let office = office();
    let before = asked(&office).len();
    let output = office.callsync(&["check"]).prints("ok    ").run().stdout;
    let (items, verdict) = output.split_once("\n\n").unwrap();
    assert!(
        items.lines().all(|line| line.starts_with("ok    ")),
        "{output}"
    );
    let count = items.lines().count();
    assert_eq!(verdict, format!("nothing wrong in {count} items\n"));
    for line in [
        "CALLYZER_TIMEZONE = Europe/Warsaw (default)",
        "CALLYZER_TOKEN = *** (environment)",
        "callsync.env (mode 0640, of ",
        "callsync.db (mode 0600, of ",
        "files beside the database belong to ",
        " MB free",
        "callsync.db: schema version 10",
        "PRAGMA quick_check finds nothing",
        "Callyzer accepts the token, and the subscription has not expired",
        "clock: as Callyzer's",
        "advisors' numbers: Callyzer knows all 4",
        "zone: Callyzer's times are of Europe/Warsaw",
    ] {
        assert!(output.contains(line), "no {line:?} in {output}");
    }
    assert_eq!(asked(&office)[before..], [EMPLOYEES, HISTORY]);
    let question = office.callyzer.requests().pop().unwrap().body;
    let second = |key: &str| question[key].as_i64().unwrap();
    assert_eq!(second("synced_to") - second("synced_from"), 86_400);
    assert_eq!(question["emp_numbers"], serde_json::json!(["48-600100202"]));
    assert_eq!(question["page_size"], 10);
    office.callsync(&["-q", "check"]).run();
}

#[test]
fn each_setting_is_shown_with_where_it_stands_and_secrets_are_masked() {
    let office = office();
    let secret = "https://hc-ping.example/secret-check";
    let content = format!("CALLSYNC_PING_URL={secret}\nCALLYZER_TIMEOUT_S=7\nCALLYZER_KINDS=a/b\n");
    let file = office.file("callsync.env", content);
    let output = office
        .callsync(&[
            "-vv",
            "check",
            "--database",
            office.database().to_str().unwrap(),
        ])
        .with("CALLYZER_KINDS", "PhoneCall/Voice")
        .prints("ok    ")
        .logs()
        .run();
    let (file, database) = (file.display(), office.database());
    for line in [
        format!(
            "ok    CALLSYNC_DATABASE = {} (--database)\n",
            database.display()
        ),
        "ok    CALLYZER_KINDS = PhoneCall/Voice (environment)\n".into(),
        format!("ok    CALLYZER_TIMEOUT_S = 7 ({file})\n"),
        format!("ok    CALLSYNC_PING_URL = *** ({file})\n"),
        "ok    CALLYZER_TOKEN = *** (environment)\n".into(),
        "ok    CALLSYNC_MAX_ATTEMPTS = 96 (default)\n".into(),
    ] {
        assert!(
            output.stdout.contains(&line),
            "no {line:?} in {}",
            output.stdout
        );
    }
    let all = output.stdout + &output.stderr;
    assert!(
        !all.contains("secret-check") && !all.contains(PretendCallyzer::TOKEN),
        "{all}"
    );
}

#[test]
fn unusable_settings_are_items_and_keep_nothing_from_being_checked() {
    let office = office();
    let run = office
        .callsync(&["check"])
        .with("CALLYZER_TIMEZONE", "Warsaw")
        .with("CALLSYNC_REGION", "Polska")
        .with("CALLSYNC_MAX_ATTEMPTS", "");
    let mut found = lines(run.fails(1));
    assert_eq!(
        found.remove("WRONG").unwrap(),
        [
            "CALLYZER_TIMEZONE (environment): 'Warsaw' is no time zone such as Europe/Warsaw",
            "CALLSYNC_REGION (environment): 'Polska' is not a country: write two letters such as PL",
            "CALLSYNC_MAX_ATTEMPTS (environment): it is empty; remove it to have the default",
        ]
    );
    assert_eq!(
        found.remove("skip").unwrap(),
        ["zone: CALLYZER_TIMEZONE cannot be used"]
    );
    let fine = found.remove("ok").unwrap();
    for item in ["quick_check", "accepts the token", "knows all 4"] {
        assert!(fine.iter().any(|line| line.contains(item)), "{fine:#?}");
    }
    let database = office.callsync(&["check"]).with("CALLSYNC_DATABASE", "");
    assert_wrong(database, &["CALLSYNC_DATABASE (environment): it is empty"]);
}

#[test]
fn an_env_file_that_cannot_be_used_is_an_item() {
    let office = office();
    let check = |file: &str| office.callsync(&["--env-file", file, "check"]);
    assert_wrong(
        check("nowhere.env"),
        &["could not read the env file nowhere.env"],
    );
    let broken = office.file("broken.env", "CALLYZER_TOKEN secret-word\n");
    set_mode(&broken, 0o600);
    let run = check("broken.env");
    let found = lines(run.fails(1));
    assert_eq!(
        found["WRONG"],
        ["broken.env: not a KEY=VALUE line; quote values with signs such as \\ or $"]
    );
    assert!(!format!("{found:?}").contains("secret-word"));
}

#[test]
fn a_quiet_check_says_what_is_wrong_and_nothing_else() {
    let office = office();
    let run = office
        .callsync(&["-q", "check"])
        .with("CALLSYNC_REGION", "Polska");
    run.fails(1)
        .says_only(
            "callsync: WRONG CALLSYNC_REGION (environment): \
             'Polska' is not a country: write two letters such as PL\n",
        )
        .run();
}
