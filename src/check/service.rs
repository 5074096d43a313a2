//! The service account, and what it may do with a file.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::owner::{self, Owner};

pub const READ: u32 = 4;
pub const READ_AND_WRITE: u32 = 6;
pub const WRITE_AND_SEARCH: u32 = 3;

/// The service account, with its groups.
#[derive(Debug)]
pub struct Service {
    uid: u32,
    groups: Vec<u32>,
}

impl Service {
    pub fn of(database: &Path) -> Self {
        let uid = Owner::of_service(database).uid;
        let user = uzers::get_user_by_uid(uid);
        let groups = user.and_then(|user| user.groups()).unwrap_or_default();
        Self {
            uid,
            groups: groups.iter().map(uzers::Group::gid).collect(),
        }
    }

    pub fn may(&self, rights: u32, file: &Metadata) -> bool {
        let granted = if self.uid == file.uid() {
            file.mode() >> 6
        } else if self.groups.contains(&file.gid()) {
            file.mode() >> 3
        } else {
            file.mode()
        };
        self.uid == 0 || granted & rights == rights
    }

    pub fn owns(&self, file: &Metadata) -> bool {
        self.uid == file.uid()
    }

    /// Whether the file is its own or root's: nobody else can change it.
    pub fn trusts(&self, file: &Metadata) -> bool {
        self.owns(file) || file.uid() == 0
    }

    /// As `chown` takes it.
    pub fn name(&self) -> String {
        owner::name(self.uid)
    }
}
