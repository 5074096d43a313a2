//! Free disk space.

use std::path::Path;

use super::Item;

/// A backfill of a team of twelve takes a few megabytes, the log of an import some tens.
const LEAST_FREE_BYTES: u64 = 100_000_000;

/// None if the folder cannot be read, which is another item.
pub fn free(folder: &Path) -> Option<Item> {
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
