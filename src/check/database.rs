//! The database file itself: its integrity and its version.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Item;
use crate::store::clean::COMPLETE;
use crate::store::integrity::{self, UnmatchedCheck};
use crate::{exit, store, text};

/// The largest file that is read whole in passing: a tenth of a second.
const SMALL_BYTES: u64 = 32 * 1024 * 1024;

const VERSION: &str = "database version";
const INTEGRITY: &str = "database integrity";
const REFERENCES: &str = "database references";
const REMAINS: &str = "removed data";
const UNMATCHED: &str = "unmatched calls";

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
    let is_closed = version.as_ref().is_err_and(store::is_closed_to_us);
    let mut items = vec![match version {
        Ok(version) => {
            let file = database.display();
            Item::good(
                VERSION,
                format!("database {file}: schema version {version}"),
            )
        }
        Err(error) => Item::failed(VERSION, &exit::text(&error)),
    }];
    if is_ours {
        items.extend(remains(database));
    }
    let Some(file) = fs::metadata(database).ok().filter(fs::Metadata::is_file) else {
        return items;
    };
    match extent {
        _ if is_closed => {
            let found = "database: it cannot be opened";
            items.push(Item::skipped(INTEGRITY, found));
        }
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
        Extent::InPassing => items.push(Item::skipped(
            INTEGRITY,
            format!(
                "database: {} MB are too much to read in passing; callsync check --full reads them",
                file.len() / 1_000_000
            ),
        )),
    }
    items
}

/// None if nothing of removed data is left.
fn remains(database: &Path) -> Option<Item> {
    match integrity::has_remains(database) {
        Ok(false) => None,
        Ok(true) => {
            let found = "database: data that was removed may still be in the file";
            Some(Item::wrong(REMAINS, found).with_fix(format!("complete it: {COMPLETE}")))
        }
        Err(error) => Some(Item::failed(REMAINS, &format!("{error:#}"))),
    }
}

fn verdict(pragma: &str, faults: Result<Vec<String>>) -> Item {
    let fix = "keep the file as it is and restore a backup";
    match faults {
        Ok(faults) if faults.is_empty() => Item::good(
            INTEGRITY,
            format!("database: PRAGMA {pragma} finds nothing"),
        ),
        Ok(faults) => {
            let faults = faults.join(", ");
            Item::wrong(
                INTEGRITY,
                format!("database: PRAGMA {pragma} finds: {faults}"),
            )
            .with_fix(fix)
        }
        Err(error) => Item::wrong(
            INTEGRITY,
            format!("database: PRAGMA {pragma} failed: {error:#}"),
        )
        .with_fix(fix),
    }
}

fn references(database: &Path) -> Item {
    match integrity::broken_references(database) {
        Ok(broken) if broken.is_empty() => {
            Item::good(REFERENCES, "database: every reference has its row")
        }
        Ok(broken) => {
            let broken = broken.iter().map(|(rows, from, to)| {
                let rows = text::counted(*rows, "row");
                format!("{rows} of {from} without the row of {to} that is meant")
            });
            let broken: Vec<_> = broken.collect();
            Item::wrong(REFERENCES, format!("database: {}", broken.join(", ")))
                .with_fix("another program has deleted rows: bring them back from a backup")
        }
        Err(error) => Item::wrong(REFERENCES, format!("database: {error:#}")),
    }
}

fn unmatched_calls(database: &Path) -> Item {
    let found = match integrity::unmatched_check(database) {
        Ok(found) => found,
        Err(error) => return Item::wrong(UNMATCHED, format!("database: {error:#}")),
    };
    let UnmatchedCheck {
        calls,
        waiting,
        counted,
    } = found;
    if (calls, calls) == (waiting, counted) {
        let found = format!("database: calls that wait for a lead: {calls}");
        return Item::good(UNMATCHED, found);
    }
    let found = format!(
        "database: {} without a lead, {waiting} of them with a row in unmatched_calls, and \
         counters says {counted}",
        text::counted(calls, "call")
    );
    Item::wrong(UNMATCHED, found).with_fix(
        "another program has changed rows: insert those that are missing, and set the counter",
    )
}
