//! The rights and owners of the files, and the database itself.

use std::fs;
use std::os::unix::fs::chown;

use pretend_callyzer::PretendCallyzer;
use pretend_callyzer::path::EMPLOYEES;

use super::{asked, assert_wrong, lines, office, set_mode};
use crate::need::{self, Need};
use crate::office::Office;

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
        "CALLYZER_TOKEN_FILE (environment): {0} (mode 0644) is open to anybody; chmod o-rwx {0}",
        token.display()
    );
    assert_wrong(check(), &[&expected]);
    set_mode(&token, 0o640);
    set_mode(&env, 0o644);
    set_mode(&office.database(), 0o644);
    let warnings = lines(check()).remove("warn").unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:#?}");
    for (warning, file) in warnings.iter().zip(["env file ", "database "]) {
        assert!(warning.starts_with(file), "{warning}");
        assert!(
            warning.contains(" can be read by anybody; chmod o-rwx "),
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
        "is closed to 64321, who does the work; chown root:64321 ".to_owned(),
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
    for file in [&token, &office.path("callsync.env")] {
        chown(file, Some(nobody + 1), None).unwrap();
    }
    set_mode(&office.path("callsync.env"), 0o644);
    set_mode(&office.path(""), 0o777);
    assert_wrong(
        check(),
        &[
            "is neither of 64321 nor of root: somebody else can change it; chown root:64321 ",
            "(mode 0600, of 64322) is closed to 64321, who does the work; chown root:64321 ",
            "(mode 0777, of 64321): anybody can put files beside the database; chmod o-w ",
        ],
    );
    // What root made in the folder is the service account's by right.
    chown(office.database(), Some(0), None).unwrap();
    set_mode(&office.database(), 0o666);
    let theirs = "callsync.db (mode 0666, of root) is not of 64321, who does the work";
    check().fails(1).prints(theirs).run();
}

#[test]
fn a_lock_file_that_is_refused_is_told_once() {
    let office = office();
    fs::remove_file(office.path("callsync.db-turn")).unwrap();
    fs::create_dir(office.path("callsync.db-turn")).unwrap();
    let expected = ["callsync.db-turn is no regular file; remove it"];
    assert_wrong(office.callsync(&["check"]), &expected);
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
            "callsync.env is none; create it",
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
    let expected = ["database: PRAGMA integrity_check finds: "];
    assert_wrong(office.callsync(&["check", "--full"]), &expected);
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
            "it is an older version's: back it up, then `callsync retry-unmatched` brings it up to date",
        ),
        (99, "its version 99 is newer than this program's"),
    ] {
        office.execute(&format!("PRAGMA user_version = {version}"));
        assert_wrong(office.callsync(&["check"]), &[expected]);
        assert_wrong(office.callsync(&["check", "--full"]), &[expected]);
    }
}

#[test]
fn a_large_database_is_read_whole_on_demand_alone() {
    let office = office();
    office.execute(
        "INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at)
         VALUES ('callyzer', 'long', hex(zeroblob(20000000)), '', '')",
    );
    let passed_over = "MB are too much to read in passing; callsync check --full reads them";
    let skipped = lines(office.callsync(&["check"])).remove("skip").unwrap();
    assert!(skipped[0].contains(passed_over), "{skipped:?}");
    office
        .callsync(&["check", "--full"])
        .prints("ok    database: PRAGMA integrity_check finds nothing\n")
        .run();
}

#[test]
fn a_full_check_finds_rows_whose_counterparts_are_gone() {
    let office = office();
    office.execute("PRAGMA foreign_keys = off; DELETE FROM leads; DELETE FROM lead_numbers");
    office
        .callsync(&["check"])
        .prints("quick_check finds nothing")
        .run();
    assert_wrong(
        office.callsync(&["check", "--full"]),
        &[
            "1 row of calls without the row of leads that is meant; another program has deleted rows",
        ],
    );
}

#[test]
fn a_full_check_finds_calls_that_wait_for_no_lead() {
    let office = office();
    office.execute(
        "UPDATE calls SET lead_id = NULL; DELETE FROM unmatched_calls; UPDATE counters SET value = 7",
    );
    assert_wrong(
        office.callsync(&["check", "--full"]),
        &[
            "1 call without a lead, 0 of them with a row in unmatched_calls, and counters says 7; another",
        ],
    );
}
