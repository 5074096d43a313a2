//! The database file itself: its integrity and its version.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Item;
use crate::store::integrity::{self, UnmatchedCheck};

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
    let version = integrity::schema_version(database);
    let is_ours = version.is_ok();
    let mut items = vec![match version {
        Ok(version) => Item::good(format!(
            "database {}: schema version {version}",
            database.display()
        )),
        Err(error) => Item::wrong(format!("{error:#}")),
    }];
    let Some(file) = fs::metadata(database).ok().filter(fs::Metadata::is_file) else {
        return items;
    };
    match extent {
        Extent::Whole => {
            let faults = integrity::integrity_check(database);
            let is_sound = faults.as_ref().is_ok_and(Vec::is_empty);
            items.push(verdict("integrity_check", faults));
            if is_ours && is_sound {
                items.push(references(database));
                items.push(unmatched_calls(database));
            }
        }
        Extent::InPassing if file.len() <= SMALL_BYTES => {
            items.push(verdict("quick_check", integrity::quick_check(database)));
        }
        Extent::InPassing => items.push(Item::skipped(format!(
            "database: {} MB are too much to read in passing; callsync check --full reads them",
            file.len() / 1_000_000
        ))),
    }
    items
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

fn references(database: &Path) -> Item {
    match integrity::broken_references(database) {
        Ok(broken) if broken.is_empty() => Item::good("database: every reference has its row"),
        Ok(broken) => {
            let broken = broken
                .iter()
                .map(|(rows, from, to)| format!("{rows} rows of {from} refer to no row of {to}"));
            Item::wrong(format!(
                "database: {}; another program has deleted rows: bring them back from a backup",
                broken.collect::<Vec<_>>().join(", ")
            ))
        }
        Err(error) => Item::wrong(format!("database: {error:#}")),
    }
}

fn unmatched_calls(database: &Path) -> Item {
    let found = match integrity::unmatched_check(database) {
        Ok(found) => found,
        Err(error) => return Item::wrong(format!("database: {error:#}")),
    };
    let UnmatchedCheck {
        calls,
        waiting,
        counted,
    } = found;
    if (calls, calls) == (waiting, counted) {
        return Item::good(format!(
            "database: {calls} calls without a lead wait for one"
        ));
    }
    Item::wrong(format!(
        "database: {calls} calls have no lead, {waiting} of them a row in unmatched_calls, and \
         counters says {counted}; another program has changed rows: insert those that are \
         missing, and set the counter"
    ))
}
