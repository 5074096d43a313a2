//! The lock files beside the database: what is accepted as one, and whose it is.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use crate::need::{self, Need};
use crate::office::Office;

const SOMEBODY: u32 = 64_321;
const OTHER: u32 = 64_322;

/// Owner, group and mode.
fn rights(path: &Path) -> (u32, u32, u32) {
    let file = fs::metadata(path).unwrap();
    (file.uid(), file.gid(), file.mode() & 0o777)
}

#[test]
fn a_lock_file_that_somebody_may_have_put_there_is_refused_and_nothing_behind_it_is_touched() {
    let office = Office::unasked();
    let (lock, precious) = (
        office.path("callsync.db-sync"),
        office.file("precious", "keep me"),
    );
    let refused = |reason: &str| {
        let reason = format!(
            "ERROR sync ends: exit 74: the lock file {} {reason}\n",
            lock.display()
        );
        office
            .callsync(&["sync"])
            .fails(74)
            .says_only(&reason)
            .run();
        assert_eq!(fs::read_to_string(&precious).unwrap(), "keep me");
        fs::remove_file(&lock).unwrap();
    };
    symlink(&precious, &lock).unwrap();
    refused("is no regular file; remove it");
    symlink(office.path("nowhere"), &lock).unwrap();
    refused("is no regular file; remove it");
    assert!(!office.path("nowhere").exists());
    fs::hard_link(&precious, &lock).unwrap();
    refused("has 2 names (hard links); remove it");
    let fifo = Command::new("mkfifo").arg(&lock).status().unwrap();
    assert!(fifo.success());
    refused("is no regular file; remove it");
    if !need::is_met(Need::Root) {
        return;
    }
    fs::write(&lock, "keep me too").unwrap();
    chown(&lock, Some(SOMEBODY), None).unwrap();
    refused(&format!(
        "belongs to 64321, not to root, whose database it is; rm {}",
        lock.display()
    ));
}

#[test]
fn who_may_write_the_database_may_lock_it_and_nobody_else() {
    let office = Office::with_calls(&[]);
    let (database, lock) = (office.database(), office.path("callsync.db-turn"));
    let set_mode = |path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    // A lock file of an earlier version, which got the database's mode.
    fs::write(&lock, "").unwrap();
    set_mode(&lock, 0o644);
    set_mode(&database, 0o644);
    office.sync();
    for suffix in ["-sync", "-turn", "-line"] {
        let (_, _, mode) = rights(&office.path(&format!("callsync.db{suffix}")));
        assert_eq!(mode, 0o600, "{suffix}");
    }
    if !need::is_met(Need::Root) {
        return;
    }
    set_mode(&database, 0o660);
    chown(&database, Some(SOMEBODY), Some(OTHER)).unwrap();
    // Of another member of the group.
    chown(office.path("callsync.db-line"), Some(OTHER), None).unwrap();
    office.callsync(&["-q", "sync"]).run();
    assert_eq!(rights(&lock), (SOMEBODY, OTHER, 0o660));
    let line = rights(&office.path("callsync.db-line"));
    assert_eq!(line, (OTHER, OTHER, 0o660));
}

#[test]
fn what_stands_in_a_lock_file_is_shown_on_one_line_whatever_it_is() {
    let office = Office::unasked();
    for (content, shown) in [
        (&b"2026-11-21\x1b[31mT10\n{}"[..], "2026-11-21 [31mT10"),
        (b"\xff\xfe12", "\u{FFFD}\u{FFFD}12"),
    ] {
        let path = office.file("callsync.db-sync", content);
        let lock = File::open(path).unwrap();
        lock.lock().unwrap();
        let said =
            format!("ERROR sync ends: exit 75: another sync has been at work since {shown}\n");
        office.callsync(&["sync"]).fails(75).says_only(&said).run();
    }
}
