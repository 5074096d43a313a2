//! Whether the files of the database are still where they were opened. Another program may
//! delete or replace them: what is written then is in no file that anybody finds.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rusqlite::{Connection, FileControl, MAIN_DB};

use super::{LOG, Store};
use crate::beside::beside;
use crate::exit::{Exit, failure};

/// The files of a database that was opened for writing.
#[derive(Debug)]
pub(super) struct Placement {
    database: PathBuf,
    log: PathBuf,
    /// Of the log. As long as this process has the database open, no program
    /// removes it that keeps to SQLite's rules.
    log_id: Option<(u64, u64)>,
}

impl Placement {
    /// Of an open database in WAL mode.
    pub fn of(database: &Path) -> Self {
        let log = beside(database, LOG);
        Self {
            database: database.to_owned(),
            log_id: identity_of(&log),
            log,
        }
    }

    /// Refuses to go on if the files were deleted or replaced. Asks for their names alone:
    /// opening and closing the database would give up SQLite's locks.
    pub fn check(&self, connection: &Connection) -> Result<()> {
        if self.lacks_database(connection)? {
            let file = self.database.display();
            return Err(failure(
                Exit::Database,
                format!(
                    "the database {file} was deleted or replaced during the run: what the run \
                     stored is not in the file that is there now; run it again"
                ),
            ));
        }
        if !self.has_log() {
            let file = self.log.display();
            return Err(failure(
                Exit::Database,
                format!(
                    "the log {file} was deleted or replaced during the run: the last of what the \
                     run stored may be lost; run it again, and never touch this file during a run"
                ),
            ));
        }
        Ok(())
    }

    fn has_log(&self) -> bool {
        identity_of(&self.log) == self.log_id
    }

    fn lacks_database(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let mut has_moved = 0;
        connection.file_control(Some(MAIN_DB), FileControl::HasMoved(&mut has_moved))?;
        Ok(has_moved != 0)
    }
}

impl Store {
    /// Fails if the files of the database are no longer in their places.
    pub(super) fn check_placement(&self) -> Result<()> {
        let placement = self.placement.as_ref();
        placement.map_or(Ok(()), |placement| placement.check(&self.connection))
    }

    /// The file that is open for writing what is kept.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let placement = self.placement.as_ref();
        placement.map(|placement| placement.database.clone())
    }

    pub(super) fn has_its_log(&self) -> bool {
        let placement = self.placement.as_ref();
        placement.is_none_or(Placement::has_log)
    }

    /// Whether nothing more can be stored, because the files were deleted or replaced.
    pub fn has_lost_its_files(&self) -> bool {
        self.check_placement().is_err()
    }
}

/// Which file it is, by whatever name: device and inode.
pub(super) fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

fn identity_of(file: &Path) -> Option<(u64, u64)> {
    fs::metadata(file).ok().as_ref().map(identity)
}
