//! An absence is not a deletion: a call that an answer lacks is looked up by its
//! id, beside one that Callyzer is known to have, and is gone only if Callyzer
//! gives that one and not the other.

use anyhow::Result;

use crate::call::{Call, Unreadable};
use crate::provider::Error;
use crate::provider::callyzer::{Callyzer, IDS_AT_ONCE};

/// What became of calls that an answer lacked.
#[derive(Debug, Default)]
pub struct LookedUp {
    pub calls: Vec<Call>,
    pub unreadable: Vec<Unreadable>,
    /// The ids that Callyzer no longer knows.
    pub gone: Vec<String>,
}

/// Asks for `absent` ids, each time beside one of `controls` that is not among
/// them. Where not even that one comes back, nothing is proven: an error.
pub fn look_up<'a>(
    callyzer: &Callyzer,
    absent: &[String],
    mut controls: impl Iterator<Item = &'a String>,
) -> Result<LookedUp> {
    let mut found = LookedUp::default();
    if absent.is_empty() {
        return Ok(found);
    }
    let control = controls
        .find(|id| !absent.contains(id))
        .ok_or_else(|| unproven(absent))?;
    for ids in absent.chunks(IDS_AT_ONCE - 1) {
        let asked: Vec<_> = ids.iter().chain([control]).map(String::as_str).collect();
        let records = callyzer.calls_by_id(&asked)?.body;
        let is = |id: &String| {
            records
                .calls
                .iter()
                .any(|call| call.provider_call_id == *id)
                || records
                    .unreadable
                    .iter()
                    .any(|one| one.provider_call_id.as_ref() == Some(id))
        };
        if !is(control) {
            return Err(unproven(ids));
        }
        found.gone.extend(ids.iter().filter(|id| !is(id)).cloned());
        found.calls.extend(
            records
                .calls
                .into_iter()
                .filter(|call| call.provider_call_id != *control),
        );
        found.unreadable.extend(records.unreadable);
    }
    Ok(found)
}

fn unproven(absent: &[String]) -> anyhow::Error {
    let calls = absent.len();
    Error::BadAnswer(format!(
        "{calls} calls are missing, and looking them up finds none"
    ))
    .into()
}
