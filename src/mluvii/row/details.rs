//! What else a session says of a call, for the column `details`.

use chrono::{SecondsFormat, Timelike};
use serde_json::{Map, Value, json};

use crate::mluvii::session::{Operator, Session};
use crate::mluvii::time::Instant;
use crate::scalar::Scalar;

impl Session {
    /// `status`: how the call ended, in this program's word.
    pub(super) fn details(&self, status: &str, created: Instant) -> Value {
        let mut details = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                details.insert(name.into(), value);
            }
        };
        let scalar = |scalar: &Scalar| scalar.text().map(Value::from);
        put("status", Some(status.into()));
        put("source", scalar(&self.source));
        put("outbound_dial_result", scalar(&self.outbound_dial_result));
        put("tags", list(self.tag_names().map(Value::from).collect()));
        put("campaign", scalar(&self.campaign_id));
        put(
            "termination_reason",
            self.termination_reason().map(Value::from),
        );
        put("operators", list(self.operators_named()));
        put("recordings", count(self.kept_recordings().count()));
        put("files", count(self.shared_files().count()));
        let is_processing = !self.are_recordings_processed();
        put(
            "recordings_state",
            is_processing.then(|| "Processing".into()),
        );
        // The start of the routing is measured from it, to the fraction of a second.
        put("created_at", fraction_of(created).map(Value::from));
        Value::Object(details)
    }

    fn tag_names(&self) -> impl Iterator<Item = &str> {
        self.tags.0.iter().filter_map(|tag| tag.name.text())
    }

    /// Each operator once, in the answer's order.
    fn operators_named(&self) -> Vec<Value> {
        let mut operators = Vec::new();
        for operator in self.operators.0.iter().filter_map(named) {
            if !operators.contains(&operator) {
                operators.push(operator);
            }
        }
        operators
    }
}

fn named(operator: &Operator) -> Option<Value> {
    let (id, name) = (operator.user_id.text(), operator.name());
    match (id, name) {
        (None, None) => None,
        (id, None) => Some(json!({"id": id})),
        (None, name) => Some(json!({"name": name})),
        (id, name) => Some(json!({"id": id, "name": name})),
    }
}

fn list(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then_some(Value::Array(items))
}

fn count(count: usize) -> Option<Value> {
    (count > 0).then(|| count.into())
}

/// A moment that is not whole seconds.
fn fraction_of(moment: Instant) -> Option<String> {
    let is_whole = moment.nanosecond() == 0;
    (!is_whole).then(|| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
