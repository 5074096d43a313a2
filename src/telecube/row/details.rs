//! What else a row says of a call, for the column `details`.

use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::{HistoryRow, word};
use crate::scalar::Scalar;
use crate::telecube::list::{items, text};
use crate::telecube::time;

impl HistoryRow {
    /// What else the row says of the call.
    pub(super) fn details(&self, zone: Tz) -> Value {
        let mut details = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                details.insert(name.into(), value);
            }
        };
        let scalar = |scalar: &Scalar| scalar.text().map(Value::from);
        let talk = items(&self.user_talk);
        put("status", word(&self.status).map(Value::from));
        put(
            "queue",
            talk.first()
                .and_then(|talk| text(talk, "status"))
                .map(Value::from),
        );
        put("destination", scalar(&self.destination));
        put("cost", scalar(&self.cost));
        let notes = self.note_count();
        put("notes", (notes > 0).then(|| notes.into()));
        let receiver = ["internal", "uuid", "firstName", "lastName"];
        put("receivers", chosen(&self.receivers(), &receiver));
        let flag = ["name", "uuid", "color", "relUuid"];
        put("flags", chosen(&items(&self.flags), &flag));
        let caller = ["type", "uuid", "firstName", "lastName", "name"];
        put(
            "caller",
            chosen(&[self.outside()], &caller).map(|mut callers| callers[0].take()),
        );
        // The first of both was taken.
        let twice = self
            .call_date
            .text()
            .filter(|text| time::occurs_twice(text, zone));
        put("ambiguous_time", twice.map(Value::from));
        Value::Object(details)
    }
}

/// Of each object the fields that are wanted and there; None if nothing is.
fn chosen(objects: &[&Value], fields: &[&str]) -> Option<Value> {
    let object = |object: &&Value| {
        let fields = fields.iter();
        let fields = fields.filter_map(|field| Some(((*field).to_owned(), text(object, field)?)));
        let fields: Map<_, _> = fields.map(|(field, text)| (field, text.into())).collect();
        (!fields.is_empty()).then_some(Value::Object(fields))
    };
    let objects: Vec<_> = objects.iter().filter_map(object).collect();
    (!objects.is_empty()).then(|| json!(objects))
}
