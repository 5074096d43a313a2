//! The file that a backup becomes: written beside it, and renamed when it is whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rusqlite::ErrorCode;

use super::is_of_callsync;
use crate::beside::folder;
use crate::exit::{Exit, failure};
use crate::process;
use crate::store::Store;
use crate::store::placement::identity;
use crate::store::write_ahead_log::log_beside;

/// Where SQLite's header says that there is a write-ahead log, and what says that there is none.
const LOG_VERSIONS: (u64, [u8; 2]) = (18, [1, 1]);

/// How the name of a partial copy ends.
const SUFFIX: &str = ".partial";

/// A file that may become a backup: not there, or a former backup.
pub struct Target {
    /// As it was given.
    given: PathBuf,
    /// Without symbolic links.
    folder: PathBuf,
    name: OsString,
}

impl Target {
    /// Refuses the database, files beside it, and whatever is there and no former backup.
    pub fn new(database: &Path, given: &Path) -> Result<Self> {
        let refused = |why| refused(given, why);
        if given == Path::new("-") {
            return Err(refused("a backup is a file, not standard output"));
        }
        let name = given.file_name().ok_or_else(|| refused("it is a folder"))?;
        let folder = fs::canonicalize(folder(given)).map_err(|error| unwritable(given, &error))?;
        let target = Self {
            given: given.to_owned(),
            name: name.to_owned(),
            folder,
        };
        target.refuse_beside(database)?;
        target.refuse_other_file()?;
        Ok(target)
    }

    fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Begins the copy, and removes what backups left that were killed.
    pub fn begin(&self) -> Result<Partial> {
        let unwritable = |error| unwritable(&self.given, &error);
        self.remove_left_over().map_err(unwritable)?;
        let mut own = self.prefix();
        own.push(process::own().replace(' ', "-"));
        own.push(SUFFIX);
        let path = self.folder.join(own);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let file = options.open(&path).map_err(unwritable)?;
        Ok(Partial {
            path,
            file,
            is_in_place: false,
        })
    }

    /// Refuses the database and every file in its folder that begins with its name, under
    /// any other name too.
    fn refuse_beside(&self, database: &Path) -> Result<()> {
        let unreadable = |error| unwritable(&self.given, &error);
        let database = fs::canonicalize(database).map_err(unreadable)?;
        let (Some(folder), Some(name)) = (database.parent(), database.file_name()) else {
            return Ok(());
        };
        let is_beside = |other: &OsStr| other.as_bytes().starts_with(name.as_bytes());
        let same_folder = identity(&fs::metadata(folder).map_err(unreadable)?)
            == identity(&fs::metadata(&self.folder).map_err(unreadable)?);
        if same_folder && is_beside(&self.name) {
            let why = "it has the name of the database or of a file beside it";
            return Err(refused(&self.given, why));
        }
        let Ok(target) = fs::metadata(self.path()) else {
            return Ok(());
        };
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let is_target = || {
                let file = fs::metadata(entry.path());
                file.is_ok_and(|file| identity(&file) == identity(&target))
            };
            if is_beside(&entry.file_name()) && is_target() {
                let why = "it is the database or a file beside it";
                return Err(refused(&self.given, why));
            }
        }
        Ok(())
    }

    /// Refuses what is there, unless it is a former backup.
    fn refuse_other_file(&self) -> Result<()> {
        let path = self.path();
        // Later it would be taken for the copy's.
        if let Some(log) = log_beside(&path) {
            let why = format!("{} is there, the log of a database in use", log.display());
            return Err(refused(&self.given, &why));
        }
        let why = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unwritable(&self.given, &error)),
            Ok(there) if there.is_dir() => "it is a folder",
            Ok(there) if there.is_symlink() => "it is a symbolic link",
            Ok(there) if !there.is_file() => "it is no regular file",
            Ok(_) if self.is_of_callsync()? => return Ok(()),
            Ok(_) => "it is there and no backup of callsync",
        };
        Err(refused(&self.given, why))
    }

    fn is_of_callsync(&self) -> Result<bool> {
        let store = Store::open_unshared(&self.path())?;
        match is_of_callsync(&store.connection) {
            Err(error) if is_no_database(&error) => Ok(false),
            found => found.with_context(|| format!("could not look at {}", self.given.display())),
        }
    }

    /// What the names of partial copies begin with.
    fn prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(&self.name);
        prefix.push(".");
        prefix
    }

    fn remove_left_over(&self) -> io::Result<()> {
        let prefix = self.prefix();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name().into_vec();
            let process = name.strip_prefix(prefix.as_bytes());
            let process = process.and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
            if process.is_some_and(is_gone) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// Whether the process of a partial copy is gone, as [`process::own`] names it. Names of
/// another form are not of callsync.
fn is_gone(process: &[u8]) -> bool {
    let is_ours = |c: &u8| c.is_ascii_digit() || *c == b'-';
    let text = std::str::from_utf8(process);
    process.iter().all(is_ours) && text.is_ok_and(|text| process::is_gone(&text.replace('-', " ")))
}

/// A copy under way. Dropped before it is finished, it is removed.
pub struct Partial {
    path: PathBuf,
    file: File,
    is_in_place: bool,
}

impl Partial {
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn sync(&self) -> Result<()> {
        let failed = |error: io::Error| failure(Exit::Database, error.to_string());
        self.file.sync_data().map_err(failed)
    }

    /// Makes the copy, which SQLite has closed, the target. Gives its size.
    pub fn finish(mut self, target: &Target) -> Result<u64> {
        let mut put_in_place = || {
            let (place, none) = LOG_VERSIONS;
            self.file.write_all_at(&none, place)?;
            self.file.sync_all()?;
            fs::rename(&self.path, target.path())?;
            self.is_in_place = true;
            File::open(&target.folder)?.sync_all()?;
            Ok(self.file.metadata()?.len())
        };
        // Somebody may have made it since.
        target.refuse_other_file()?;
        put_in_place().map_err(|error| unwritable(&target.given, &error))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.is_in_place {
            return;
        }
        if let Err(error) = fs::remove_file(&self.path) {
            log::warn!("could not remove {}: {error}", self.path.display());
        }
    }
}

fn is_no_database(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

fn refused(file: &Path, why: &str) -> anyhow::Error {
    let reason = format!("could not back up to {}: {why}", file.display());
    failure(Exit::Usage, reason)
}

fn unwritable(file: &Path, error: &io::Error) -> anyhow::Error {
    let reason = format!("could not write the backup {}: {error}", file.display());
    failure(Exit::Database, reason)
}
