//! Owners of files, and the service account: whose the database and what is beside it are.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::beside::folder;

/// What to do about a file that is closed to the account of this process.
pub const CLOSED: &str = "people ask with: sudo -u callsync callsync …; \
                          what the service account lacks, sudo callsync check says";

/// The account and the group that a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub uid: u32,
    pub gid: u32,
}

impl Owner {
    pub fn of(file: &Metadata) -> Self {
        Self {
            uid: file.uid(),
            gid: file.gid(),
        }
    }

    /// The service account: the owner of the database, or this account if there is none. Root
    /// does another account's work: instead of root it is the owner of the folder.
    pub fn of_service(database: &Path) -> Self {
        let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let own = Self {
            uid: uzers::get_effective_uid(),
            gid: uzers::get_effective_gid(),
        };
        let owner = fs::metadata(&database).map_or(own, |file| Self::of(&file));
        if owner.uid != 0 {
            return owner;
        }
        fs::metadata(folder(&database)).map_or(owner, |folder| Self::of(&folder))
    }

    pub fn name(self) -> String {
        name(self.uid)
    }
}

/// An account, as `chown` takes it.
pub fn name(uid: u32) -> String {
    login(uid).unwrap_or_else(|| uid.to_string())
}

/// The login of an account; None if the machine knows no such account.
pub fn login(uid: u32) -> Option<String> {
    let user = uzers::get_user_by_uid(uid)?;
    Some(user.name().to_string_lossy().into_owned())
}
