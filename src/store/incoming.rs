//! The calls of a page beside what is stored of them.

use std::collections::HashMap;

use anyhow::Result;

use super::advisors::Owners;
use super::stored_call::StoredCall;
use crate::call::{Attached, Call};
use crate::moment::Moment;

/// A call of a page, however often it stands there, beside what is stored of it.
pub struct Incoming<'c> {
    /// As it stands there first.
    pub call: &'c Call,
    pub before: Option<StoredCall>,
    pub after: StoredCall,
    pub uploaded_at: Option<Moment>,
    /// What came beside it, if the system says it with the call.
    pub attached: Option<&'c Attached>,
}

/// Takes together what a page says of each call; what comes later counts.
pub fn fold<'c>(
    calls: &'c [Call],
    mut stored: HashMap<String, StoredCall>,
    mut owners: Owners,
) -> Result<Vec<Incoming<'c>>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut folded: Vec<Incoming> = Vec::with_capacity(calls.len());
    for call in calls {
        let id = call.provider_call_id.as_str();
        let place = match places.get(id) {
            Some(place) => {
                folded[*place].after.take_in(call);
                *place
            }
            None => {
                folded.push(Incoming::new(call, stored.remove(id)));
                places.insert(id, folded.len() - 1);
                folded.len() - 1
            }
        };
        let incoming = &mut folded[place];
        incoming.uploaded_at = call.uploaded_at.or(incoming.uploaded_at);
        incoming.attached = call.attached.as_ref().or(incoming.attached);
        if incoming.after.advisor_id.is_none() {
            incoming.after.advisor_id = owners.of(call)?;
        }
    }
    Ok(folded)
}

impl<'c> Incoming<'c> {
    fn new(call: &'c Call, before: Option<StoredCall>) -> Self {
        let mut after = before.clone();
        if let Some(after) = &mut after {
            after.take_in(call);
        }
        Self {
            call,
            before,
            after: after.unwrap_or_else(|| StoredCall::new(call)),
            uploaded_at: call.uploaded_at,
            attached: call.attached.as_ref(),
        }
    }
}
