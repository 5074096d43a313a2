//! `callsync backup`: a consistent copy of the database, and nothing else is touched.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::mpsc::{self, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use rustix::process::Signal;

use crate::office::{Office, TIMEOUT, rows};

/// So large that a copy is not made in a moment.
const BALLAST: &str = "CREATE TABLE ballast AS SELECT zeroblob(60000000) AS weight";

/// The files in the office's folder whose names hold a text.
fn files(office: &Office, part: &str) -> Vec<String> {
    let files = fs::read_dir(office.path("")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(part)).collect()
}

/// Writes pairs of rows, each in one transaction, while `work` is done.
pub fn while_pairs_are_written<T>(database: &Path, work: impl FnOnce() -> T) -> T {
    let writer = Connection::open(database).unwrap();
    let table = "CREATE TABLE pairs (n INTEGER)";
    writer.execute_batch(table).unwrap();
    let (end, ended) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            while ended.try_recv() == Err(TryRecvError::Empty) {
                let pair = "BEGIN IMMEDIATE; INSERT INTO pairs VALUES (1), (1); COMMIT";
                writer.execute_batch(pair).unwrap();
                begin.send(()).ok();
            }
        });
        begun.recv().unwrap();
        let done = work();
        drop(end);
        done
    })
}

#[test]
fn a_backup_is_whole_private_and_needs_no_log_while_a_writer_goes_on() {
    let office = Office::unasked();
    let object = while_pairs_are_written(&office.database(), || {
        let backup = office.callsync(&["backup", "copy.db", "--format", "json"]);
        backup.json()
    });
    let copy = office.path("copy.db");
    let there = fs::metadata(&copy).unwrap();
    assert_eq!(object["file"], "copy.db");
    assert_eq!(object["bytes"], there.len());
    assert_eq!(there.permissions().mode() & 0o777, 0o600);
    assert_eq!(files(&office, "copy.db"), ["copy.db"]);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let opened = Connection::open_with_flags(&copy, flags).unwrap();
    let sql = "SELECT count(*) FROM pairs";
    let pairs: i64 = opened.query_row(sql, [], |row| row.get(0)).unwrap();
    assert!(pairs > 0 && pairs % 2 == 0, "{pairs}");
    assert_eq!(rows(&copy, "PRAGMA integrity_check"), ["ok"]);
    // It is no run.
    assert_eq!(office.count("sync_runs"), "2");
}

#[test]
fn a_former_backup_is_replaced_and_what_a_killed_one_left_is_removed() {
    let office = Office::unasked();
    let left_over = [".copy.db.4194305-1.partial", ".copy.db.4194305-.partial"];
    let others = [".copy.db.mine.partial", ".other.db.4194305-1.partial"];
    for name in left_over.iter().chain(&others) {
        office.file(name, "");
    }
    office
        .callsync(&["backup", "copy.db"])
        .prints("Kopia zapasowa: copy.db (")
        .run();
    office.execute("DELETE FROM leads");
    office.callsync(&["-q", "backup", "copy.db"]).run();
    let copied = rows(&office.path("copy.db"), "SELECT count(*) FROM leads");
    assert_eq!(copied, ["0"]);
    let mut left = files(&office, ".partial");
    left.sort();
    assert_eq!(left, others);
}

#[test]
fn a_backup_goes_over_no_file_but_a_former_backup() {
    let office = Office::unasked();
    // A database that is in use has its log beside it.
    office.callsync(&["-q", "retry-unmatched"]).run();
    fs::copy(office.database(), office.path("live.db")).unwrap();
    office.file("live.db-wal", "");
    office.file("letter.txt", "Dear Anna");
    office.file("empty", "");
    let recipes = Connection::open(office.path("recipes.db")).unwrap();
    let recipe = "CREATE TABLE calls (name TEXT); PRAGMA user_version = 7";
    recipes.execute_batch(recipe).unwrap();
    fs::create_dir(office.path("folder")).unwrap();
    fs::hard_link(office.database(), office.path("hard.db")).unwrap();
    fs::hard_link(office.path("callsync.db-wal"), office.path("hard.log")).unwrap();
    symlink("letter.txt", office.path("soft.txt")).unwrap();
    symlink(".", office.path("here")).unwrap();
    let content = |name: &str| fs::read(office.path(name)).ok();
    let files = [
        ("-", "not standard output"),
        ("callsync.db", "the name of the database"),
        ("here/callsync.db", "the name of the database"),
        ("callsync.db-wal", "the name of the database"),
        ("callsync.db.bak", "the name of the database"),
        ("hard.db", "it is the database or a file beside it"),
        ("hard.log", "it is the database or a file beside it"),
        ("soft.txt", "it is a symbolic link"),
        ("folder", "it is a folder"),
        (
            "live.db",
            "live.db-wal is there, the log of a database in use",
        ),
        ("letter.txt", "it is there and no backup of callsync"),
        ("empty", "it is there and no backup of callsync"),
        ("recipes.db", "it is there and no backup of callsync"),
        ("/dev/null", "it is no regular file"),
    ];
    for (name, why) in files {
        let before = content(name);
        let run = office.callsync(&["-q", "backup", name]).fails(64);
        run.says(why).run();
        assert_eq!(content(name), before, "{name}");
    }
    assert_eq!(self::files(&office, ".partial"), [""; 0]);
}

#[test]
fn a_backup_that_cannot_be_written_leaves_nothing() {
    let office = Office::unasked();
    office
        .callsync(&["backup", "nowhere/copy.db"])
        .fails(74)
        .says_only(
            "callsync: could not write the backup nowhere/copy.db: \
             No such file or directory (os error 2)\n",
        )
        .run();
    fs::remove_file(office.database()).unwrap();
    office.execute("CREATE TABLE recipes (name TEXT)");
    office
        .callsync(&["backup", "copy.db"])
        .fails(74)
        .says("it is not a database of callsync")
        .run();
    assert_eq!(files(&office, "copy"), [""; 0]);
}

#[test]
fn a_backup_that_is_told_to_end_leaves_nothing() {
    let office = Office::unasked();
    office.execute(BALLAST);
    let mut backup = office.callsync(&["backup", "copy.db"]).start();
    let end = Instant::now() + TIMEOUT;
    while files(&office, ".partial").is_empty() {
        assert!(Instant::now() < end, "it does not begin");
        thread::yield_now();
    }
    let told = Instant::now();
    backup.signal(Signal::TERM);
    assert_eq!(backup.wait(), Some(75));
    assert!(told.elapsed() < Duration::from_secs(5));
    assert_eq!(files(&office, "copy"), [""; 0]);
}
