//! A session's routing history as it stands in mluvii's answer.

use chrono_tz::Tz;
use serde::Deserialize;

use super::phases::{RoutingEvent, RoutingKind};
use super::time;
use super::wire::word;
use crate::reason::{Cause, Reason};
use crate::scalar::Scalar;

/// An entry of the time line.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RoutingEntry {
    timestamp: Scalar,
    activity_type: Scalar,
    operator: Option<RoutingOperator>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RoutingOperator {
    user_id: Scalar,
}

impl RoutingEntry {
    /// None: of a kind that no phase begins or ends with.
    pub fn into_event(self, zone: Tz) -> Result<Option<RoutingEvent>, Reason> {
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
