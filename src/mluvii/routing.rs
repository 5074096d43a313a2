//! A session's routing history as it stands in mluvii's answer.

use chrono_tz::Tz;
use serde::Deserialize;

use super::phases::{Phases, RoutingEvent, RoutingKind, SessionTimes, phases};
use super::time;
use super::wire::{List, word};
use crate::moment::Moment;
use crate::reason::{Cause, Reason};
use crate::scalar::Scalar;

#[derive(Debug, Deserialize)]
pub struct RoutingHistory(List<RoutingEntry>);

/// An entry of the time line.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RoutingEntry {
    timestamp: Scalar,
    activity_type: Scalar,
    operator: Option<RoutingOperator>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RoutingOperator {
    user_id: Scalar,
}

impl RoutingHistory {
    /// The phases of the session, which began at `started_at`. Times without an offset are
    /// in `zone`.
    pub fn phases(self, started_at: Moment, zone: Tz) -> Result<Phases, Reason> {
        let events = self.0.0.into_iter();
        let events = events.filter_map(|entry| entry.into_event(zone).transpose());
        let events: Vec<_> = events.collect::<Result<_, _>>()?;
        let times = SessionTimes {
            created: Some(started_at),
            ..SessionTimes::default()
        };
        Ok(phases(&times, &events))
    }
}

impl RoutingEntry {
    /// None: of a kind that no phase begins or ends with.
    fn into_event(self, zone: Tz) -> Result<Option<RoutingEvent>, Reason> {
        let kind = match word(&self.activity_type).as_deref() {
            Some("routingrequestcreated") => RoutingKind::RequestCreated,
            Some("assignedtooperator") => RoutingKind::Assigned,
            Some("acceptedbyoperator") => RoutingKind::Accepted,
            _ => return Ok(None),
        };
        let at = time::read_field(&self.timestamp, zone)?.ok_or(Cause::NoTime)?;
        let operator = self.operator.and_then(|operator| operator.user_id.0);
        Ok(Some(RoutingEvent { kind, at, operator }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(entry: Value) -> Result<Option<RoutingEvent>, Reason> {
        let entry: RoutingEntry = serde_json::from_value(entry).unwrap();
        entry.into_event(chrono_tz::Europe::Warsaw)
    }

    #[test]
    fn three_kinds_of_entries_count_and_need_a_time() {
        let at = "2026-11-20T11:15:02.4546610+01:00";
        for (kind, expected) in [
            ("RoutingRequestCreated", RoutingKind::RequestCreated),
            ("ASSIGNED_TO_OPERATOR", RoutingKind::Assigned),
            ("acceptedByOperator", RoutingKind::Accepted),
        ] {
            let operator = json!({"userId": 41, "firstName": "Anna"});
            let entry = json!({"activityType": kind, "timestamp": at, "operator": operator});
            let event = event(entry).unwrap().unwrap();
            assert_eq!(
                (event.kind, event.operator.as_deref()),
                (expected, Some("41"))
            );
        }
        for kind in [
            json!("EnteredGroupQueue"),
            json!("SomethingNew"),
            json!(null),
        ] {
            assert!(
                event(json!({"activityType": kind})).unwrap().is_none(),
                "{kind}"
            );
        }
        let timeless = json!({"activityType": "AcceptedByOperator", "operator": null});
        assert_eq!(event(timeless).unwrap_err(), Cause::NoTime.into());
    }
}
