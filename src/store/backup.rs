//! A consistent copy of the file, while others write it.

mod target;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::{Store, unusable};
use crate::exit::{Exit, failure};
use crate::interrupt;
use target::{Partial, Target};

/// Pages between two looks for a signal, 16 MB: a slow disk writes them in half a second.
const PAGES_A_STEP: i32 = 4096;

/// A copy that is on the disk.
#[derive(Debug)]
pub struct Copied {
    /// As it was given.
    pub file: PathBuf,
    pub bytes: u64,
}

/// Copies the database into `file`, as it is at one moment; writers go on. The copy needs no
/// log beside it. A failure leaves `file` as it was. A database of an older version is copied
/// as it is.
pub fn copy(database: &Path, file: &Path) -> Result<Copied> {
    let before = content_id(database);
    let store = Store::read_any(database)?;
    let context = || unusable(database);
    store.refuse_foreign().with_context(context)?;
    if !is_of_callsync(&store.connection).with_context(context)? {
        let reason = "it is not a database of callsync";
        return Err(failure(Exit::Database, reason)).with_context(context);
    }
    let target = Target::new(database, file)?;
    // A signal must not leave the partial copy behind.
    interrupt::finish_work_in_hand();
    let partial = target.begin()?;
    copy_pages(&store.connection, &partial)
        .with_context(|| format!("could not copy the database to {}", file.display()))?;
    if store.is_unshared && content_id(database) != before {
        let reason = "the database was written to while it was copied without its -wal and -shm";
        return Err(failure(Exit::TryAgain, reason));
    }
    let bytes = partial.finish(&target)?;
    Ok(Copied {
        file: file.to_owned(),
        bytes,
    })
}

/// Copies all pages in one reading transaction, so that no writer makes it begin anew.
fn copy_pages(from: &Connection, partial: &Partial) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut to = Connection::open_with_flags(partial.path(), flags)?;
    // A copy that fails is removed: it needs no journal.
    to.pragma_update(None, "journal_mode", "off")?;
    to.pragma_update(None, "synchronous", "off")?;
    let snapshot = from.unchecked_transaction()?;
    is_of_callsync(&snapshot)?;
    let backup = Backup::new(&snapshot, &mut to)?;
    loop {
        let step = backup.step(PAGES_A_STEP)?;
        // Little is left for the end, when no signal is looked for.
        partial.sync()?;
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More if !interrupt::requested() => {}
            StepResult::More => return Err(failure(Exit::TryAgain, "ended by a signal")),
            _ => return Err(failure(Exit::TryAgain, "the database is busy")),
        }
    }
}

/// What changes with every write into the file itself.
fn content_id(database: &Path) -> Option<(u64, i64, i64, u64)> {
    let file = fs::metadata(database).ok()?;
    Some((file.ino(), file.mtime(), file.mtime_nsec(), file.len()))
}

/// Whether it has the tables of callsync, in whatever version.
fn is_of_callsync(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) = 2 FROM sqlite_schema
               WHERE type = 'table' AND name IN ('calls', 'sync_runs')";
    connection.query_row(sql, [], |row| row.get(0))
}
