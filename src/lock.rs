//! Lock files beside the database. The kernel releases a lock when its holder
//! dies. The files are never removed: a file that is removed while a process
//! waits for it would become two locks.

mod place;

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};

use crate::exit::{Exit, failure};
use crate::reason::Reason;
use crate::text;
use place::Place;

/// The lock of the one `sync` at work, behind the database's name.
pub const OF_SYNC: &str = "-sync";

/// How many bytes of notes a file has room for, with the holder's text: a block of the disk.
const ROOM: u64 = 4096;
/// A longer text of a holder is cut.
const MAX_TEXT: usize = 100;

/// A file beside the database that one process at a time can lock. The holder
/// may write a short text into it, and any process notes behind it.
#[derive(Debug)]
pub struct LockFile {
    file: File,
    /// For errors, which name it.
    path: PathBuf,
}

impl LockFile {
    /// Opens `DATABASE-SUFFIX`, or creates it. Its rights become what they should be, as far
    /// as this account may change them.
    pub fn open(database: &Path, suffix: &str) -> anyhow::Result<Self> {
        let opened = Place::beside(database, suffix).and_then(|place| {
            let file = place.open()?;
            let path = place.path;
            Ok(Self { file, path })
        });
        opened.map_err(|reason| failure(Exit::Database, reason))
    }

    /// Whether a process holds `DATABASE-SUFFIX`. Needs read permission only.
    pub fn is_held(database: &Path, suffix: &str) -> anyhow::Result<bool> {
        let file = match Place::beside(database, suffix)?.open_to_read() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            file => file?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Why `DATABASE-SUFFIX` is refused as a lock file; None if it is missing or fine.
    pub fn fault(database: &Path, suffix: &str) -> Option<Reason> {
        Place::beside(database, suffix).ok()?.fault()
    }

    /// Takes the lock if it is free; true if this process holds it now.
    pub fn try_take(&self) -> io::Result<bool> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(self.named(error)),
        }
    }

    /// Keeps the lock until this process ends, also after the file is closed here.
    pub fn keep_until_exit(&self) -> io::Result<()> {
        self.file.try_clone().map(mem::forget)
    }

    pub fn release(&self) -> io::Result<()> {
        self.file.unlock().map_err(|error| self.named(error))
    }

    /// The text of the last holder on one line, safe to show. Needs no lock.
    pub fn text(&self) -> io::Result<String> {
        let content = self.content()?;
        let text = &content[..holder_end(&content).min(MAX_TEXT)];
        Ok(text::one_line(&String::from_utf8_lossy(text)))
    }

    /// Writes over the last holder's text.
    pub fn write_text(&self, text: &str) -> io::Result<()> {
        let before = self.content()?;
        let mut content = text.as_bytes().to_owned();
        content.extend(&before[holder_end(&before)..]);
        self.write_over(&content).map_err(|error| self.named(error))
    }

    fn write_over(&self, content: &[u8]) -> io::Result<()> {
        let mut file = &self.file;
        file.rewind()?;
        file.write_all(content)?;
        file.set_len(content.len() as u64)
    }

    fn named(&self, error: io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
    }

    /// Has the disk keep room for notes.
    pub fn keep_room(&self) -> io::Result<()> {
        Ok(fallocate(&self.file, FallocateFlags::KEEP_SIZE, 0, ROOM)?)
    }

    /// Writes a line behind the others, or over them where the room ends. Needs no lock: of
    /// two at the same moment one may be lost.
    pub fn add_note(&self, line: &str) -> io::Result<()> {
        let note = format!("\n{line}");
        let mut file = &self.file;
        if file.seek(SeekFrom::End(0))? + note.len() as u64 > ROOM {
            self.drop_notes()?;
            file.seek(SeekFrom::End(0))?;
        }
        file.write_all(note.as_bytes())
    }

    /// The lines behind the holder's text.
    pub fn notes(&self) -> io::Result<String> {
        let content = self.content()?;
        let notes = &content[holder_end(&content)..];
        Ok(String::from_utf8_lossy(notes).into_owned())
    }

    pub fn drop_notes(&self) -> io::Result<()> {
        self.file.set_len(holder_end(&self.content()?) as u64)
    }

    fn content(&self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        let mut file = &self.file;
        let read = file
            .rewind()
            .and_then(|()| file.take(ROOM).read_to_end(&mut content));
        read.map_err(|error| self.named(error))?;
        Ok(content)
    }
}

/// Where the holder's text ends, and the notes begin.
fn holder_end(content: &[u8]) -> usize {
    let end = content.iter().position(|byte| *byte == b'\n');
    end.unwrap_or(content.len())
}
