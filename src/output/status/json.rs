//! The status as JSON.

use serde_json::{Value, json};

use crate::moment;
use crate::status::{self, AdvisorData, SyncStatus};
use crate::store::differences::ShownDifference;
use crate::store::health::SilentPhone;

pub fn to_json(status: &SyncStatus, file_bytes: u64) -> Value {
    let runs = &status.runs;
    let failure = runs.last_failure.as_ref();
    let reasons = status.quarantine.reasons.iter();
    json!({
        "ok": status.problems.is_empty(),
        "problems": status.problems,
        "last_success": runs.last_success.map(moment::to_text),
        "last_failure": failure.map(|failure| json!({
            "at": moment::to_text(failure.at),
            "error": status::reason(failure),
        })),
        "advisors": status.advisors.iter().map(advisor_json).collect::<Vec<_>>(),
        "unmatched": {
            "waiting": status.unmatched.waiting,
            "exhausted": status.unmatched.exhausted,
        },
        "quarantine": reasons
            .map(|(reason, count)| json!({ "reason": reason, "count": count }))
            .collect::<Vec<_>>(),
        "differences": status.differences.iter().map(difference_json).collect::<Vec<_>>(),
        "doubtful_windows": status.incomplete_windows.count,
        "silent_phones": status.silent_phones.iter().map(phone_json).collect::<Vec<_>>(),
        "file_bytes": file_bytes,
    })
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
