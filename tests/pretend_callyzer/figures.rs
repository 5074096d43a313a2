//! The account's own count of its calls.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::world::Call;

/// Never attended: missed, and the client not spoken to since.
pub fn figures(calls: &[&Call], zone: Tz) -> Value {
    let all = Share::of(calls, |_| true);
    let incoming = Share::of(calls, |call| call.call_type == "Incoming");
    let outgoing = Share::of(calls, |call| call.call_type == "Outgoing");
    let clients: HashSet<_> = calls.iter().map(|call| client(call)).collect();
    json!({
        "total_incoming_calls": incoming.calls,
        "total_incoming_duration": incoming.duration_s,
        "total_incoming_connected_calls": incoming.connected,
        "total_outgoing_calls": outgoing.calls,
        "total_outgoing_duration": outgoing.duration_s,
        "total_outgoing_connected_calls": outgoing.connected,
        "total_missed_calls": Share::of(calls, |call| call.call_type == "Missed").calls,
        "total_rejected_calls": Share::of(calls, |call| call.call_type == "Rejected").calls,
        "total_calls": all.calls,
        "total_duration": all.duration_s,
        "total_connected_calls": all.connected,
        "total_never_attended_calls": never_attended(calls),
        "total_not_pickup_by_clients_calls": outgoing.calls - outgoing.connected,
        "total_unique_clients": clients.len(),
        "total_working_hours": working_hours(calls, zone),
    })
}

#[derive(Default)]
struct Share {
    calls: u64,
    connected: u64,
    duration_s: u64,
}

impl Share {
    fn of(calls: &[&Call], counts: impl Fn(&Call) -> bool) -> Self {
        let mut share = Self::default();
        for call in calls.iter().filter(|call| counts(call)) {
            share.calls += 1;
            share.connected += u64::from(call.duration_s > 0);
            share.duration_s += u64::from(call.duration_s);
        }
        share
    }
}

fn client(call: &Call) -> (&str, &str) {
    (&call.client_country_code, &call.client_number)
}

fn never_attended(calls: &[&Call]) -> usize {
    let mut spoken: HashMap<_, DateTime<Utc>> = HashMap::new();
    for call in calls.iter().filter(|call| call.duration_s > 0) {
        let last = spoken.entry(client(call)).or_insert(call.at);
        *last = call.at.max(*last);
    }
    let is_open = |call: &&&Call| spoken.get(&client(call)).is_none_or(|last| *last < call.at);
    calls
        .iter()
        .filter(|call| call.call_type == "Missed")
        .filter(is_open)
        .count()
}

/// From each employee's first call of a day to the end of the last one, all together.
fn working_hours(calls: &[&Call], zone: Tz) -> String {
    let mut days: HashMap<_, (DateTime<Utc>, DateTime<Utc>)> = HashMap::new();
    for call in calls {
        let end = call.at + TimeDelta::seconds(call.duration_s.into());
        let day = (&call.emp_number, call.at.with_timezone(&zone).date_naive());
        let span = days.entry(day).or_insert((call.at, end));
        *span = (span.0.min(call.at), span.1.max(end));
    }
    let total_s: i64 = days
        .values()
        .map(|(first, last)| (*last - *first).num_seconds())
        .sum();
    format!(
        "{:02}:{:02}:{:02}",
        total_s / 3600,
        total_s / 60 % 60,
        total_s % 60
    )
}
