//! Whose the database is: who is refused because of it, and what to do.

use std::fs::{self, Metadata};
use std::iter;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::Result;

use crate::beside::beside;
use crate::exit::{Exit, failure};
use crate::identity::Account;
use crate::owner::{self, Owner};
use crate::settings::DEFAULT_ENV_FILE;
use crate::{lock, store, systems};

/// Through sudo from another account: refuses a database that the caller may have chosen or
/// made. What it says of the caller's rights would be the caller's own word.
pub fn refuse_through_sudo(account: &Account, database: &Path) -> Result<()> {
    let file = database.display();
    let denied = |reason: String| Err(failure(Exit::Denied, reason));
    if !account.is_borrowed() {
        return Ok(());
    }
    if database.is_relative() {
        return denied(format!(
            "the database {file} is refused through sudo, since it has no absolute path; \
             put CALLSYNC_DATABASE with its whole path into {DEFAULT_ENV_FILE}"
        ));
    }
    let own = owner::name(account.uid());
    match store::owner(database)? {
        None => Err(failure(
            Exit::Database,
            format!(
                "the database {file} does not exist, and nobody can begin one through sudo; \
                 as {own} itself or as root: callsync import users FILE"
            ),
        )),
        Some(uid) if uid == account.uid() => Ok(()),
        Some(_) if is_locked_out(account, database)? => Err(locked_out(database)),
        Some(uid) => denied(format!(
            "the database {file} is refused through sudo, since it belongs to {}, not to {own}; \
             correct CALLSYNC_DATABASE in {DEFAULT_ENV_FILE} or the owner of the file",
            owner::name(uid)
        )),
    }
}

/// Whether the database is root's in this account's folder: root imported or restored it.
pub fn is_locked_out(account: &Account, database: &Path) -> Result<bool> {
    let is_of_root = account.uid() != 0 && store::owner(database)? == Some(0);
    Ok(is_of_root && Owner::of_service(database).uid == account.uid())
}

/// The refusal of an account that [`is_locked_out`], with the command that lets it in again.
pub fn locked_out(database: &Path) -> anyhow::Error {
    let owner = Owner::of_service(database).name();
    let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let is_of_root = |file: Metadata| file.is_file() && file.nlink() == 1 && file.uid() == 0;
    let files = suffixes().map(|suffix| beside(&database, suffix));
    let files = files.filter(|path| fs::symlink_metadata(path).is_ok_and(is_of_root));
    let files = iter::once(database.clone()).chain(files);
    let files: Vec<_> = files.map(|path| path.display().to_string()).collect();
    failure(
        Exit::Denied,
        format!(
            "the database {} belongs to root, but its folder to {owner}; \
             let {owner} in again, as root: chown {owner} {}",
            database.display(),
            files.join(" ")
        ),
    )
}

/// What the files beside the database are called, behind its name.
fn suffixes() -> impl Iterator<Item = &'static str> {
    let own = store::FILES_BESIDE.into_iter();
    own.chain(lock_files())
}

/// What the lock files beside the database are called, behind its name.
pub fn lock_files() -> impl Iterator<Item = &'static str> {
    [lock::OF_SYNC].into_iter().chain(systems::lock_files())
}
