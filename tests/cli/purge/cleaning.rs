//! Nothing of what was purged is left in the file or its log, however the purge ends.

use std::path::Path;

use rusqlite::Connection;
use rustix::process::Signal;

use super::{day, files_with, office, purge};
use crate::disk::SmallDisk;
use crate::office::{Office, rows};

/// What is left undone, as `status` and `check` say it.
const COMPLETE: &str = "callsync purge --before 2000-01-01 --yes";

const HAS_REMAINS: &str = "SELECT has_remains FROM forgetting";

/// A program that has begun to read, and keeps what it reads as it is.
fn reader(database: &Path) -> Connection {
    let reader = Connection::open(database).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM calls").unwrap();
    reader
}

/// The texts of [`office`] that must be in none of the database's files.
const GONE: [&str; 12] = [
    "stary Jan",
    "stary Ewa",
    "stary notatka",
    "stary szcz",
    "stary.mp3",
    "stary tekst",
    "stary-nagranie",
    "stary rekord",
    "stary zapis",
    "stary wynik",
    "stary lead",
    "+48601200775",
];

#[track_caller]
fn assert_clean(office: &Office) {
    for text in GONE {
        let found = files_with(&office.database(), text);
        assert_eq!(found, [""; 0], "{text}");
    }
    assert_eq!(office.value(HAS_REMAINS), "0");
}

/// Pages that were freed by another program, with what was on them.
fn leave_copies(office: &Office) {
    office.execute(
        "CREATE TABLE copy AS SELECT * FROM calls;
         CREATE TABLE other AS SELECT * FROM quarantine;
         CREATE TABLE third AS SELECT * FROM campaign_results;
         DROP TABLE copy; DROP TABLE other; DROP TABLE third; ANALYZE",
    );
    assert_eq!(files_with(&office.database(), "stary Jan"), ["DATABASE"]);
}

#[test]
fn nothing_of_it_is_left_in_the_file_or_its_log() {
    let office = office();
    leave_copies(&office);
    purge(&office, day()).prints("Połączenia: 2").run();
    assert_clean(&office);
    assert_eq!(files_with(&office.database(), "nowy Jan"), ["DATABASE"]);
    assert_eq!(office.value("PRAGMA integrity_check"), "ok");
}

#[test]
fn values_that_an_analysis_kept_go_too() {
    let office = office();
    let (number, sql) = (
        "+48601200444",
        "UPDATE calls SET client_number = '+48601200444' WHERE id = 5",
    );
    office.execute(&format!("{sql}; ANALYZE"));
    let samples = "SELECT count(*) > 0 FROM sqlite_stat4 WHERE instr(sample, '+48601200444')";
    assert_eq!(office.value(samples), "1");
    purge(&office, day()).prints("Połączenia: 2").run();
    assert_eq!(files_with(&office.database(), number), [""; 0]);
    // The counts for SQLite's planner stay.
    let counts = "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'calls'";
    assert_ne!(office.value(counts), "0");
}

#[test]
fn a_reader_that_keeps_the_log_is_told_of_and_the_next_run_completes_it() {
    let office = office();
    leave_copies(&office);
    let reader = reader(&office.database());
    let busy = "another program reads the database and so keeps its log, which may still hold \
                what was removed; run the command again when that program has ended";
    purge(&office, day())
        .fails(75)
        .prints("Połączenia: 2")
        .says(busy)
        .run();
    assert_eq!(office.value(HAS_REMAINS), "1");
    let status = office.callsync(&["status"]).fails(1);
    status
        .prints(&format!(
            "W pliku mogą być jeszcze usunięte dane; dokończy to: {COMPLETE}"
        ))
        .run();
    let check = office.callsync(&["check"]).fails(1).prints(&format!(
        "WRONG database: data that was removed may still be in the file; complete it: {COMPLETE}\n"
    ));
    check.run();

    drop(reader);
    let complete: Vec<_> = COMPLETE.split(' ').skip(1).collect();
    office.callsync(&complete).prints("Połączenia: 0").run();
    assert_clean(&office);
    assert_eq!(
        office.value("SELECT purged_before FROM forgetting"),
        day().to_string()
    );
    let status = office
        .callsync(&["status"])
        .fails(1)
        .prints("callsync")
        .run();
    assert!(!status.stdout.contains(COMPLETE), "{}", status.stdout);
}

#[test]
fn two_at_a_time_would_call_the_file_clean_too_early() {
    let office = office();
    let process = std::process::id();
    for command in ["purge", "forget"] {
        office.execute(&format!(
            "INSERT INTO sync_runs (command, started_at, outcome, process)
             VALUES ('{command}', '2090-01-01T00:00:00Z', 'running', '{process} ')"
        ));
        let other = format!("another {command} is at work on the database (run ");
        purge(&office, day()).fails(75).says(&other).run();
        // As long as it is at work, nothing is wrong.
        office.execute("UPDATE forgetting SET has_remains = 1");
        let status = office.callsync(&["status"]).fails(1).prints("callsync");
        assert!(!status.run().stdout.contains(COMPLETE));
        office.execute("DELETE FROM sync_runs WHERE outcome = 'running'");
    }
    assert_eq!(office.count("calls"), "4");
    purge(&office, day()).prints("Połączenia: 2").run();
    assert_clean(&office);
}

