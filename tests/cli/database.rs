//! The database file and the files beside it: what cannot be used is said, and left as it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;
use rusqlite::{Connection, OpenFlags};

use crate::office::{Office, USERS};

#[test]
fn a_missing_database_is_refused_with_how_to_begin() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    let database = office.database();
    let file = database.display();
    for command in [
        &["sync"][..],
        &["sync", "--dry-run"],
        &["retry-unmatched"],
        &["lead", "1"],
        &["unmatched"],
        &["explain", "601200301"],
    ] {
        let last_line = last_line(command[0]);
        office
            .callsync(command)
            .fails(74)
            .says_only(&format!(
                "{last_line}: the database {file} does not exist; \
                 begin with: callsync --database {file} import users FILE\n"
            ))
            .run();
    }
    assert!(!office.database().exists());
}

/// How the last line begins, where the database cannot be used.
fn last_line(command: &str) -> &str {
    match command {
        "sync" => "ERROR sync ends: exit 74",
        _ => "callsync",
    }
}

#[test]
fn a_new_database_is_its_owners_alone_and_an_existing_mode_is_kept() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office.import("users", USERS);
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
        .says_only(&format!(
            "ERROR sync ends: exit 74: could not use the database {}: it is not a database of callsync\n",
            office.database().display()
        ))
        .run();
    assert_eq!(office.rows("SELECT name FROM sqlite_schema"), ["recipes"]);
}

#[test]
fn a_database_of_a_newer_callsync_is_refused() {
    let office = Office::unasked();
    office.execute("PRAGMA user_version = 99");
    for command in ["sync", "unmatched"] {
        let last_line = last_line(command);
        office
            .callsync(&[command])
            .fails(74)
            .says_only(&format!(
                "{last_line}: could not use the database {}: \
                 its version 99 is newer than this program's 10; upgrade callsync\n",
                office.database().display()
            ))
            .run();
    }
}

#[test]
fn readers_need_no_right_to_write_and_see_what_a_sync_stores() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let reader = Connection::open_with_flags(office.database(), flags).unwrap();
    let count = || {
        let sql = "SELECT count(*) FROM calls";
        reader
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(count(), 0);
    office.sync();
    assert_eq!(count(), 0, "what was there when it began to read");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(), 1);
    office.callsync(&["lead", "1"]).prints("+48601200301").run();
    assert_eq!(office.value("PRAGMA journal_mode"), "wal");
}

#[test]
fn a_run_whose_file_is_replaced_or_deleted_ends_and_writes_into_no_other() {
    for (name, new, reason) in [
        ("callsync.db", Some("other.db"), "the database"),
        ("callsync.db", None, "the database"),
        ("callsync.db-wal", None, "the log"),
    ] {
        let office = Office::with_old_calls().with_telecube();
        office
            .callyzer
            .next(HISTORY, Misbehaviour::Delay(Duration::from_millis(500)));
        fs::copy(office.database(), office.path("other.db")).unwrap();
        let mut sync = office.callsync(&["sync"]).start_talking();
        office.wait_for_requests(1);
        match new {
            Some(new) => fs::rename(office.path(new), office.path(name)).unwrap(),
            None => fs::remove_file(office.path(name)).unwrap(),
        }
        let last = sync.messages().last().unwrap();
        let file = office.path(name);
        let expected = format!(
            "exit 74: {reason} {} was deleted or replaced during the run",
            file.display()
        );
        assert!(last.contains(&expected), "{last}");
        assert_eq!(sync.wait(), Some(74));
        assert_eq!(office.callyzer.requests().len(), 1);
        if office.database().exists() {
            assert_eq!(office.value("PRAGMA integrity_check"), "ok");
            office.sync();
        }
        if new.is_some() {
            let syncs = "SELECT outcome FROM sync_runs WHERE command = 'sync'";
            assert_eq!(office.rows(syncs), ["ok", "ok"]);
        }
        assert_eq!(
            office.database().exists(),
            name != "callsync.db" || new.is_some()
        );
    }
}

#[test]
fn a_run_whose_file_is_restored_under_it_leaves_the_backup_as_it_is() {
    let office = Office::with_old_calls();
    let backup = office.path("backup.db");
    office
        .callsync(&["backup", backup.to_str().unwrap()])
        .prints("Kopia zapasowa")
        .run();
    office
        .callyzer
        .next(HISTORY, Misbehaviour::Delay(Duration::from_millis(500)));
    let mut sync = office.callsync(&["sync"]).start_talking();
    office.wait_for_requests(1);
    fs::remove_file(office.path("callsync.db-wal")).unwrap();
    // Into the same file, as `cp` does.
    fs::copy(&backup, office.database()).unwrap();
    sync.messages().last().unwrap();
    assert_eq!(sync.wait(), Some(74));
    assert!(fs::read(&backup).unwrap() == fs::read(office.database()).unwrap());
}

#[test]
fn a_lock_file_that_cannot_be_used_is_the_files_fault() {
    let office = Office::new().going_back(1);
    office.callyzer.may_stay_unasked();
    std::fs::create_dir(office.path("callsync.db-sync")).unwrap();
    office
        .callsync(&["-q", "sync"])
        .fails(74)
        .says_only(&format!(
            "ERROR sync ends: exit 74: the lock file {}-sync is no regular file; remove it\n",
            office.database().display()
        ))
        .run();
}
