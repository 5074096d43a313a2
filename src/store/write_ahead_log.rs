//! SQLite's write-ahead log, `DATABASE-wal`: how large it grows, how sure a commit is, and
//! that it is there for those who may only read.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{FileControl, MAIN_DB};
use rustix::fs::statvfs;

use super::{Store, wait_for_writer};

/// The log's pages before they are copied into the file: a page that is written many
/// times is copied once.
const MOST_PAGES: u64 = 16_000;
/// As many as SQLite takes by itself.
const LEAST_PAGES: u64 = 1_000;
const PAGE_BYTES: u64 = 4096;
/// The log takes no larger part of the free disk: while it is full of pages, the file
/// needs room for them too.
const PART_OF_DISK: u64 = 16;

impl Store {
    /// Has the log's file stay when the last process closes the database, so that readers
    /// need no write permission.
    pub(super) fn keep_log(&self) -> rusqlite::Result<()> {
        self.connection
            .file_control(Some(MAIN_DB), FileControl::PersistWal(&mut 1))
    }

    /// Sets how large the log grows. One of that size is written over, a larger one cut.
    pub(super) fn bound_log(&self, path: &Path) -> Result<()> {
        let disk = statvfs(path)?;
        let free = disk.f_bavail * disk.f_frsize;
        let pages = (free / PART_OF_DISK / PAGE_BYTES).clamp(LEAST_PAGES, MOST_PAGES);
        self.connection
            .pragma_update(None, "wal_autocheckpoint", pages.cast_signed())?;
        let bytes = pages * (PAGE_BYTES + 24);
        Ok(self
            .connection
            .pragma_update(None, "journal_size_limit", bytes.cast_signed())?)
    }

    /// From here on a power cut may take back the last commits, the newest first, until
    /// [`Self::sync_each_commit`]: for a run that can be made again.
    pub fn sync_at_the_end(&self) -> Result<()> {
        Ok(self
            .connection
            .pragma_update(None, "synchronous", "normal")?)
    }

    /// From here on what is committed is on the disk, and so is all that was committed
    /// before: it is in the same log.
    pub fn sync_each_commit(&self) -> Result<()> {
        Ok(self.connection.pragma_update(None, "synchronous", "full")?)
    }

    /// Copies the log into the file and empties it, as far as nobody is using it: this
    /// waits for nobody. What could not be done now, the next run does.
    pub(super) fn empty_log(&mut self) {
        match self.try_to_empty_log() {
            Ok(false) => {}
            Ok(true) => log::debug!("the log is in use and stays"),
            // Nothing is lost: the log has it all.
            Err(error) => log::warn!("could not empty the log of the database: {error}"),
        }
    }

    /// Whether it is in use.
    fn try_to_empty_log(&mut self) -> rusqlite::Result<bool> {
        self.connection.busy_timeout(Duration::ZERO)?;
        let is_busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        self.connection.busy_handler(Some(wait_for_writer))?;
        is_busy
    }
}

/// Whether there is something in the log of a database, which is newer than the file.
pub(super) fn has_content(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}
