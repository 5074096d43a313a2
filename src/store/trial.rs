//! A trial: everything that is written is undone, and only what it would have done is
//! counted.

use std::collections::HashSet;

use super::Store;
use super::runs::Counts;
use crate::call::Records;

#[derive(Debug, Default)]
pub struct Trial {
    /// The provider's ids of the calls that came: the file does not have them the second
    /// time either.
    seen: HashSet<String>,
    counts: Counts,
}

impl Trial {
    /// The records that had not come before.
    pub fn unseen(&mut self, records: &Records) -> Records {
        let mut is_new = |id: &String| self.seen.insert(id.clone());
        let mut unseen = records.clone();
        unseen.calls.retain(|call| is_new(&call.provider_call_id));
        unseen
    }
}

impl Store {
    pub fn is_trial(&self) -> bool {
        self.trial.is_some()
    }

    /// Counts what a trial would have done.
    pub(super) fn tally(&mut self, counts: &Counts) {
        if let Some(trial) = &mut self.trial {
            trial.counts += *counts;
        }
    }

    pub(super) fn trial_counts(&self) -> Option<Counts> {
        self.trial.as_ref().map(|trial| trial.counts)
    }
}
