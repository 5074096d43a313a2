//! SQLite's log beside the database: it does not stay large.

use std::fs;
use std::time::{Duration, Instant};

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;
use rusqlite::Connection;

use crate::office::{LEADS, Office, USERS};

/// An empty file of an earlier version.
const VERSION_6: &str = concat!(
    include_str!("schema-v6.sql"),
    "PRAGMA user_version = 6; PRAGMA journal_mode = wal; SELECT * FROM leads"
);

fn log_bytes(office: &Office) -> u64 {
    fs::metadata(office.path("callsync.db-wal")).unwrap().len()
}

#[test]
fn a_run_that_wrote_empties_the_log_also_if_it_failed() {
    let office = Office::with_calls_of_one_phone(150);
    office.file("leads.csv", LEADS);
    // Another process has the database open, and reads nothing just now.
    let other = Connection::open(office.database()).unwrap();
    other.execute_batch("SELECT count(*) FROM leads").unwrap();
    for arguments in [
        &["-q", "sync", "--dry-run"][..],
        &["-q", "sync"],
        &["-q", "import", "leads", "leads.csv", "--dry-run"],
        &["-q", "import", "leads", "leads.csv"],
        &["-q", "retry-unmatched"],
        &["-q", "refresh-lead", "1"],
    ] {
        office.callsync(arguments).run();
        assert_eq!(log_bytes(&office), 0, "{arguments:?}");
    }
    office
        .callyzer
        .always(HISTORY, Misbehaviour::Refuse("no".into()));
    office.failing_sync(76).logs().run();
    assert_eq!(log_bytes(&office), 0);
}

#[test]
fn a_command_that_fails_after_a_migration_empties_the_log() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    let other = Connection::open(office.database()).unwrap();
    other.execute_batch(VERSION_6).unwrap();
    office
        .callsync(&["import", "leads", "-"])
        .fails(65)
        .says("plik jest pusty")
        .run();
    assert_ne!(office.value("PRAGMA user_version"), "6");
    assert_eq!(log_bytes(&office), 0);
}

#[test]
fn the_last_of_several_writers_empties_the_log() {
    let office = Office::unasked();
    let other = Connection::open(office.database()).unwrap();
    other.execute_batch("SELECT count(*) FROM leads").unwrap();
    let retry = |_| office.callsync(&["-q", "retry-unmatched"]).start();
    let mut writers: Vec<_> = (0..5).map(retry).collect();
    for writer in &mut writers {
        assert_eq!(writer.wait(), Some(0));
    }
    assert_eq!(log_bytes(&office), 0);
}

#[test]
fn a_reader_keeps_no_run_waiting_and_the_next_run_empties_the_log() {
    let office = Office::with_calls_of_one_phone(150);
    let reader = Connection::open(office.database()).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM calls")
        .unwrap();
    let count = || -> i64 {
        reader
            .query_row("SELECT count(*) FROM calls", [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(count(), 0);
    let begun = Instant::now();
    office.sync();
    // Another process's transaction would be waited for as long as this.
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert_eq!(count(), 0, "the reader sees what it began with");
    assert!(log_bytes(&office) > 0);
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(), 150);
    office.callsync(&["-q", "retry-unmatched"]).run();
    assert_eq!(log_bytes(&office), 0);
}

#[test]
fn who_may_only_read_can_do_so_beside_an_empty_log() {
    let office = Office::unasked();
    office.import("users", USERS);
    assert_eq!(log_bytes(&office), 0);
    office.callsync(&["unmatched"]).prints("Brak").run();
    assert!(office.path("callsync.db-wal").exists());
}
