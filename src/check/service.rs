//! The service account, and what it may do with a file.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::owner::{self, Owner};

pub const READ: u32 = 4;
pub const READ_AND_WRITE: u32 = 6;
pub const WRITE_AND_SEARCH: u32 = 3;
pub const SEARCH: u32 = 1;

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

    /// The folder above a file, the highest one, that it may not search.
    pub fn closed_folder(&self, path: &Path) -> Option<PathBuf> {
        let path = fs::canonicalize(path).ok()?;
        let folders: Vec<_> = path.ancestors().skip(1).collect();
        let is_closed =
            |folder: &&&Path| fs::metadata(folder).is_ok_and(|folder| !self.may(SEARCH, &folder));
        let closed = folders.iter().rev().find(is_closed)?;
        Some(closed.to_path_buf())
    }

    /// Its own group, as `chown` takes it.
    pub fn group(&self) -> String {
        let gid = uzers::get_user_by_uid(self.uid).map(|user| user.primary_group_id());
        let group = gid.and_then(uzers::get_group_by_gid);
        let named = group.map(|group| group.name().to_string_lossy().into_owned());
        named.unwrap_or_else(|| self.name())
    }

    /// As `chown` takes it.
    pub fn name(&self) -> String {
        owner::name(self.uid)
    }
}
