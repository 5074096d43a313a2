//! The status as JSON.

use serde_json::{Value, json};

use crate::moment;
use crate::status::{self, AdvisorData, SyncStatus, SystemStatus};
use crate::store::differences::ShownDifference;
use crate::store::health::{FailedRun, SilentPhone};
use crate::store::quarantine::QuarantineReason;

pub fn to_json(status: &SyncStatus, file_bytes: u64) -> Value {
    let systems = status.systems.iter();
    let windows = systems.map(|system| system.incomplete_windows.count);
    json!({
        "ok": status.problems.is_empty(),
        "problems": status.problems,
        "last_success": status.last_success().map(moment::to_text),
        "last_failure": status.last_failure().map(failure_json),
        "advisors": status.advisors().iter().map(advisor_json).collect::<Vec<_>>(),
        "unmatched": {
            "waiting": status.unmatched.waiting,
            "exhausted": status.unmatched.exhausted,
        },
        "quarantine": reasons_json(&status.quarantine.reasons),
        "differences": status.differences.iter().map(difference_json).collect::<Vec<_>>(),
        "doubtful_windows": windows.sum::<i64>(),
        "silent_phones": status.silent_phones.iter().map(phone_json).collect::<Vec<_>>(),
        "file_bytes": file_bytes,
        "systems": status.systems.iter().map(system_json).collect::<Vec<_>>(),
    })
}

fn system_json(system: &SystemStatus) -> Value {
    let runs = &system.runs;
    json!({
        "provider": system.provider.as_str(),
        "last_success": runs.last_success.map(moment::to_text),
        "last_failure": runs.last_failure.as_ref().map(failure_json),
        "advisors": system.advisors.iter().map(advisor_json).collect::<Vec<_>>(),
        "doubtful_windows": system.incomplete_windows.count,
        "notes_due": system.notes_due,
    })
}

fn failure_json(failure: &FailedRun) -> Value {
    json!({
        "at": moment::to_text(failure.at),
        "error": status::reason(failure),
    })
}

/// The reasons of all systems together, the most frequent first.
fn reasons_json(reasons: &[QuarantineReason]) -> Value {
    let mut counts: Vec<(&str, i64)> = Vec::new();
    for QuarantineReason { reason, count, .. } in reasons {
        match counts.iter_mut().find(|(known, _)| known == reason) {
            Some((_, sum)) => *sum += count,
            None => counts.push((reason, *count)),
        }
    }
    counts.sort_by_key(|(_, count)| -count);
    let counts = counts.into_iter();
    counts
        .map(|(reason, count)| json!({ "reason": reason, "count": count }))
        .collect()
}

fn advisor_json(advisor: &AdvisorData) -> Value {
    json!({
        "login": advisor.login,
        "last_synced_at": advisor.last_synced_at.map(moment::to_text),
        "stale": advisor.stale,
    })
}

fn difference_json(shown: &ShownDifference) -> Value {
    let difference = &shown.difference;
    json!({
        "login": shown.login,
        "day": difference.day.to_string(),
        "ours": difference.ours,
        "theirs": difference.theirs,
    })
}

fn phone_json(phone: &SilentPhone) -> Value {
    json!({
        "login": phone.login,
        "number": phone.number,
        "last_contact_at": phone.last_contact_at.map(moment::to_text),
        "reason": phone.reason.as_str(),
    })
}
