//! Settings and the database file: what cannot be used is said, and nothing is guessed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;

use crate::office::Office;

fn unasked() -> Office {
    let office = Office::new();
    office.callyzer.may_stay_unasked();
    office
}

#[test]
fn a_setting_that_cannot_be_used_is_named_with_its_place_and_reason() {
    let office = unasked();
    for (setting, value, reason) in [
        ("CALLYZER_TIMEZONE", "Warsaw", "no time zone"),
        ("CALLYZER_KINDS", "PhoneCall", "not a pair"),
        ("CALLYZER_INTERVAL_MS", "fast", "no whole number"),
        ("CALLYZER_INTERVAL_MS", "-1", "no whole number"),
        ("CALLYZER_TIMEOUT_S", "0", "no whole number from 1"),
        (
            "CALLYZER_BASE_URL",
            "http://api1.callyzer.co/api/v2.2",
            "http only to a loopback address",
        ),
        ("CALLYZER_BASE_URL", "callyzer", "not a URL"),
        ("CALLSYNC_REGION", "Polska", "not a country"),
        ("CALLSYNC_OVERLAP_MINUTES", "1.5", "no whole number"),
        ("CALLSYNC_INITIAL_DAYS", "0", "no whole number"),
        ("CALLSYNC_MAX_ATTEMPTS", "", "it is empty"),
        ("CALLSYNC_DATABASE", "", "it is empty"),
        ("CALLYZER_TOKEN", "two words", "one word"),
    ] {
        let expected = format!("callsync: {setting} (environment): ");
        let output = office
            .callsync(&["-q", "sync"])
            .with(setting, value)
            .fails(78)
            .says(&expected)
            .run();
        assert!(
            output.stderr.contains(reason),
            "{setting}={value}: {}",
            output.stderr
        );
        assert_eq!(output.stderr.lines().count(), 1);
        assert!(setting != "CALLYZER_TOKEN" || !output.stderr.contains(value));

        office.file("callsync.env", format!("{setting}='{value}'\n"));
        let run = office.callsync(&["-q", "sync"]).without(setting).fails(78);
        run.says(&format!("{setting} ("))
            .says("callsync.env)")
            .run();
        office.file("callsync.env", "");
    }
}

#[test]
fn the_flag_outranks_the_environment_and_the_environment_the_file() {
    let office = unasked();
    let missing = |name: &str| format!("{name}.db does not exist");
    office.file("callsync.env", "CALLSYNC_DATABASE=file.db\n");
    let run = |arguments: &[&str]| office.callsync(arguments).fails(74);
    run(&["retry-unmatched"])
        .without("CALLSYNC_DATABASE")
        .says(&missing("file"))
        .run();
    run(&["retry-unmatched"])
        .with("CALLSYNC_DATABASE", "environment.db")
        .says(&missing("environment"))
        .run();
    run(&["--database", "flag.db", "retry-unmatched"])
        .says(&missing("flag"))
        .run();
    office.file("other.env", "CALLSYNC_DATABASE=other.db\n");
    let other = run(&["--env-file", "other.env", "retry-unmatched"]);
    other
        .without("CALLSYNC_DATABASE")
        .says(&missing("other"))
        .run();
}

#[test]
fn an_env_file_that_is_named_must_be_there_and_readable_line_by_line() {
    let office = unasked();
    office
        .callsync(&["--env-file", "nowhere.env", "sync"])
        .fails(78)
        .says("nowhere.env")
        .run();
    office.file(
        "broken.env",
        "CALLYZER_TIMEZONE=Europe/Warsaw\nCALLYZER_TOKEN secret-word\n",
    );
    let broken = office.callsync(&["--env-file", "broken.env", "sync"]);
    let output = broken
        .fails(78)
        .says("broken.env: not a KEY=VALUE line")
        .run();
    assert!(!output.stderr.contains("secret-word"));
}

#[test]
fn a_setting_that_does_not_exist_is_warned_of() {
    let office = unasked();
    office.file(
        "callsync.env",
        "# a comment\nexport CALLSYNC_OVERLAP='10'\n\nPATH=/bin\n",
    );
    let output = office
        .callsync(&["retry-unmatched"])
        .prints("Ponowione")
        .says("CALLSYNC_OVERLAP is not a setting")
        .run();
    assert_eq!(output.stderr.lines().count(), 1);
}

