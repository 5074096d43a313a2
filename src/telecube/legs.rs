//! Several rows of one call, should a call that rang at several users be several: whether it
//! is, no document says.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::call::{Call, Status};

/// The calls that a reading brought so far, by id.
#[derive(Debug, Default)]
pub struct Legs(HashMap<String, Call>);

impl Legs {
    /// Makes one call of the rows with the same id, also those of earlier pages: of the best
    /// of them, with the users of all. The order of the rows does not matter.
    pub fn join(&mut self, calls: Vec<Call>) -> Vec<Call> {
        let mut ids = BTreeSet::new();
        for call in calls {
            let id = call.provider_call_id.clone();
            match self.0.get_mut(&id) {
                Some(known) => join(known, call),
                None => drop(self.0.insert(id.clone(), call)),
            }
            ids.insert(id);
        }
        let call = |id: &String| self.0.get(id).cloned();
        ids.iter().filter_map(call).collect()
    }
}

fn join(known: &mut Call, mut other: Call) {
    if rank(&other) < rank(known) {
        std::mem::swap(known, &mut other);
    }
    known.has_notes |= other.has_notes;
    for key in other.advisor_keys {
        if !known.advisor_keys.contains(&key) {
            known.advisor_keys.push(key);
        }
    }
}

/// The least is the row of whoever took the call, else the one that rang longest.
fn rank(call: &Call) -> impl Ord + use<> {
    let is_missed = matches!(call.status, Status::Missed | Status::Rejected);
    let details = call.details.as_deref().unwrap_or_default();
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    let is_answered = details["status"] == "answered";
    let first = call.advisor_keys.first().cloned();
    let longest = Reverse(call.duration_s);
    (is_missed, !is_answered, longest, call.started_at, first)
}
