//! Several rows of one call, should a call that rang at several users be several: which of
//! both it is, is not documented.

use std::collections::HashMap;
use std::mem;

use crate::call::{Call, Status};

/// Makes one call of the rows with the same id: of an answered one, if there is one; with
/// the users of all.
pub fn joined(calls: Vec<Call>) -> Vec<Call> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut joined: Vec<Call> = Vec::with_capacity(calls.len());
    for call in calls {
        match places.get(&call.provider_call_id) {
            Some(place) => join(&mut joined[*place], call),
            None => {
                places.insert(call.provider_call_id.clone(), joined.len());
                joined.push(call);
            }
        }
    }
    joined
}

fn join(known: &mut Call, mut other: Call) {
    let is_missed = |call: &Call| matches!(call.status, Status::Missed | Status::Rejected);
    if is_missed(known) && !is_missed(&other) {
        mem::swap(known, &mut other);
    }
    known.has_notes |= other.has_notes;
    for key in other.advisor_keys {
        if !known.advisor_keys.contains(&key) {
            known.advisor_keys.push(key);
        }
    }
}
