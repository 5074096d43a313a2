//! Permissions of files and folder, and free disk space.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Item;
use crate::settings::{DEFAULT_ENV_FILE, EnvFile};

/// A backfill of a team of twelve takes a few megabytes, the log of an import some tens.
const LEAST_FREE_BYTES: u64 = 100_000_000;

const READ: u32 = 4;
const READ_AND_WRITE: u32 = 6;
const WRITE_AND_SEARCH: u32 = 3;

const ENV_FILE: &str = "env file";
const FOLDER: &str = "folder";
const FILES_BESIDE: &str = "files beside the database";

/// SQLite's own files beside the database.
const SUFFIXES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The service account: the owner of the database, or the asker if there is none.
#[derive(Debug)]
pub struct Service {
    uid: u32,
    groups: Vec<u32>,
}

impl Service {
    pub fn of(database: &Path) -> Self {
        let uid =
            fs::metadata(database).map_or_else(|_| uzers::get_current_uid(), |file| file.uid());
        let user = uzers::get_user_by_uid(uid);
        let groups = user.and_then(|user| user.groups()).unwrap_or_default();
        Self {
            uid,
            groups: groups.iter().map(uzers::Group::gid).collect(),
        }
    }

    fn may(&self, rights: u32, file: &Metadata) -> bool {
        let granted = if self.uid == file.uid() {
            file.mode() >> 6
        } else if self.groups.contains(&file.gid()) {
            file.mode() >> 3
        } else {
            file.mode()
        };
        self.uid == 0 || granted & rights == rights
    }

    fn name(&self) -> String {
        login(self.uid)
    }
}

/// As `chown` takes it.
fn login(uid: u32) -> String {
    uzers::get_user_by_uid(uid).map_or_else(
        || uid.to_string(),
        |user| user.name().to_string_lossy().into_owned(),
    )
}

/// A file with its mode and owner, for an item.
fn described(what: &str, path: &Path, file: &Metadata) -> String {
    let (mode, owner) = (file.mode() & 0o7777, login(file.uid()));
    format!("{what} {} (mode {mode:04o}, of {owner})", path.display())
}

/// Checks the env file. One that is named and missing is an item of the settings.
pub fn env_file(env_file: &EnvFile, service: &Service) -> Option<Item> {
    let path = &env_file.path;
    if path == Path::new(DEFAULT_ENV_FILE) && !path.exists() {
        let found = format!("no env file: {DEFAULT_ENV_FILE} does not exist");
        return Some(Item::good(ENV_FILE, found));
    }
    file(ENV_FILE, path, env_file.holds_secret, READ, service)
}

/// Checks the token file. A missing one is an item of the settings.
pub fn token_file(path: &Path, service: &Service) -> Option<Item> {
    file("token file", path, true, READ, service)
}

/// Checks the database, the files beside it, its folder and the disk. `locks`: what
/// callsync's lock files are called, behind the database's name.
pub fn of_database(database: &Path, locks: &[&str], service: &Service) -> Vec<Item> {
    let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let folder = match database.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut items = Vec::new();
    items.extend(file("database", &database, false, READ_AND_WRITE, service));
    if database.is_file() {
        items.extend(files_beside(&database, locks, service));
    }
    items.push(folder_item(folder, service));
    items.extend(disk(folder));
    items
}

fn file(what: &str, path: &Path, secret: bool, needed: u32, service: &Service) -> Option<Item> {
    let file = match fs::metadata(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let found = format!("{what} {}: {error}", path.display());
            return Some(Item::wrong(what, found).with_fix("correct the path or its rights"));
        }
    };
    let (described, name) = (described(what, path, &file), service.name());
    let path = path.display();
    let (mine, closed) = (
        format!("chown {name} {path}"),
        format!("chmod o-rwx {path}"),
    );
    let wrong = |fault: &str| Item::wrong(what, format!("{described} {fault}"));
    Some(match file.mode() & 0o7 {
        _ if !service.may(needed, &file) => {
            wrong(&format!("is closed to {name}, who does the work")).with_fix(mine)
        }
        others if others & 2 != 0 => wrong("can be written by anybody").with_fix(closed),
        others if others & 4 != 0 && secret => {
            wrong("holds a secret and can be read by anybody").with_fix(closed)
        }
        others if others & 4 != 0 => {
            Item::warning(what, format!("{described} can be read by anybody")).with_fix(closed)
        }
        _ => Item::good(what, described),
    })
}

/// One item for each file that is not the service's, else one for all.
fn files_beside(database: &Path, locks: &[&str], service: &Service) -> Vec<Item> {
    let items: Vec<_> = SUFFIXES
        .iter()
        .chain(locks)
        .filter_map(|suffix| file_beside(database, suffix, service))
        .collect();
    if items.is_empty() {
        let name = service.name();
        let found = format!("files beside the database belong to {name}, as it does");
        return vec![Item::good(FILES_BESIDE, found)];
    }
    items
}

fn file_beside(database: &Path, suffix: &str, service: &Service) -> Option<Item> {
    let mut path = database.to_owned().into_os_string();
    path.push(suffix);
    let path = PathBuf::from(path);
    let file = fs::metadata(&path)
        .ok()
        .filter(|file| file.uid() != service.uid)?;
    let (described, name) = (described("file", &path, &file), service.name());
    let found = format!("{described} is not of {name}, the owner of the database");
    let item = if service.may(READ_AND_WRITE, &file) {
        Item::warning(FILES_BESIDE, found)
    } else {
        Item::wrong(FILES_BESIDE, found)
    };
    Some(item.with_fix(format!("chown {name} {}", path.display())))
}

fn folder_item(folder: &Path, service: &Service) -> Item {
    let path = folder.display();
    let correct = "create it or correct CALLSYNC_DATABASE";
    let file = match fs::metadata(folder) {
        Ok(file) if file.is_dir() => file,
        Ok(_) => return Item::wrong(FOLDER, format!("folder {path} is none")).with_fix(correct),
        Err(error) => {
            return Item::wrong(FOLDER, format!("folder {path}: {error}")).with_fix(correct);
        }
    };
    let described = described("folder", folder, &file);
    if service.may(WRITE_AND_SEARCH, &file) {
        Item::good(FOLDER, described)
    } else {
        let name = service.name();
        let found = format!("{described}: {name} must write files beside the database");
        Item::wrong(FOLDER, found).with_fix(format!("chown {name} {path}"))
    }
}

/// None if the folder cannot be read, which is another item.
fn disk(folder: &Path) -> Option<Item> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let path = folder.display().to_string();
    Some(free_disk(
        &path,
        disk.f_bavail.saturating_mul(disk.f_frsize),
    ))
}

fn free_disk(folder: &str, free_bytes: u64) -> Item {
    let megabytes = free_bytes / 1_000_000;
    let text = format!("disk of {folder}: {megabytes} MB free");
    if free_bytes < LEAST_FREE_BYTES {
        let least = LEAST_FREE_BYTES / 1_000_000;
        Item::wrong("disk", format!("{text}, less than {least} MB")).with_fix("make room")
    } else {
        Item::good("disk", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;

    #[test]
    fn a_disk_needs_room() {
        for (bytes, verdict) in [
            (0, Verdict::Wrong),
            (99_999_999, Verdict::Wrong),
            (100_000_000, Verdict::Good),
        ] {
            assert_eq!(free_disk("/x", bytes).verdict, verdict, "{bytes}");
        }
    }
}
