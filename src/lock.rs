//! Lock files beside the database. The kernel releases a lock when its holder
//! dies. The files are never removed: a file that is removed while a process
//! waits for it would become two locks.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::mem;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use crate::exit::{Exit, failure};
use crate::reason::Cause;

/// A file beside the database that one process at a time can lock. The holder
/// may write a short text into it.
#[derive(Debug)]
pub struct LockFile(File);

impl LockFile {
    /// Opens `DATABASE-SUFFIX`. A new file gets the database's owner, group and mode,
    /// as SQLite's own files do: who may write the database may lock the file.
    pub fn open(database: &Path, suffix: &str) -> anyhow::Result<Self> {
        Self::open_beside(database, suffix).map_err(|error| {
            let file = format!("{}{suffix}", database.display());
            failure(Exit::Database, Cause::NoLockFile.of(&[&file, &error]))
        })
    }

    fn open_beside(database: &Path, suffix: &str) -> io::Result<Self> {
        let path = beside(database, suffix)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        match options.create_new(true).open(&path) {
            Ok(file) => {
                Self::adopt(&file, &fs::metadata(database)?)?;
                Ok(Self(file))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(Self(options.create_new(false).open(&path)?))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a process holds `DATABASE-SUFFIX`. Needs read permission only.
    pub fn is_held(database: &Path, suffix: &str) -> io::Result<bool> {
        let file = match File::open(beside(database, suffix)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            file => file?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn adopt(file: &File, database: &fs::Metadata) -> io::Result<()> {
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (database.uid(), database.gid()) {
            match fchown(file, Some(database.uid()), Some(database.gid())) {
                Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
                _ => {}
            }
        }
        file.set_permissions(fs::Permissions::from_mode(database.mode() & 0o666))
    }

    /// Takes the lock if it is free; true if this process holds it now.
    pub fn try_take(&self) -> io::Result<bool> {
        match self.0.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Keeps the lock until this process ends, also after the file is closed here.
    pub fn keep_until_exit(&self) -> io::Result<()> {
        self.0.try_clone().map(mem::forget)
    }

    pub fn release(&self) -> io::Result<()> {
        self.0.unlock()
    }

    /// The text of the last holder. Needs no lock.
    pub fn text(&self) -> io::Result<String> {
        let mut text = String::new();
        let mut file = &self.0;
        file.rewind()?;
        file.take(100).read_to_string(&mut text)?;
        Ok(text)
    }

    pub fn write_text(&self, text: &str) -> io::Result<()> {
        let mut file = &self.0;
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        file.set_len(text.len() as u64)
    }
}

fn beside(database: &Path, suffix: &str) -> io::Result<PathBuf> {
    let mut name = fs::canonicalize(database)?.into_os_string();
    name.push(suffix);
    Ok(name.into())
}
