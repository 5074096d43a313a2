//! What is kept of somebody who was forgotten, and of what was purged, by the readings after
//! that: nothing but counts.

mod advice;
mod days;
mod meanwhile;
mod quarantine;
mod readings;
mod results;

use crate::moment::{ago, text};
use crate::office::Office;

/// Lead 1's number, a client's that is in no test's office from the beginning, and lead 2's.
pub const FORGOTTEN: &str = "601200301";
const UNHEARD: &str = "601200388";
const OTHER: &str = "601200302";

/// Forgets a number now.
#[track_caller]
pub fn forget(office: &Office, number: &str) {
    let forget = ["-q", "forget", "--number", number, "--yes"];
    office.callsync(&forget).run();
}

/// Forgets a number so many minutes ago.
#[track_caller]
pub fn forget_before(office: &Office, number: &str, minutes: i64) {
    forget(office, number);
    let at = text(ago(minutes));
    office.execute(&format!("UPDATE forgotten SET forgotten_at = '{at}'"));
}

/// The provider's ids of the stored calls.
pub fn calls(office: &Office) -> Vec<String> {
    office.rows("SELECT provider_call_id FROM calls ORDER BY provider_call_id")
}