#[test]
fn killed_before_the_file_is_clean_it_is_completed_by_the_next_one() {
    let office = office();
    leave_copies(&office);
    let reader = reader(&office.database());
    let mut killed = purge(&office, day()).start();
    office.wait_for("SELECT count(*) FROM calls", "2");
    killed.kill();
    drop(reader);
    assert_eq!(office.value(HAS_REMAINS), "1");
    purge(&office, day()).prints("Połączenia: 0").run();
    assert_clean(&office);
    assert_eq!(
        office.rows("SELECT outcome, calls_removed FROM sync_runs WHERE command = 'purge'"),
        ["killed|2", "ok|0"]
    );
}

#[test]
fn a_signal_ends_the_wait_for_a_reader() {
    let office = office();
    let _reader = reader(&office.database());
    let mut purge = purge(&office, day()).start();
    office.wait_for("SELECT count(*) FROM calls", "2");
    purge.signal(Signal::TERM);
    assert_eq!(purge.wait(), Some(75));
    assert_eq!(
        office.value("SELECT outcome, exit_code, error FROM sync_runs WHERE command = 'purge'"),
        "failed|75|ended by a signal"
    );
    assert_eq!(office.value(HAS_REMAINS), "1");
}

#[test]
fn killed_between_its_pieces_it_is_completed_by_the_next_one_beside_a_sync() {
    let office = Office::unasked();
    office.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 45000)
         INSERT INTO calls (provider, provider_call_id, advisor_id, advisor_number, lead_id,
             client_number, status, kind, started_at, duration_s, first_seen_at, changed_at)
         SELECT 'callyzer', n, 1, '+48600100201', 1, '+48601200301', 'Wychodzące',
                'PhoneCall/Voice', '2026-01-01T12:00:00Z', 2, '', '' FROM n",
    );
    let mut killed = purge(&office, day()).start();
    office.wait_for("SELECT count(*) < 45000 FROM calls", "1");
    killed.kill();
    let removed: u32 = 45_000 - office.count("calls").parse::<u32>().unwrap();
    assert_eq!(removed % 5_000, 0, "{removed}");
    // Others write meanwhile.
    let mut second = purge(&office, day()).start_printing();
    office.sync();
    office.callsync(&["-q", "retry-unmatched"]).run();
    let (code, printed) = second.finish();
    assert_eq!(code, Some(0), "{printed}");
    let rest = format!("Połączenia: {}\n", 45_000 - removed);
    assert!(printed.contains(&rest), "{printed}");
    assert_eq!(office.count("calls"), "0");
    assert_eq!(
        office.value("SELECT sum(outgoing), sum(talk_time_s) FROM forgotten_figures"),
        "45000|90000"
    );
    assert_eq!(office.value(HAS_REMAINS), "0");
}

/// Fills most of a small disk's database with notes, half of them of last century's calls.
fn fill(disk: &SmallDisk) {
    let sql = "
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
        INSERT INTO calls (provider, provider_call_id, status, kind, started_at, duration_s, note,
            first_seen_at, changed_at, lead_id)
        SELECT 'callyzer', n, 'Odrzucone', 'PhoneCall/Voice',
               iif(n % 10, '2090', '1999') || '-01-01T12:00:00Z', 1, printf('%.800c', 'x'), '', '', 1
        FROM n";
    Connection::open(disk.database())
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

#[test]
fn a_disk_without_room_for_a_second_copy_is_an_error_that_says_how_much_it_takes() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let office = Office::unasked();
    std::fs::copy(office.database(), disk.database()).unwrap();
    fill(&disk);
    let purge = || {
        let purge = office.callsync(&["purge", "--before", "2000-01-01", "--yes"]);
        purge.with("CALLSYNC_DATABASE", disk.database())
    };
    let remains = || rows(&disk.database(), HAS_REMAINS);
    // The log and the copy beside each other.
    let folder = disk.database();
    let folder = folder.parent().unwrap();
    purge()
        .with("SQLITE_TMPDIR", folder)
        .fails(74)
        .prints("Połączenia: 100")
        .says("takes 3 MB for a while on the disk of ")
        .run();
    assert_eq!(remains(), ["1"]);
    purge().prints("Połączenia: 0").run();
    assert_eq!(remains(), ["0"]);
    assert_eq!(rows(&disk.database(), "PRAGMA integrity_check"), ["ok"]);
}