#[test]
fn the_token_comes_from_the_environment_or_a_file_but_not_from_both() {
    let office = Office::new();
    let token = office.file(
        "token",
        format!("{}\n", pretend_callyzer::PretendCallyzer::TOKEN),
    );
    let sync = || office.callsync(&["-q", "sync"]).without("CALLYZER_TOKEN");
    sync().fails(78).says("CALLYZER_TOKEN is not set").run();
    sync()
        .with("CALLYZER_TOKEN_FILE", office.path("no-token"))
        .fails(78)
        .says("CALLYZER_TOKEN_FILE")
        .run();
    sync().with("CALLYZER_TOKEN_FILE", &token).run();
    office
        .callsync(&["-q", "sync"])
        .with("CALLYZER_TOKEN_FILE", &token)
        .fails(78)
        .says("keep one")
        .run();
    assert_eq!(
        office.value("SELECT count(*) FROM sync_runs WHERE command = 'sync'"),
        "1"
    );
}

#[test]
fn a_missing_database_is_refused_with_how_to_begin() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    for command in [
        &["sync"][..],
        &["sync", "--dry-run"],
        &["retry-unmatched"],
        &["lead", "1"],
        &["unmatched"],
    ] {
        office
            .callsync(command)
            .fails(74)
            .says("does not exist; begin with: callsync --database")
            .run();
    }
    assert!(!office.database().exists());
}

#[test]
fn a_new_database_is_its_owners_alone_and_an_existing_mode_is_kept() {
    let office = unasked();
    let mode = |name: &str| {
        fs::metadata(office.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("callsync.db"), 0o600);
    fs::set_permissions(office.database(), fs::Permissions::from_mode(0o640)).unwrap();
    office.callsync(&["-q", "retry-unmatched"]).run();
    assert_eq!(mode("callsync.db"), 0o640);
}

#[test]
fn a_file_of_something_else_is_left_as_it_is() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office.file(
        "callsync.db",
        "This is a shopping list, and long enough for a header: bread, butter, milk.",
    );
    office.callsync(&["sync"]).fails(74).says("could not").run();
    fs::remove_file(office.database()).unwrap();
    office.execute("CREATE TABLE recipes (name TEXT)");
    office
        .callsync(&["sync"])
        .fails(74)
        .says("not a database of callsync")
        .run();
    assert_eq!(office.rows("SELECT name FROM sqlite_schema"), ["recipes"]);
}

#[test]
fn a_database_of_a_newer_callsync_is_refused() {
    let office = unasked();
    office.execute("PRAGMA user_version = 99");
    for command in ["sync", "unmatched"] {
        office
            .callsync(&[command])
            .fails(74)
            .says("version 99 is newer than this program's")
            .run();
    }
}

/// The schema of version 1, as files in the world have it.
const VERSION_1: &str = include_str!("schema-v1.sql");

#[test]
fn a_file_of_version_1_becomes_what_a_new_one_is() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    Connection::open(office.database())
        .unwrap()
        .execute_batch(VERSION_1)
        .unwrap();
    office.execute(
        "PRAGMA user_version = 1;
         INSERT INTO leads VALUES (1, 'Jan', '601200301', '+48601200301', NULL, '2026-01-01T00:00:00Z', NULL)",
    );
    office.callsync(&["-q", "retry-unmatched"]).run();
    let new = Office::new();
    new.callyzer.may_stay_unasked();
    let shape = "SELECT t.name, t.type, c.name, c.type, c.\"notnull\", c.pk
                 FROM sqlite_schema t, pragma_table_info(t.name) c
                 WHERE t.type IN ('table', 'view') ORDER BY 1, 3";
    assert_eq!(office.rows(shape), new.rows(shape));
    assert_eq!(
        office.value("PRAGMA user_version"),
        new.value("PRAGMA user_version")
    );
    assert_eq!(office.value("SELECT name FROM leads"), "Jan");
    office.callsync(&["-q", "retry-unmatched"]).run();
}

#[test]
fn readers_need_no_right_to_write_and_see_what_a_sync_stores() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    let reader = Connection::open(office.database()).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM calls").unwrap();
    office.sync();
    office.callsync(&["lead", "1"]).prints("+48601200301").run();
    assert_eq!(office.value("PRAGMA journal_mode"), "wal");
}
