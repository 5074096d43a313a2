//! Whether an account shows its times in another zone than it did.

use std::collections::HashMap;

use anyhow::Result;

use super::runs::WriteContext;
use super::stored_call::StoredCall;
use crate::call::Call;
use crate::exit::{Exit, failure};
use crate::moment;
use crate::reason::Cause;

/// All zones of the world differ by quarters of an hour.
const QUARTER_HOUR_S: i64 = 15 * 60;
/// So many calls may move in time by themselves.
const FEW_CALLS: usize = 5;

/// Refuses calls of which most of those known move by quarters of an hour: the
/// account shows its times in another zone than it did.
pub fn refuse(
    calls: &[Call],
    known: &HashMap<String, StoredCall>,
    context: &WriteContext,
) -> Result<()> {
    let mut moved = 0;
    for call in calls {
        let is_moved = |stored: &&StoredCall| stored.started_at != moment::to_text(call.started_at);
        if let Some(stored) = known.get(&call.provider_call_id).filter(is_moved) {
            let seconds = (call.started_at - moment::from_text(&stored.started_at)?).num_seconds();
            moved += usize::from(seconds % QUARTER_HOUR_S == 0);
        }
    }
    if context.accepts_moved_times || moved < FEW_CALLS || moved * 2 <= known.len() {
        return Ok(());
    }
    let variable = context.provider.to_uppercase();
    let reason = Cause::MovedTimes.of(&[&moved, &known.len(), &variable, &context.provider]);
    Err(failure(Exit::Protocol, reason))
}
