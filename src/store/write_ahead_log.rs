//! SQLite's write-ahead log, `DATABASE-wal`: how large it grows, how sure a commit is, and
//! that it is there for those who may only read.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{FileControl, MAIN_DB};

use super::{Store, wait_for_writer};

/// The log's pages, of 4 KiB each, before they are copied into the file: a page that
/// is written many times is copied once.
const LOG_PAGES: i64 = 16_000;
/// A log of that size is written over, a larger one is cut first.
const LOG_BYTES: i64 = LOG_PAGES * (4096 + 24);
impl Store {
    /// Has the log's file stay when the last process closes the database, so that readers
    /// need no write permission.
    pub(super) fn keep_log(&self) -> rusqlite::Result<()> {
        self.connection
            .file_control(Some(MAIN_DB), FileControl::PersistWal(&mut 1))
    }

    pub(super) fn bound_log(&self) -> rusqlite::Result<()> {
        self.connection
            .pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        self.connection
            .pragma_update(None, "journal_size_limit", LOG_BYTES)
    }

    /// Lets a power cut take back the last commits, the newest first: for a run all of
    /// whose rows come again when the dates that it moved are taken back with them.
    pub fn write_in_order(&self) -> Result<()> {
        Ok(self
            .connection
            .pragma_update(None, "synchronous", "normal")?)
    }

    /// Copies the log into the file and empties it, as far as nobody is using it: this
    /// waits for nobody. What could not be done now, the next run does.
    pub(super) fn empty_log(&mut self) -> Result<()> {
        if self.trial.is_some() {
            return Ok(());
        }
        self.connection.busy_timeout(Duration::ZERO)?;
        let emptied = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, bool>(0)
            });
        self.connection.busy_handler(Some(wait_for_writer))?;
        match emptied {
            Ok(false) => {}
            Ok(true) => log::debug!("the log is in use and stays"),
            // Nothing is lost: the log has it all.
            Err(error) => log::warn!("could not empty the log of the database: {error}"),
        }
        Ok(())
    }
}

/// Whether there is a write-ahead log, which has the newest content.
pub(super) fn exists(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Path::new(&log).exists()
}
