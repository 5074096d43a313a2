//! The folder that recordings are in: who may read it, which of them are there, and that one
//! command at a time writes into it.

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::OFlags;

use super::name::Key;
use super::part::{PART, Part, VALIDATOR};
use crate::exit::{Exit, failure};

/// The file that is locked while a command writes into the folder.
const LOCK: &str = ".callsync.lock";

#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The names of whole files.
    files: HashMap<Key, String>,
    /// The names of parts, without their end.
    parts: HashMap<Key, String>,
    /// Held as long as the folder.
    _lock: File,
}

impl Folder {
    /// Opens the folder, or creates it for its owner only. Fails while another command is at
    /// work in it.
    pub fn open(path: &Path) -> Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        let created = builder.create(path);
        created.map_err(|error| unusable(path, &error))?;
        Self::locked(path)
    }

    /// Opens a folder that is this account's and into which it fetched before. Who borrows the
    /// account may choose among such folders, and have it write nowhere else.
    pub fn open_known(path: &Path) -> Result<Self> {
        let is_own = |path: &Path| {
            let found = fs::symlink_metadata(path);
            found.is_ok_and(|found| found.uid() == uzers::get_effective_uid())
        };
        match fs::canonicalize(path) {
            Ok(path) if is_own(&path) && is_own(&path.join(LOCK)) => Self::locked(&path),
            _ => Err(failure(
                Exit::Denied,
                format!(
                    "the folder {} is refused through sudo; name one into which the service \
                     account itself has fetched recordings",
                    path.display()
                ),
            )),
        }
    }

    fn locked(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        let mut folder = Self {
            path: path.to_owned(),
            files: HashMap::new(),
            parts: HashMap::new(),
            _lock: lock,
        };
        let looked = folder.look();
        looked.map_err(|error| unusable(path, &error))?;
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's mode, if others than its owner may look into it.
    pub fn open_to_others(&self) -> Result<Option<u32>> {
        let folder = fs::metadata(&self.path).map_err(|error| unusable(&self.path, &error))?;
        let mode = folder.mode() & 0o7777;
        Ok((mode & 0o077 != 0).then_some(mode))
    }

    /// The name under which a file is there.
    pub fn file(&self, key: &Key) -> Option<&str> {
        self.files.get(key).map(String::as_str)
    }

    /// The part of a file, from an earlier download that ended too soon, or a new one.
    pub fn part(&mut self, key: &Key, stem: &str) -> io::Result<Part> {
        let stem = self.parts.get(key).map_or(stem, String::as_str).to_owned();
        let part = Part::open(self.path.join(format!("{stem}{PART}")))?;
        self.parts.insert(key.clone(), stem);
        Ok(part)
    }

    /// Makes a whole part the file of that name. Replaces nothing.
    pub fn keep(&mut self, key: &Key, part: Part, name: String) -> io::Result<()> {
        part.finish(&self.path.join(&name))?;
        File::open(&self.path)?.sync_all()?;
        self.parts.remove(key);
        self.files.insert(key.clone(), name);
        Ok(())
    }

    /// Removes the part of a file that cannot be had any more.
    pub fn drop_part(&mut self, key: &Key) -> io::Result<()> {
        match self.parts.remove(key) {
            Some(stem) => Part::remove(&self.path.join(format!("{stem}{PART}"))),
            None => Ok(()),
        }
    }

    fn look(&mut self) -> io::Result<()> {
        let mut validators = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            // A name that is no UTF-8 is none of ours.
            let Ok(name) = entry?.file_name().into_string() else {
                continue;
            };
            let Some(key) = Key::in_name(&name) else {
                continue;
            };
            if let Some(stem) = name.strip_suffix(PART) {
                self.parts.insert(key, stem.to_owned());
            } else if let Some(part) = name.strip_suffix(VALIDATOR) {
                validators.push(self.path.join(part));
            } else {
                self.files.insert(key, name);
            }
        }
        validators.iter().try_for_each(|part| {
            // A command that ended too soon made it a whole file and left its validator.
            match part.try_exists()? {
                true => Ok(()),
                false => Part::remove(part),
            }
        })
    }
}

fn lock(folder: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    let file = options.open(folder.join(LOCK));
    let file = file.map_err(|error| unusable(folder, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(failure(
            Exit::TryAgain,
            format!(
                "another command fetches recordings into {}; try again when it has ended",
                folder.display()
            ),
        )),
        Err(TryLockError::Error(error)) => Err(unusable(folder, &error)),
    }
}

fn unusable(folder: &Path, error: &io::Error) -> anyhow::Error {
    let exit = match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => Exit::Usage,
        _ => Exit::Database,
    };
    let folder = folder.display();
    failure(exit, format!("could not use the folder {folder}: {error}"))
}
