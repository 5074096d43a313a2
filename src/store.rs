//! The SQLite file: opens, creates and migrates it. The queries are in the folder.
//!
//! Every writing transaction is `BEGIN IMMEDIATE`, and none is open during a wait
//! for the network or the pace. Only SQLite opens the file: if this process opened
//! and closed it otherwise, it would lose its locks.

pub mod advisors;
mod attached;
pub mod backup;
pub mod calls;
mod campaign_results;
pub mod campaigns;
pub mod clean;
mod clocks;
pub mod closed_days;
mod column;
pub mod differences;
mod dry_run;
mod due;
pub mod explain;
pub mod export;
pub mod figures;
pub mod forget;
pub mod forgotten;
mod forgotten_figures;
pub mod health;
mod incoming;
pub mod incomplete_windows;
pub mod integrity;
mod interruption;
mod lead_phones;
pub mod leads;
pub mod matching;
mod moved_times;
pub mod notes;
pub mod phases;
pub mod phones;
mod placement;
#[cfg(test)]
mod plans;
pub mod purge;
pub mod quarantine;
mod recorded_run;
pub mod recordings;
pub mod refresh;
pub mod register;
mod removal;
pub mod runs;
mod stored_call;
mod team_codes;
pub mod team_stats;
pub mod teams;
mod transaction;
mod unfinished;
pub mod unmatched;
pub mod unmatched_numbers;
mod unwritten_end;
pub mod users;
mod version;
mod write_ahead_log;

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde::Serialize;

use crate::beside::beside;
use crate::exit::{Exit, failure};
use crate::interrupt;
use crate::owner::{self, Owner};
use dry_run::DryRun;
use placement::Placement;

/// The longest wait for another process's transaction: an import of 100,000 leads
/// takes seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
const BUSY_LOOK: Duration = Duration::from_millis(10);

/// For the pages of the indexes that calls fall into anywhere.
const CACHE_KIB: i64 = 16 * 1024;
/// More statements than a `sync` has.
const STATEMENTS: usize = 64;

/// What SQLite's own files beside the database are called, behind its name.
pub const FILES_BESIDE: [&str; 3] = [LOG, "-shm", "-journal"];
const LOG: &str = "-wal";

#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// Some: every transaction is undone.
    dry_run: Option<DryRun>,
    /// Whether this process has opened the file for writing.
    leaves_empty_log: bool,
    /// Some: opened for writing what is kept.
    placement: Option<Placement>,
    /// Whether it is read without the files beside it: a writer that comes is not noticed.
    is_unshared: bool,
}

impl Store {
    /// Opens the file for writing and migrates it to this program's version.
    pub fn open(path: &Path) -> Result<Self> {
        refuse_missing(path)?;
        let store = Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        store.ready_to_write().map_err(|error| {
            let foreign = foreign_file_beside(path).filter(|_| is_closed_to_us(&error));
            foreign.unwrap_or(error)
        })
    }

    /// Opens the file for reading only, also where this account has no right to write it.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_any(path)?.of_this_version(path)
    }

    /// Opens a file of whatever version for reading only.
    fn read_any(path: &Path) -> Result<Self> {
        refuse_missing(path)?;
        let store = Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if !write_ahead_log::has_content(path) && store.lacks_shared_memory() {
            return Self::open_unshared(path);
        }
        Ok(store)
    }

    /// As [`Store::open`], but creates a missing file, for its owner only. Root creates it
    /// for the owner of the folder, as SQLite then does with the files beside it.
    pub fn create(path: &Path) -> Result<Self> {
        let owner = Owner::of_service(path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let created = options.open(path).and_then(|file| {
            if Owner::of(&file.metadata()?).uid == owner.uid {
                return Ok(());
            }
            match fchown(&file, Some(owner.uid), Some(owner.gid)) {
                // Root of a container, without the right to give files away.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
                given => given,
            }
        });
        match created {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                let reason = format!("could not create the database {}: {error}", path.display());
                Err(failure(Exit::Database, reason))
            }
            _ => Self::open(path),
        }
    }

    /// As [`Store::open`], but everything that is written is undone at once. A file of an
    /// older version is refused.
    pub fn open_dry(path: &Path) -> Result<Self> {
        refuse_missing(path)?;
        let store = Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let mut store = store.of_this_version(path)?;
        store
            .refuse_rollback_journal()
            .with_context(|| unusable(path))?;
        store.keep_log()?;
        store.bound_log(path)?;
        store.dry_run = Some(DryRun::default());
        Ok(store)
    }

    /// A private, empty database.
    pub fn empty() -> Result<Self> {
        let mut store = Self::of(Connection::open("")?)?;
        store.migrate()?;
        Ok(store)
    }

    /// Whether the `-wal` and `-shm` files are missing (another program that closes the
    /// database removes them) and this account may not create them.
    fn lacks_shared_memory(&self) -> bool {
        let probe = self
            .connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
        let code = probe.err().and_then(|error| error.sqlite_error_code());
        matches!(code, Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen))
    }

    /// Opens the file as immutable: without anything in its log nobody is writing it now.
    fn open_unshared(path: &Path) -> Result<Self> {
        let path = path.display().to_string();
        let escaped = path
            .replace('%', "%25")
            .replace('?', "%3f")
            .replace('#', "%23");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let mut store = Self::open_with(Path::new(&format!("file:{escaped}?immutable=1")), flags)?;
        store.is_unshared = true;
        Ok(store)
    }

    fn open_with(path: &Path, flags: OpenFlags) -> Result<Self> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)
            .with_context(|| format!("could not open the database {}", path.display()))?;
        connection.busy_handler(Some(wait_for_writer))?;
        let mut store = Self::of(connection)?;
        store.let_signals_end_statements()?;
        Ok(store)
    }

    fn of(connection: Connection) -> Result<Self> {
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self {
            connection,
            dry_run: None,
            leaves_empty_log: false,
            placement: None,
            is_unshared: false,
        })
    }

    fn ready_to_write(mut self) -> Result<Self> {
        let path = PathBuf::from(self.connection.path().unwrap_or_default());
        let context = || unusable(&path);
        self.refuse_foreign().with_context(context)?;
        self.connection
            .pragma_update(None, "journal_mode", "wal")
            .with_context(context)?;
        self.enlarge_cache()?;
        self.overwrite_what_is_removed()?;
        self.keep_log()?;
        self.bound_log(&path)?;
        self.migrate().with_context(context)?;
        self.placement = Some(Placement::of(&path));
        Ok(self)
    }

    /// A file that another program took out of WAL mode would be written to and locked by a
    /// dry run.
    fn refuse_rollback_journal(&self) -> Result<()> {
        let mode: String = self
            .connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode == "wal" {
            return Ok(());
        }
        let reason =
            "another program took it out of WAL mode; callsync retry-unmatched brings it back";
        Err(failure(Exit::Database, reason))
    }

    /// Has removed rows overwritten in the file. Copies of them may stay where SQLite moved
    /// rows between pages.
    fn overwrite_what_is_removed(&self) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "secure_delete", true)
    }

    /// Sets the size of the page cache, for which SQLite reads the schema: the file must
    /// be known to be ours.
    fn enlarge_cache(&self) -> rusqlite::Result<()> {
        self.connection
            .pragma_update(None, "cache_size", -CACHE_KIB)
    }
}

