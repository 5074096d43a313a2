//! Looking calls up by id: a call that an answer lacks is gone only if Callyzer
//! does not give it by its id either, while it gives another one in the same answer.

use anyhow::Result;

use super::Api;
use super::api::MAX_IDS;
use crate::call::Records;
use crate::reason::Cause;

/// What one look-up brought.
#[derive(Debug, Default)]
pub struct LookedUp {
    pub records: Records,
    /// The ids that Callyzer does not know.
    pub gone: Vec<String>,
}

/// Asks for `absent` ids, each time beside one of `controls` that is not among
/// them. If not even that one comes back, nothing is proven: an error. `take` gets
/// each answer while the permit is held.
pub fn look_up(
    api: &Api,
    absent: &[String],
    controls: impl IntoIterator<Item = String>,
    mut take: impl FnMut(LookedUp) -> Result<()>,
) -> Result<()> {
    if absent.is_empty() {
        return Ok(());
    }
    let mut controls = controls.into_iter();
    let control = controls
        .find(|id| !absent.contains(id))
        .ok_or_else(|| unproven(api, absent))?;
    for ids in absent.chunks(MAX_IDS - 1) {
        let asked: Vec<_> = ids.iter().chain([&control]).map(String::as_str).collect();
        let answer = api.calls_by_id(&asked)?;
        let mut records = answer.body;
        let is_known = |id: &String| records.ids().any(|known| known == id);
        if !is_known(&control) {
            return Err(unproven(api, ids));
        }
        let gone = ids.iter().filter(|id| !is_known(id)).cloned().collect();
        records
            .calls
            .retain(|call| call.provider_call_id != control);
        take(LookedUp { records, gone })?;
        drop(answer.permit);
    }
    Ok(())
}

fn unproven(api: &Api, absent: &[String]) -> anyhow::Error {
    api.bad_answer(Cause::CallsNotFound.of(&[&absent.len()]))
        .into()
}
