//! `callsync check`: each item is wrong once, and says how to mend it.

use std::collections::HashMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use pretend_callyzer::path::{EMPLOYEES, HISTORY};
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use crate::need::{self, Need};
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

/// The lines of a run by their first word; the last of them is the exit code's reason.
fn lines(run: Run) -> HashMap<String, Vec<String>> {
    let mut lines: HashMap<_, Vec<_>> = HashMap::new();
    for line in run.prints(" CALLSYNC_").logs().run().stdout.lines() {
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
    assert!(
        output.lines().all(|line| line.starts_with("ok    ")),
        "{output}"
    );
    for line in [
        "CALLYZER_TIMEZONE = Europe/Warsaw (default)",
        "CALLYZER_TOKEN = *** (environment)",
        "callsync.env (mode 0640, of ",
        "callsync.db (mode 0600, of ",
        "files beside the database belong to ",
        " MB free",
        "callsync.db: schema version 3",
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
        &["CALLYZER_TOKEN is not set; put it into"],
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
        &["CALLYZER_TOKEN_FILE (environment): could not read it"],
    );
    assert_wrong(check().with("CALLYZER_TOKEN_FILE", &token), &["keep one"]);
    assert_eq!(asked(&office).len(), before);
    let fine = check()
        .without("CALLYZER_TOKEN")
        .with("CALLYZER_TOKEN_FILE", &token);
    fine.prints("token file ").run();
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
fn files_that_others_may_read_are_wrong_where_they_hold_a_secret() {
    let office = office();
    let token = office.file("token", PretendCallyzer::TOKEN);
    let env = office.path("callsync.env");
    let check = || {
        let run = office.callsync(&["check"]).without("CALLYZER_TOKEN");
        run.with("CALLYZER_TOKEN_FILE", &token)
    };
    set_mode(&token, 0o644);
    let expected = format!(
        "(mode 0644, of root) holds a secret and can be read by anybody: chmod o-rwx {}",
        token.display()
    );
    assert_wrong(check(), &[&expected.replace("root", &owner(&token))]);
    set_mode(&token, 0o640);
    set_mode(&env, 0o644);
    set_mode(&office.database(), 0o644);
    let warnings = lines(check()).remove("warn").unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:#?}");
    for (warning, file) in warnings.iter().zip(["env file ", "database "]) {
        assert!(warning.starts_with(file), "{warning}");
        assert!(
            warning.contains(" can be read by anybody: chmod o-rwx "),
            "{warning}"
        );
    }
    set_mode(&office.database(), 0o666);
    assert_wrong(check(), &["can be written by anybody"]);
    set_mode(&office.database(), 0o600);
    office.file(
        "callsync.env",
        format!("CALLYZER_TOKEN={}\n", PretendCallyzer::TOKEN),
    );
    let by_file = office.callsync(&["check"]).without("CALLYZER_TOKEN");
    assert_wrong(by_file, &["callsync.env (mode 0644"]);
}

fn owner(path: &Path) -> String {
    let output = std::process::Command::new("stat")
        .args(["-c", "%U"])
        .arg(path)
        .output();
    String::from_utf8(output.unwrap().stdout)
        .unwrap()
        .trim()
        .to_owned()
}

#[test]
fn root_is_told_of_files_that_are_not_of_the_databases_owner() {
    let office = office();
    let token = office.file("token", PretendCallyzer::TOKEN);
    set_mode(&token, 0o600);
    let nobody = 64_321;
    if !need::is_met(Need::Root) {
        return;
    }
    chown(office.database(), Some(nobody), Some(nobody)).unwrap();
    let check = || {
        let run = office.callsync(&["check"]).without("CALLYZER_TOKEN");
        run.with("CALLYZER_TOKEN_FILE", &token)
    };
    let beside = ["-wal", "-shm", "-sync", "-turn", "-line"];
    let mut expected = vec![
        "is closed to 64321, who does the work: chown 64321".to_owned(),
        "is closed to 64321, who does the work".into(),
    ];
    expected.extend(
        beside.map(|suffix| format!("callsync.db{suffix} (mode 0600, of root) is not of 64321")),
    );
    expected.push("64321 must write files beside the database".into());
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    assert_wrong(check(), &expected);
    for entry in fs::read_dir(office.path("")).unwrap() {
        chown(entry.unwrap().path(), Some(nobody), Some(nobody)).unwrap();
    }
    chown(office.path(""), Some(nobody), Some(nobody)).unwrap();
    set_mode(&office.path("callsync.env"), 0o640);
    check()
        .prints("files beside the database belong to 64321")
        .run();
    chown(office.path("callsync.db-turn"), Some(0), None).unwrap();
    set_mode(&office.path("callsync.db-turn"), 0o666);
    check().prints("warn  file ").run();
}

#[test]
fn a_missing_database_is_named_and_the_token_is_tried_all_the_same() {
    let office = Office::empty();
    let files = || fs::read_dir(office.path("")).unwrap().count();
    let before = files();
    assert_wrong(
        office.callsync(&["check"]),
        &["callsync.db does not exist; begin with: callsync --database"],
    );
    assert_eq!(asked(&office), [EMPLOYEES]);
    assert_eq!(files(), before);
    let found = lines(office.callsync(&["check"]).fails(1));
    assert!(
        found["ok"]
            .iter()
            .any(|line| line.contains("accepts the token")),
        "{found:#?}"
    );
    assert_eq!(
        found["skip"],
        [
            "advisors' numbers: the database does not tell them",
            "zone: there is no number to ask for"
        ]
    );
    let nowhere = office.callsync(&["--database", "nowhere/callsync.db", "check"]);
    assert_wrong(
        nowhere,
        &["folder nowhere: No such file", "callsync.db does not exist"],
    );
    let no_folder = office.callsync(&["--database", "callsync.env/callsync.db", "check"]);
    assert_wrong(
        no_folder,
        &[
            "Not a directory",
            "callsync.env is none: create it",
            "Not a directory",
        ],
    );
}

#[test]
fn a_damaged_database_is_found() {
    let office = office();
    // Closed by another program: all of it is in the file itself.
    office.execute("SELECT 1");
    let page = 4096;
    let root: usize = office
        .value("SELECT rootpage FROM sqlite_schema WHERE name = 'calls_by_start'")
        .parse()
        .unwrap();
    let mut bytes = fs::read(office.database()).unwrap();
    bytes[(root - 1) * page..root * page].fill(0xAA);
    office.file("callsync.db", &bytes);
    let expected = ["database: PRAGMA quick_check finds: "];
    assert_wrong(office.callsync(&["check"]), &expected);
    office.file(
        "callsync.db",
        "a shopping list, long enough for a header: bread, butter, milk, and so on.",
    );
    assert_wrong(
        office.callsync(&["check"]),
        &[
            "file is not a database",
            "quick_check failed: file is not a database",
        ],
    );
}

#[test]
fn a_database_of_another_version_is_told() {
    let office = office();
    for (version, expected) in [
        (
            1,
            "it is an older version's: `callsync retry-unmatched` brings it up to date",
        ),
        (99, "its version 99 is newer than this program's"),
    ] {
        office.execute(&format!("PRAGMA user_version = {version}"));
        assert_wrong(office.callsync(&["check"]), &[expected]);
    }
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
    office.callyzer.set_clock_offset(-7200);
    assert_wrong(
        office
            .callsync(&["check"])
            .with("CALLYZER_TOKEN", "mistyped"),
        &["401", "clock: this machine's"],
    );
}

#[test]
fn another_zone_of_the_account_is_found() {
    let office = office();
    office
        .callyzer
        .world(|world| world.zone = chrono_tz::Asia::Kolkata);
    let expected =
        "zone: Callyzer's times end in 'IST', which is not Europe/Warsaw: set CALLYZER_TIMEZONE";
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
