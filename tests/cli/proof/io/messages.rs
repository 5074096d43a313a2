//! What a person reads of a fault: the file, the cause, what to do.

use super::faulty_disk::{self, Ended, Fault};
use super::work;
use crate::need::{self, Need};
use crate::office::Office;

/// A run on a disk that fails at files whose names end so. None where it cannot be had.
#[track_caller]
fn run(office: &Office, arguments: &[&str], fault: Fault, file: &str) -> Option<Ended> {
    let ended = faulty_disk::run_with(office, arguments, fault, file);
    let ended = need::met(Need::Seccomp, ended)?;
    assert_eq!(ended.report.failed, 1, "{}", ended.output.stderr);
    Some(ended)
}

#[test]
fn a_lock_file_that_cannot_be_written_is_named_and_the_disks_fault() {
    let office = Office::unasked();
    // The first look for it and make it.
    let fault = Fault::Broken(3);
    let Some(ended) = run(&office, &["-q", "sync"], fault, "-sync") else {
        return;
    };
    let file = format!("{}-sync", office.database().display());
    let reason = format!(
        "exit 74: could not use the lock file beside the database: {file}: \
         Input/output error (os error 5)\n"
    );
    assert!(
        ended.output.stderr.ends_with(&reason),
        "{}",
        ended.output.stderr
    );
    assert_eq!(ended.code, Some(74));
}

#[test]
fn a_disk_that_cannot_be_read_is_not_called_a_damaged_file_alone() {
    let office = Office::unasked();
    let Some(ended) = run(&office, &["unmatched"], Fault::Unreadable(11), ".db") else {
        return;
    };
    let database = office.database();
    let reason = format!(
        "callsync: could not use the database {}: it is damaged, or the disk cannot read it \
         (SQLite: 11). Look at the disk with dmesg, then run callsync check --full\n",
        database.display()
    );
    assert_eq!(ended.output.stderr, reason);
    assert_eq!(ended.code, Some(74));
}

#[test]
fn a_recording_that_cannot_be_written_ends_the_command_and_leaves_no_part() {
    let office = (work::RECORDINGS.office)();
    // The first two open the part and empty it.
    let fault = Fault::Broken(3);
    let Some(ended) = run(&office, work::RECORDINGS.arguments, fault, "c-1.part") else {
        return;
    };
    assert_eq!(ended.code, Some(74), "{}", ended.output.stderr);
    let reason = "_callyzer-c-1: Input/output error (os error 5)\n";
    assert!(
        ended
            .output
            .stderr
            .starts_with("callsync: could not write saved/")
    );
    assert!(
        ended.output.stderr.ends_with(reason),
        "{}",
        ended.output.stderr
    );
    let left = std::fs::read_dir(office.path("saved")).unwrap();
    let left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().contains("c-1")),
        "{left:?}"
    );
}

#[test]
fn a_refresh_on_a_failing_disk_tells_it_in_polish_with_the_file() {
    let office = (work::REFRESH.office)();
    let Some(ended) = run(&office, work::REFRESH.arguments, Fault::Broken(9), "-wal") else {
        return;
    };
    let reason = format!(
        "nie można użyć bazy danych {}: nie można czytać z dysku albo pisać na nim (SQLite: 1034). \
         Sprawdź go poleceniem dmesg i uruchom to ponownie\n",
        office.database().display()
    );
    assert!(
        ended.output.stderr.ends_with(&reason),
        "{}",
        ended.output.stderr
    );
    assert_eq!(ended.code, Some(74));
}