/// Values as a JSON array, for SQL that takes many at once.
fn json_array<T: Serialize>(values: impl IntoIterator<Item = T>) -> Result<String> {
    let values: Vec<T> = values.into_iter().collect();
    Ok(serde_json::to_string(&values)?)
}

/// The user id of the database's owner; None if there is no file yet.
pub fn owner(path: &Path) -> Result<Option<u32>> {
    match fs::metadata(path) {
        Ok(file) => Ok(Some(file.uid())),
        Err(error) if is_nowhere(&error) => Ok(None),
        Err(error) => Err(unopened(path, &error)),
    }
}

/// The error of a file that cannot even be looked at.
fn unopened(path: &Path, error: &io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        io::ErrorKind::PermissionDenied => format!("; {}", owner::CLOSED),
        _ => String::new(),
    };
    let file = path.display();
    let reason = format!("could not open the database {file}: {error}{advice}");
    failure(Exit::Database, reason)
}

/// Whether the file or its folder does not exist.
fn is_nowhere(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Whether opening failed because this account may not read the file.
pub fn is_closed_to_us(error: &anyhow::Error) -> bool {
    let error: Option<&rusqlite::Error> = error.downcast_ref();
    error.and_then(rusqlite::Error::sqlite_error_code) == Some(ErrorCode::CannotOpen)
}

/// The error of SQLite's file beside a database that another account made.
fn foreign_file_beside(database: &Path) -> Option<anyhow::Error> {
    let database = fs::canonicalize(database).ok()?;
    let owner = fs::metadata(&database).ok()?.uid();
    let files = FILES_BESIDE.map(|suffix| beside(&database, suffix));
    let uid = |path: &PathBuf| Some(fs::metadata(path).ok()?.uid()).filter(|uid| *uid != owner);
    let (path, uid) = files.iter().find_map(|path| Some((path, uid(path)?)))?;
    let (path, theirs, ours) = (path.display(), owner::name(uid), owner::name(owner));
    Some(failure(
        Exit::Database,
        format!(
            "the file {path} belongs to {theirs}, not to {ours}, whose database it is; chown {ours} {path}"
        ),
    ))
}

/// The context of an error about what is in the file.
fn unusable(path: &Path) -> String {
    format!("could not use the database {}", path.display())
}

fn refuse_missing(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(file) if file.is_file() => Ok(()),
        Ok(_) => Err(failure(
            Exit::Database,
            format!("the database {} is no file", path.display()),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(failure(
            Exit::Database,
            format!(
                "the database {path} does not exist; begin with: callsync --database {path} import users FILE",
                path = path.display()
            ),
        )),
        Err(error) => Err(unopened(path, &error)),
    }
}

/// Waits for another process's transaction, unless a signal asks for the end.
fn wait_for_writer(looks: i32) -> bool {
    if looks == 0 {
        log::debug!("another process writes into the database: waiting for it");
    }
    BUSY_LOOK * looks.cast_unsigned() < BUSY_TIMEOUT && interrupt::wait(BUSY_LOOK)
}
