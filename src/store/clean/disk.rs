//! Whether the disks have room for a second copy of the file, and for a third in the log.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::{Access, access, statvfs};

use super::Store;
use crate::beside;
use crate::exit::{Exit, failure};

/// What the log keeps of a page beside its content.
const FRAME_HEADER_BYTES: u64 = 24;

/// Where SQLite puts temporary files, the first that it may write into.
const SETTINGS: [&str; 2] = ["SQLITE_TMPDIR", "TMPDIR"];
const FOLDERS: [&str; 4] = ["/var/tmp", "/usr/tmp", "/tmp", "."];

impl Store {
    /// Fails if there is no room to write the file anew. Without this the disk would be full
    /// for a while, also for others.
    pub(super) fn refuse_full_disk(&self) -> Result<()> {
        let Some(database) = self.path() else {
            return Ok(());
        };
        let pragma = |name| -> rusqlite::Result<u64> {
            let value = self
                .connection
                .pragma_query_value(None, name, |row| row.get(0));
            value.map(i64::cast_unsigned)
        };
        let page_bytes = pragma("page_size")?;
        let pages = pragma("page_count")?.saturating_sub(pragma("freelist_count")?);
        let copy = Need {
            folder: temporary_folder(),
            bytes: pages * page_bytes,
        };
        let log = Need {
            folder: beside::folder(&database).to_owned(),
            bytes: pages * (page_bytes + FRAME_HEADER_BYTES),
        };
        refuse(copy, log)
    }
}

/// How many bytes are needed on the disk of a folder.
#[derive(Debug)]
struct Need {
    folder: PathBuf,
    bytes: u64,
}

fn refuse(copy: Need, log: Need) -> Result<()> {
    let is_one_disk = device(&copy.folder)? == device(&log.folder)?;
    let needs = match is_one_disk {
        true => vec![Need {
            bytes: copy.bytes + log.bytes,
            ..log
        }],
        false => vec![log, copy],
    };
    for Need { folder, bytes } in needs {
        let free = free(&folder)?;
        if free < bytes {
            let [bytes, free] = [bytes.div_ceil(MEGABYTE), free / MEGABYTE];
            let folder = folder.display();
            return Err(failure(
                Exit::Database,
                format!(
                    "to write the file anew, without what was removed, takes {bytes} MB for a \
                     while on the disk of {folder}, where {free} MB are free; make room and run \
                     the command again"
                ),
            ));
        }
    }
    Ok(())
}

const MEGABYTE: u64 = 1_000_000;

fn device(folder: &Path) -> io::Result<u64> {
    Ok(fs::metadata(folder)?.dev())
}

fn free(folder: &Path) -> io::Result<u64> {
    let disk = statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn temporary_folder() -> PathBuf {
    let settings = SETTINGS.iter().filter_map(env::var_os).map(PathBuf::from);
    let folders = FOLDERS.iter().map(PathBuf::from);
    let may_write = |folder: &PathBuf| {
        folder.is_dir() && access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
    };
    let mut folders = settings.chain(folders);
    folders.find(may_write).unwrap_or_else(|| ".".into())
}
