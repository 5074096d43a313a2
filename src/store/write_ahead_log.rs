//! SQLite's write-ahead log, `DATABASE-wal`: how large it grows, how sure a commit is, and
//! that it is there for those who may only read.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::config::DbConfig;
use rusqlite::{FileControl, MAIN_DB};
use rustix::fs::statvfs;

use super::{BUSY_LOOK, FILES_BESIDE, LOG, Store, wait_for_writer};
use crate::beside::beside;
use crate::exit::{self, Exit, failure};
use crate::interrupt;
use crate::reason::Cause;

/// The log's pages before they are copied into the file: a page that is written many
/// times is copied once.
const MOST_PAGES: u64 = 16_000;
/// As many as SQLite takes by itself.
const LEAST_PAGES: u64 = 1_000;
const PAGE_BYTES: u64 = 4096;
/// The log takes no larger part of the free disk: while it is full of pages, the file
/// needs room for them too.
const PART_OF_DISK: u64 = 16;

/// How often the end of another process's checkpoint is looked for, also after a signal.
const LOOKS: u32 = 40;
const LOOK: Duration = Duration::from_millis(20);

/// How long a reader may keep a log that must become empty. Only a long one takes longer: a
/// backup, statistics of years, or a program that forgot to end its transaction.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

impl Store {
    /// Has the log's file stay when the last process closes the database, so that readers
    /// need no write permission, and has this process leave it empty.
    pub(super) fn keep_log(&mut self) -> rusqlite::Result<()> {
        self.leaves_empty_log = true;
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

    /// Copies the log into the file and leaves nothing in it. Fails if a reader or another
    /// checkpoint keeps it for longer than [`READER_TIMEOUT`].
    pub(super) fn empty_log_whole(&mut self) -> Result<()> {
        self.check_placement()?;
        self.connection.busy_handler(Some(wait_for_reader))?;
        let start = Instant::now();
        let done = loop {
            match self.try_to_empty_log() {
                Ok(Attempt::OtherCheckpoint)
                    if start.elapsed() < READER_TIMEOUT && interrupt::wait(LOOK) => {}
                done => break done,
            }
        };
        self.connection.busy_handler(Some(wait_for_writer))?;
        match done? {
            Attempt::Done => Ok(()),
            _ if interrupt::requested() => Err(failure(Exit::TryAgain, Cause::Interrupted.of(&[]))),
            Attempt::InUse | Attempt::OtherCheckpoint => Err(failure(
                Exit::TryAgain,
                "another program reads the database and so keeps its log, which may still hold \
                 what was removed; run the command again when that program has ended",
            )),
        }
    }

    /// Copies the log into the file and empties it, as far as nobody reads it or writes: this
    /// waits for neither. Who writes empties it when it ends.
    fn empty_log(&self) {
        for _ in 0..LOOKS {
            let attempt = self.connection.busy_timeout(Duration::ZERO);
            match attempt.and_then(|()| self.try_to_empty_log()) {
                Ok(Attempt::Done) => return,
                Ok(Attempt::InUse) => return log::debug!("the log is in use and stays"),
                Ok(Attempt::OtherCheckpoint) => thread::sleep(LOOK),
                // Nothing is lost: the log has it all.
                Err(error) => {
                    let reason = exit::text(&error.into());
                    return log::warn!("all that was stored stays in the log: {reason}");
                }
            }
        }
    }

    fn try_to_empty_log(&self) -> rusqlite::Result<Attempt> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.connection.query_row(sql, [], |row| {
            let (is_busy, pages): (bool, i64) = (row.get(0)?, row.get(1)?);
            Ok(match (is_busy, pages) {
                (false, _) => Attempt::Done,
                // It did not get as far as counting them.
                (true, -1) => Attempt::OtherCheckpoint,
                (true, _) => Attempt::InUse,
            })
        })
    }
}

/// A log that was left with something in it would change a backup that is copied over the
/// file, or a file that has replaced it. A log that was deleted or replaced is not copied into
/// the file: what is there now may be a backup.
impl Drop for Store {
    fn drop(&mut self) {
        if self.leaves_empty_log && self.has_its_log() {
            return self.empty_log();
        }
        let no_copy = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        if self.leaves_empty_log
            && let Err(error) = self.connection.set_db_config(no_copy, true)
        {
            log::warn!("the log of the database may be copied into it: {error}");
        }
    }
}

/// Waits for a reader, unless a signal asks for the end.
fn wait_for_reader(looks: i32) -> bool {
    BUSY_LOOK * looks.cast_unsigned() < READER_TIMEOUT && interrupt::wait(BUSY_LOOK)
}

/// How an attempt to empty the log ended.
enum Attempt {
    Done,
    InUse,
    /// What was committed since that one began is left in the log.
    OtherCheckpoint,
}

/// Whether there is something in the log of a database, which is newer than the file.
pub(super) fn has_content(path: &Path) -> bool {
    fs::metadata(beside(path, LOG)).is_ok_and(|log| log.len() > 0)
}

/// A file of a log beside the database, if there is one, which changes what the database says.
pub(super) fn log_beside(path: &Path) -> Option<PathBuf> {
    let mut logs = FILES_BESIDE.iter().map(|suffix| beside(path, suffix));
    logs.find(|log| fs::symlink_metadata(log).is_ok())
}
