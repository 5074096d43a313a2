//! A dry run: each of its transactions is undone, and what it would have done is counted.

use std::collections::HashSet;

use super::Store;
use super::runs::Counts;
use crate::call::Records;

#[derive(Debug, Default)]
pub struct DryRun {
    /// The provider's ids of the calls that came. One that comes again would be in the
    /// file by then, and is not new a second time.
    seen: HashSet<String>,
    pub(super) counts: Counts,
    /// How many more calls would have no lead.
    pub(super) more_unmatched: i64,
}

impl DryRun {
    /// Begins to count anew for the next system.
    pub fn begin_run(&mut self) {
        self.seen.clear();
        self.counts = Counts::default();
    }

    /// The records of an answer without the calls that earlier ones brought.
    pub fn unseen(&mut self, records: &Records) -> Records {
        let mut unseen = records.clone();
        let seen = &mut self.seen;
        unseen
            .calls
            .retain(|call| !seen.contains(&call.provider_call_id));
        seen.extend(
            unseen
                .calls
                .iter()
                .map(|call| call.provider_call_id.clone()),
        );
        unseen
    }
}

impl Store {
    pub fn is_dry_run(&self) -> bool {
        self.dry_run.is_some()
    }

    /// Adds to what a dry run would have done.
    pub(super) fn count_if_dry(&mut self, counts: &Counts) {
        if let Some(dry_run) = &mut self.dry_run {
            dry_run.counts += *counts;
        }
    }
}
