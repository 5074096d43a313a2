//! The database file itself: its integrity and its version.

use std::path::Path;

use super::Item;
use crate::store::integrity;

pub fn items(database: &Path) -> Vec<Item> {
    let version = match integrity::schema_version(database) {
        Ok(version) => Item::good(format!(
            "database {}: schema version {version}",
            database.display()
        )),
        Err(error) => Item::wrong(format!("{error:#}")),
    };
    let sound = database.is_file().then(|| file_itself(database));
    [Some(version), sound].into_iter().flatten().collect()
}

fn file_itself(database: &Path) -> Item {
    let fix = "keep the file as it is and restore a backup";
    match integrity::quick_check(database) {
        Ok(faults) if faults.is_empty() => Item::good("database: PRAGMA quick_check finds nothing"),
        Ok(faults) => Item::wrong(format!(
            "database: PRAGMA quick_check finds: {}; {fix}",
            faults.join(", ")
        )),
        Err(error) => Item::wrong(format!(
            "database: PRAGMA quick_check failed: {error:#}; {fix}"
        )),
    }
}
