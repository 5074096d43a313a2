//! The database file itself: its integrity and its version.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Item;
use crate::store::integrity;

/// The largest file that is read whole in passing: a tenth of a second.
const SMALL_BYTES: u64 = 32 * 1024 * 1024;

/// How much of the file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of a small file, nothing of a large one.
    InPassing,
    Whole,
}

pub fn items(database: &Path, extent: Extent) -> Vec<Item> {
    let version = match integrity::schema_version(database) {
        Ok(version) => Item::good(format!(
            "database {}: schema version {version}",
            database.display()
        )),
        Err(error) => Item::wrong(format!("{error:#}")),
    };
    let file = fs::metadata(database).ok().filter(fs::Metadata::is_file);
    let sound = file.map(|file| match extent {
        Extent::Whole => verdict("integrity_check", integrity::full_check(database)),
        Extent::InPassing if file.len() <= SMALL_BYTES => {
            verdict("quick_check", integrity::quick_check(database))
        }
        Extent::InPassing => Item::skipped(format!(
            "database: {} MB are too much to read in passing; callsync check --full reads them",
            file.len() / 1_000_000
        )),
    });
    [Some(version), sound].into_iter().flatten().collect()
}

fn verdict(pragma: &str, faults: Result<Vec<String>>) -> Item {
    let fix = "keep the file as it is and restore a backup";
    match faults {
        Ok(faults) if faults.is_empty() => {
            Item::good(format!("database: PRAGMA {pragma} finds nothing"))
        }
        Ok(faults) => Item::wrong(format!(
            "database: PRAGMA {pragma} finds: {}; {fix}",
            faults.join(", ")
        )),
        Err(error) => Item::wrong(format!(
            "database: PRAGMA {pragma} failed: {error:#}; {fix}"
        )),
    }
}
