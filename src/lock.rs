//! Lock files beside the database. The kernel releases a lock when its holder
//! dies. The files are never removed: a file that is removed while a process
//! waits for it would become two locks.
//!
//! Who may write the database may lock it, and nobody else: a reader could stop every
//! run. A file that somebody else put there is refused, never followed or written to.

use std::fs::{self, File, Metadata, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, OFlags, fallocate};

use crate::beside::beside;
use crate::exit::{Exit, failure};
use crate::owner::Owner;
use crate::reason::{Cause, Reason};
use crate::text;

/// No symbolic link is followed, and no FIFO waited for.
const FLAGS: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK);

/// Of a file that goes between two looks at it.
const TRIES: usize = 3;

/// The lock of the one `sync` at work, behind the database's name.
pub const OF_SYNC: &str = "-sync";

/// How many bytes of notes a file has room for, with the holder's text: a block of the disk.
const ROOM: u64 = 4096;
/// A longer text of a holder is cut.
const MAX_TEXT: usize = 100;

/// A file beside the database that one process at a time can lock. The holder
/// may write a short text into it, and any process notes behind it.
#[derive(Debug)]
pub struct LockFile(File);

impl LockFile {
    /// Opens `DATABASE-SUFFIX`, or creates it. Its rights become what they should be, as far
    /// as this account may change them.
    pub fn open(database: &Path, suffix: &str) -> anyhow::Result<Self> {
        let place = Place::beside(database, suffix);
        place
            .and_then(|place| place.open())
            .map_err(|reason| failure(Exit::Database, reason))
    }

    /// Whether a process holds `DATABASE-SUFFIX`. Needs read permission only.
    pub fn is_held(database: &Path, suffix: &str) -> anyhow::Result<bool> {
        let path = Place::beside(database, suffix)?.path;
        let mut options = OpenOptions::new();
        let file = match options.read(true).custom_flags(flags()).open(path) {
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
        let mut file = &self.0;
        file.rewind()?;
        file.write_all(&content)?;
        file.set_len(content.len() as u64)
    }

    /// Has the disk keep room for notes.
    pub fn keep_room(&self) -> io::Result<()> {
        Ok(fallocate(&self.0, FallocateFlags::KEEP_SIZE, 0, ROOM)?)
    }

    /// Writes a line behind the others, or over them where the room ends. Needs no lock: of
    /// two at the same moment one may be lost.
    pub fn add_note(&self, line: &str) -> io::Result<()> {
        let note = format!("\n{line}");
        let mut file = &self.0;
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
        self.0.set_len(holder_end(&self.content()?) as u64)
    }

    fn content(&self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        let mut file = &self.0;
        file.rewind()?;
        file.take(ROOM).read_to_end(&mut content)?;
        Ok(content)
    }
}

/// Where the holder's text ends, and the notes begin.
fn holder_end(content: &[u8]) -> usize {
    let end = content.iter().position(|byte| *byte == b'\n');
    end.unwrap_or(content.len())
}

fn flags() -> i32 {
    FLAGS.bits().cast_signed()
}

/// Where a lock file stands, and who may lock it.
struct Place {
    path: PathBuf,
    /// The service account.
    owner: Owner,
    /// The database's group, if it may write the database.
    group: Option<u32>,
}

impl Place {
    fn beside(database: &Path, suffix: &str) -> Result<Self, Reason> {
        let place = || {
            let file = fs::metadata(database)?;
            Ok(Self {
                path: beside(&fs::canonicalize(database)?, suffix),
                owner: Owner::of_service(database),
                group: (file.mode() & 0o020 != 0).then(|| file.gid()),
            })
        };
        place().map_err(|error: io::Error| {
            let path = format!("{}{suffix}", database.display());
            Cause::NoLockFile.of(&[&path, &error])
        })
    }

    fn open(&self) -> Result<LockFile, Reason> {
        let unusable = |error| Cause::NoLockFile.of(&[&self.path.display(), &error]);
        let file = self
            .open_or_create()
            .map_err(|error| self.fault().unwrap_or_else(|| self.closed(error)))?;
        let found = file.metadata().map_err(unusable)?;
        if let Some(fault) = self.fault_of(&found) {
            return Err(fault);
        }
        self.settle(&file, &found).map_err(unusable)?;
        Ok(LockFile(file))
    }

    fn open_or_create(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        options.custom_flags(flags());
        for _ in 0..TRIES {
            match options.create_new(false).open(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => return opened,
            }
            match options.create_new(true).open(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => return created,
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn fault(&self) -> Option<Reason> {
        self.fault_of(&fs::symlink_metadata(&self.path).ok()?)
    }

    /// Another name of a file would let its other readers and writers lock it, and lets who
    /// made the name choose which file of root's is written to.
    fn fault_of(&self, file: &Metadata) -> Option<Reason> {
        let path = self.path.display();
        let is_ours = self.group.is_some() || [0, self.owner.uid].contains(&file.uid());
        if !file.is_file() {
            Some(Cause::LockNoFile.of(&[&path]))
        } else if file.nlink() > 1 {
            Some(Cause::LockLinked.of(&[&path, &file.nlink()]))
        } else if !is_ours {
            let (theirs, ours) = (Owner::of(file).name(), self.owner.name());
            Some(Cause::LockOfOther.of(&[&path, &theirs, &ours, &path]))
        } else {
            None
        }
    }

    /// A file that root made, in the way of the service account.
    fn closed(&self, error: io::Error) -> Reason {
        let path = self.path.display();
        let file = fs::symlink_metadata(&self.path).ok();
        let file = file.filter(|_| error.kind() == io::ErrorKind::PermissionDenied);
        match file.map(|file| Owner::of(&file)) {
            Some(holder) if holder.uid != self.owner.uid => {
                let (theirs, ours) = (holder.name(), self.owner.name());
                Cause::LockClosed.of(&[&path, &theirs, &ours, &path])
            }
            _ => Cause::NoLockFile.of(&[&path, &error]),
        }
    }

    /// Gives a file of root's to the service account, and rights to those alone who may write
    /// the database.
    fn settle(&self, file: &File, found: &Metadata) -> io::Result<()> {
        let own_uid = uzers::get_effective_uid();
        if own_uid != 0 && own_uid != found.uid() {
            return Ok(());
        }
        let before = Owner::of(found);
        let mut owner = if before.uid == 0 { self.owner } else { before };
        owner.gid = self.group.unwrap_or(owner.gid);
        let mut mode = self.group.map_or(0o600, |_| 0o660);
        if owner != before {
            match fchown(file, Some(owner.uid), Some(owner.gid)) {
                // Not a member of the group, which then gets no rights.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => mode = 0o600,
                given => given?,
            }
        }
        if found.mode() & 0o7777 != mode {
            file.set_permissions(Permissions::from_mode(mode))?;
        }
        Ok(())
    }
}
