//! How a session found its operator.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::MluviiSession;
use super::row;

/// An entry of the routing history.
#[derive(Clone, Debug)]
pub struct RoutingStep {
    pub request_id: i64,
    pub at: DateTime<Utc>,
    /// `RoutingRequestCreated`, `AssignedToOperator`, `AcceptedByOperator`, …
    pub activity: String,
    /// The user id, empty where a step is nobody's.
    pub operator: String,
}

impl RoutingStep {
    pub fn new(activity: &str, at: DateTime<Utc>, operator: &str) -> Self {
        Self {
            request_id: 1,
            at,
            activity: activity.into(),
            operator: operator.into(),
        }
    }
}

/// In the order in which the session has them, which need not be that of time.
pub fn rows(session: &MluviiSession, zone: Tz) -> Value {
    let row = |step: &RoutingStep| {
        let operator = json!({
            "userId": row::number(&step.operator),
            "firstName": "Jan",
            "lastName": "Kowalski",
        });
        json!({
            "routingRequestId": step.request_id,
            "timestamp": row::precise(step.at, zone),
            "activityType": step.activity,
            "group": {"id": 7, "name": "Sprzedaż"},
            "phoneNumber": null,
            "operator": if step.operator.is_empty() { Value::Null } else { operator },
            "forwardedByOperator": null,
            "invitedByOperator": null,
        })
    };
    session.routing.iter().map(row).collect()
}
