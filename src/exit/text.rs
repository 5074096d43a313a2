//! Failures in words: what failed, why, and for the database what to do. SQLite's own words
//! name neither the file nor the remedy.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rusqlite::{ErrorCode, ffi};
use rustix::fs::statvfs;

use crate::reason::{Cause, Reason};

/// The database that this process uses.
static DATABASE: OnceLock<PathBuf> = OnceLock::new();

/// On a disk with less room SQLite fails also where it does not know why.
const ALMOST_FULL_BYTES: u64 = 1 << 20;

/// Keeps the name of the database for [`text`].
pub fn name_database(path: &Path) {
    DATABASE.get_or_init(|| path.to_owned());
}

/// Why SQLite failed, as a context of its error, where SQLite itself cannot know it: this
/// process may make a file no larger.
#[derive(Debug)]
pub struct SizeLimit;

impl fmt::Display for SizeLimit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Cause::SizeLimit.of(&[]).fmt(f)
    }
}

/// What failed and why, cause after cause. What only SQLite says is told with its file.
pub fn text(error: &anyhow::Error) -> String {
    let is_explained = error.is::<SizeLimit>();
    let says_nothing_more = |cause: &&(dyn std::error::Error + 'static)| {
        cause.is::<ffi::Error>() || is_explained && cause.is::<rusqlite::Error>()
    };
    let causes = error.chain().filter(|cause| !says_nothing_more(cause));
    let text = causes.map(told).collect::<Vec<_>>().join(": ");
    let mut first = error.chain().take(1);
    let is_of_sqlite = first.any(|cause| cause.is::<rusqlite::Error>());
    match DATABASE.get() {
        Some(database) if is_explained || is_of_sqlite => {
            Cause::Database.of(&[&database.display(), &text]).into()
        }
        _ => text,
    }
}

fn told(cause: &(dyn std::error::Error + 'static)) -> String {
    let of_disk = match cause.downcast_ref() {
        Some(rusqlite::Error::SqliteFailure(error, _)) => of_disk(*error),
        _ => None,
    };
    of_disk.map_or_else(|| cause.to_string(), Into::into)
}

/// What a failure of the disk means, or of the rights on files.
fn of_disk(error: ffi::Error) -> Option<Reason> {
    let cause = match error.code {
        ErrorCode::DiskFull => return Some(Cause::DiskFull.into()),
        ErrorCode::SystemIoFailure => Cause::DiskFailed,
        ErrorCode::CannotOpen | ErrorCode::ReadOnly => Cause::FileClosed,
        // SQLite says so too where the disk cannot be read.
        ErrorCode::DatabaseCorrupt => return Some(of_code(Cause::Damaged, error)),
        _ => return None,
    };
    match DATABASE.get().is_some_and(|database| is_full(database)) {
        true => Some(Cause::DiskFull.into()),
        false => Some(of_code(cause, error)),
    }
}

fn of_code(cause: Cause, error: ffi::Error) -> Reason {
    cause.of(&[&format!("SQLite: {}", error.extended_code)])
}

fn is_full(database: &Path) -> bool {
    statvfs(database).is_ok_and(|disk| disk.f_bavail * disk.f_frsize < ALMOST_FULL_BYTES)
}

#[cfg(test)]
mod tests {
    use anyhow::Error;

    use super::*;

    fn failure(code: i32, message: &str) -> Error {
        let error = ffi::Error::new(code);
        rusqlite::Error::SqliteFailure(error, Some(message.into())).into()
    }

    #[test]
    fn what_sqlite_says_is_told_once_and_in_words() {
        let words = "no such table: calls";
        assert_eq!(text(&failure(ffi::SQLITE_ERROR, words)), words);
        let full = failure(ffi::SQLITE_FULL, "database or disk is full");
        assert_eq!(
            text(&full.context("could not copy it")),
            "could not copy it: the disk is full. Make room on it and run this again"
        );
        let failed = failure(ffi::SQLITE_IOERR_WRITE, "disk I/O error");
        assert_eq!(
            text(&failed),
            "the disk cannot be read or written (SQLite: 778). \
             Look at it with dmesg, then run this again"
        );
        assert_eq!(
            text(&failed.context(SizeLimit)),
            "a file may become no larger here (ulimit -f). Raise the limit and run this again"
        );
    }
}
