//! Permissions and owners of the files and of the folder.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::service::{READ, READ_AND_WRITE, Service, WRITE_AND_SEARCH};
use super::{Item, disk};
use crate::beside::{beside, folder};
use crate::lock::LockFile;
use crate::owner::Owner;
use crate::settings::{DEFAULT_ENV_FILE, EnvFile};
use crate::store;

const ENV_FILE: &str = "env file";
const FOLDER: &str = "folder";
const FILES_BESIDE: &str = "files beside the database";

/// A file with its mode and owner, for an item.
fn described(what: &str, path: &Path, file: &Metadata) -> String {
    let (mode, owner) = (file.mode() & 0o7777, Owner::of(file).name());
    format!("{what} {} (mode {mode:04o}, of {owner})", path.display())
}

/// What a file must be for the service account.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    what: &'a str,
    is_secret: bool,
    rights: u32,
    /// Else root may own it too.
    is_own: bool,
}

/// Checks the env file. One that is named and missing is an item of the settings.
pub fn env_file(env_file: &EnvFile, service: &Service) -> Option<Item> {
    let path = &env_file.path;
    if path == Path::new(DEFAULT_ENV_FILE) && !path.exists() {
        let found = format!("no env file: {DEFAULT_ENV_FILE} does not exist");
        return Some(Item::good(ENV_FILE, found));
    }
    let wanted = Wanted {
        what: ENV_FILE,
        is_secret: env_file.holds_secret,
        rights: READ,
        is_own: false,
    };
    file(path, wanted, service)
}

/// Checks the file of a secret, such as the `token file`. A missing one is an item of the
/// settings.
pub fn secret_file(what: &str, path: &Path, service: &Service) -> Option<Item> {
    let wanted = Wanted {
        what,
        is_secret: true,
        rights: READ,
        is_own: false,
    };
    file(path, wanted, service)
}

/// Checks the database, the files beside it, its folder and the disk. `locks`: what
/// callsync's lock files are called, behind the database's name.
pub fn of_database(database: &Path, locks: &[&str], service: &Service) -> Vec<Item> {
    let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let folder = folder(&database);
    let wanted = Wanted {
        what: "database",
        is_secret: false,
        rights: READ_AND_WRITE,
        is_own: true,
    };
    let mut items = Vec::new();
    items.extend(file(&database, wanted, service));
    if database.is_file() {
        items.extend(files_beside(&database, locks, service));
    }
    items.push(folder_item(folder, service));
    items.extend(disk::free(folder));
    items
}

fn file(path: &Path, wanted: Wanted, service: &Service) -> Option<Item> {
    let what = wanted.what;
    let file = match fs::metadata(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let found = format!("{what} {}: {error}", path.display());
            return Some(Item::wrong(what, found).with_fix("correct the path or its rights"));
        }
    };
    let (described, name) = (described(what, path, &file), service.name());
    if let Some(folder) = service.closed_folder(path).filter(|_| !wanted.is_own) {
        let folder = folder.display();
        let found = format!("{described}: the folder {folder} is closed to {name}");
        let group = service.group();
        let fix = format!("chgrp {group} {folder} && chmod g+x {folder}, or move the file");
        return Some(Item::wrong(what, found).with_fix(fix));
    }
    let path = path.display();
    let mine = match wanted.is_own {
        true => format!("chown {name} {path}"),
        false => format!(
            "chown root:{0} {path} && chmod 0640 {path}",
            service.group()
        ),
    };
    let closed = format!("chmod o-rwx {path}");
    let wrong = |fault: &str| Item::wrong(what, format!("{described} {fault}"));
    Some(match file.mode() & 0o7 {
        _ if !service.may(wanted.rights, &file) => {
            wrong(&format!("is closed to {name}, who does the work")).with_fix(mine)
        }
        _ if wanted.is_own && !service.owns(&file) => {
            wrong(&format!("is not of {name}, who does the work")).with_fix(mine)
        }
        _ if !service.trusts(&file) => {
            let fault = format!("is neither of {name} nor of root: somebody else can change it");
            wrong(&fault).with_fix(mine)
        }
        others if others & 2 != 0 => wrong("can be written by anybody").with_fix(closed),
        others if others & 4 != 0 && wanted.is_secret => {
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
    let file = |suffix: &&str| file_beside(database, suffix, service);
    let lock = |suffix: &&str| lock_fault(database, suffix).or_else(|| file(suffix));
    let own = store::FILES_BESIDE.iter().filter_map(file);
    let items: Vec<_> = own.chain(locks.iter().filter_map(lock)).collect();
    if items.is_empty() {
        let name = service.name();
        let found = format!("files beside the database belong to {name}, as it does");
        return vec![Item::good(FILES_BESIDE, found)];
    }
    items
}

fn lock_fault(database: &Path, suffix: &str) -> Option<Item> {
    let fault = LockFile::fault(database, suffix)?;
    Some(Item::failed(FILES_BESIDE, fault.as_str()))
}

fn file_beside(database: &Path, suffix: &str, service: &Service) -> Option<Item> {
    let path = beside(database, suffix);
    let file = fs::metadata(&path)
        .ok()
        .filter(|file| !service.owns(file))?;
    let (described, name) = (described("file", &path, &file), service.name());
    let found = format!("{described} is not of {name}, who does the work");
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
    let (described, name) = (described("folder", folder, &file), service.name());
    let mine = match folder.is_relative() {
        // Its meaning depends on where the command was typed.
        true => "name the database with its whole path in CALLSYNC_DATABASE".to_owned(),
        false => format!("chown {name} {path}"),
    };
    if !service.may(WRITE_AND_SEARCH, &file) {
        let found = format!("{described}: {name} must write files beside the database");
        Item::wrong(FOLDER, found).with_fix(mine)
    } else if !service.trusts(&file) {
        let found = format!("{described}: somebody else than {name} can replace the database");
        Item::wrong(FOLDER, found).with_fix(mine)
    } else if file.mode() & 2 != 0 {
        let found = format!("{described}: anybody can put files beside the database");
        Item::wrong(FOLDER, found).with_fix(format!("chmod o-w {path}"))
    } else {
        Item::good(FOLDER, described)
    }
}
