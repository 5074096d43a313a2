//! Where a lock file stands, and whose it is. Who may write the database may lock it, and
//! nobody else: a reader could stop every run. A file that somebody else put there is
//! refused, never followed or written to.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::beside::beside;
use crate::owner::Owner;
use crate::reason::{Cause, Reason};

/// No symbolic link is followed, and no FIFO waited for.
const FLAGS: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK);

/// How often a file is opened that another program creates or removes at that moment.
const TRIES: usize = 3;

/// Where a lock file stands, and who may lock it.
pub struct Place {
    pub path: PathBuf,
    /// The service account.
    owner: Owner,
    /// The database's group, if it may write the database.
    group: Option<u32>,
}

impl Place {
    pub fn beside(database: &Path, suffix: &str) -> Result<Self, Reason> {
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

    /// Opens the file, or creates it, and settles whose it is.
    pub fn open(&self) -> Result<File, Reason> {
        let unusable = |error| Cause::NoLockFile.of(&[&self.path.display(), &error]);
        let file = self
            .open_or_create()
            .map_err(|error| self.fault().unwrap_or_else(|| self.closed(error)))?;
        let found = file.metadata().map_err(unusable)?;
        if let Some(fault) = self.fault_of(&found) {
            return Err(fault);
        }
        self.settle(&file, &found).map_err(unusable)?;
        Ok(file)
    }

    pub fn open_to_read(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(flags()).open(&self.path)
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

    /// Why the file is refused; None if it is missing or fine.
    pub fn fault(&self) -> Option<Reason> {
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

fn flags() -> i32 {
    FLAGS.bits().cast_signed()
}
