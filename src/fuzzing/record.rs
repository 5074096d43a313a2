//! What must hold for the records of every system.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::number::assert_party;
use super::shown::assert_short_line;
use crate::call::{Attached, Call, Note, Phase, Records, Unreadable, YEARS};
use crate::moment::{self, Moment};
use crate::reason;

/// No phase is longer than all years in which somebody may have phoned.
const LONGEST_S: u32 = 101 * 366 * 86_400;

/// All records, each as it must be.
pub fn assert_records(records: &Records, zone: Tz) {
    for call in &records.calls {
        assert_call(call, zone);
    }
    for record in &records.unreadable {
        assert_unreadable(record);
    }
    for call in &records.unfinished {
        assert_moment(call.started_at, zone);
        assert_text(&call.provider_call_id);
    }
    for result in &records.results {
        assert_text(&result.key);
    }
}

fn assert_call(call: &Call, zone: Tz) {
    assert_moment(call.started_at, zone);
    assert_text(&call.provider_call_id);
    assert_party(&call.advisor);
    assert_party(&call.client);
    let texts = [&call.client_name, &call.note, &call.recording_url];
    let texts = texts.into_iter().flatten();
    texts
        .chain(&call.advisor_keys)
        .for_each(|text| assert_text(text));
    if let Some(uploaded_at) = call.uploaded_at {
        assert_moment(uploaded_at, zone);
    }
    if let Some(details) = &call.details {
        let details: Map<String, Value> = serde_json::from_str(details).unwrap();
        assert!(!details.is_empty());
    }
    if let Some(attached) = &call.attached {
        assert_attached(attached, zone);
    }
}

fn assert_attached(attached: &Attached, zone: Tz) {
    let mut ids = HashSet::new();
    for note in &attached.notes {
        assert_note(note, zone);
        assert!(ids.insert(&note.id), "two notes {}", note.id);
    }
    assert_phases(&attached.phases);
    let of_history = |phase: &Phase| phase.name.is_of_history();
    assert!(!attached.phases.iter().any(of_history));
}

pub fn assert_note(note: &Note, zone: Tz) {
    assert_text(&note.id);
    assert_moment(note.created_at, zone);
}

/// The database holds one of a name and an operator.
pub fn assert_phases(phases: &[Phase]) {
    let mut known = HashSet::new();
    for phase in phases {
        assert!(phase.seconds <= LONGEST_S, "{phase:?}");
        assert!(
            known.insert((phase.name, &phase.operator)),
            "{phase:?} twice"
        );
    }
}

/// A moment that somebody may have phoned at, to the second, which the database gives back.
pub fn assert_moment(moment: Moment, zone: Tz) {
    assert_day(moment::day_of(moment, zone));
    assert_eq!(moment.nanosecond(), 0);
    assert_eq!(moment::from_text(&moment::to_text(moment)), Ok(moment));
}

fn assert_day(day: NaiveDate) {
    assert!(YEARS.contains(&day.year()), "{day}");
}

/// A text that is stored whole.
fn assert_text(text: &str) {
    assert!(!text.is_empty() && !text.contains('\0'), "{text:?}");
}

/// A record that says why it is none, on a line in Polish.
pub fn assert_unreadable(record: &Unreadable) {
    record.provider_call_id.as_deref().map(assert_text);
    record.day.into_iter().for_each(assert_day);
    let reason = record.reason.as_str();
    assert_short_line(&reason::shown(reason));
    assert_ne!(reason::in_polish(reason), reason);
}

/// The records in an order of their own, to compare them.
pub fn sorted(records: &Records) -> Vec<String> {
    let calls = records.calls.iter().map(|call| format!("{call:?}"));
    let unreadable = records.unreadable.iter();
    let unreadable = unreadable.map(|record| format!("{record:?}"));
    let others = records.left_out.iter().map(|row| format!("{row:?}"));
    let mut sorted: Vec<_> = calls.chain(unreadable).chain(others).collect();
    sorted.sort();
    sorted
}
