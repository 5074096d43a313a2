//! The columns of a report: what a question may say of one, what it shows of a call, and
//! which calls its filter lets through.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::body::{bad, integer, object, optional_text, word};
use super::{Dialog, DialogCall};
use crate::api::Refusal;

const PHONE: &str = "phone_number";

/// Every call has these, and the type that answers give them.
const KNOWN: [(&str, &str); 5] = [
    ("call_id", "text"),
    ("call_time", "datetime"),
    ("call_duration", "number"),
    ("call_result", "text"),
    (PHONE, "text"),
];

pub struct Column {
    pub name: String,
    display_name: String,
    kind: &'static str,
    filter: Option<(String, String)>,
    sorting: Option<String>,
}

impl Column {
    /// All that the project has, where a question names none.
    pub fn all(dialog: &Dialog) -> Vec<Self> {
        let own = dialog.calls.iter().flat_map(|call| call.extra.keys());
        let mut columns: Vec<_> = KNOWN.iter().map(|(name, _)| Self::plain(name)).collect();
        for name in own {
            if columns.iter().all(|column| column.name != *name) {
                columns.push(Self::plain(name));
            }
        }
        columns
    }

    fn plain(name: &str) -> Self {
        let kind = KNOWN.iter().find(|known| known.0 == name);
        Self {
            name: name.into(),
            display_name: name.into(),
            kind: kind.map_or("text", |known| known.1),
            filter: None,
            sorting: None,
        }
    }

    pub fn read(dialog: &Dialog, value: &Value) -> Result<Self, Refusal> {
        let optional = [
            "id",
            "display_name",
            "column_type",
            "data_type",
            "filter_type",
            "filter_value",
            "sorting",
        ];
        let fields = object(value, "columns", &["name"], &optional)?;
        if fields.contains_key("id") {
            integer(fields, "id")?;
        }
        optional_text(fields, "column_type")?;
        let types = ["text", "number", "datetime", "dialog", "goal"];
        word(fields, "data_type", &types)?;
        let name = optional_text(fields, "name")?.unwrap_or_default();
        let known = Self::all(dialog);
        let mut column = known
            .into_iter()
            .find(|column| column.name == name)
            .ok_or_else(|| bad(format!("name: no column {name}")))?;
        column.filter = filter(fields)?;
        column.sorting = word(fields, "sorting", &["asc", "desc"])?.map(Into::into);
        if let Some(shown) = optional_text(fields, "display_name")? {
            column.display_name = shown.into();
        }
        Ok(column)
    }

    pub fn described(&self) -> Value {
        json!({"field": self.name, "display_name": self.display_name, "type": self.kind})
    }

    pub fn value(&self, call: &DialogCall) -> Value {
        if let Some(shown) = call.extra.get(&self.name) {
            return shown.clone();
        }
        match self.name.as_str() {
            "call_id" => call.id.clone().into(),
            "call_time" => call.at.format("%Y-%m-%dT%H:%M:%SZ").to_string().into(),
            "call_duration" => call.duration_s.into(),
            "call_result" => call.result.clone().into(),
            PHONE => call.number.clone().into(),
            _ => Value::Null,
        }
    }

    /// A number is compared by its digits.
    pub fn admits(&self, call: &DialogCall) -> bool {
        let Some((kind, wanted)) = &self.filter else {
            return true;
        };
        let shown = self.value(call);
        let (text, wanted) = if self.name == PHONE {
            (digits(&plain_text(&shown)), digits(wanted))
        } else {
            (plain_text(&shown), wanted.clone())
        };
        match kind.as_str() {
            "equal" => text == wanted,
            "contains" => text.contains(&wanted),
            "starts_with" => text.starts_with(&wanted),
            "ends_with" => text.ends_with(&wanted),
            "is_empty" => text.is_empty(),
            "not_empty" => !text.is_empty(),
            "is_true" => text == "true",
            _ => text != "true",
        }
    }

    pub fn compare(&self, one: &DialogCall, other: &DialogCall) -> Ordering {
        let (one, other) = (self.value(one), self.value(other));
        let order = match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            _ => plain_text(&one).cmp(&plain_text(&other)),
        };
        match self.sorting.as_deref() {
            Some("asc") => order,
            Some(_) => order.reverse(),
            None => Ordering::Equal,
        }
    }
}

fn filter(fields: &Map<String, Value>) -> Result<Option<(String, String)>, Refusal> {
    let compared = ["equal", "contains", "starts_with", "ends_with"];
    let alone = ["is_empty", "not_empty", "is_true", "not_true"];
    let kind = word(fields, "filter_type", &[compared, alone].concat())?;
    let value = optional_text(fields, "filter_value")?;
    match (kind, value) {
        (Some(kind), None) if compared.contains(&kind) => {
            Err(bad(format!("filter_value is required with {kind}")))
        }
        (None, Some(_)) => Err(bad("filter_value needs a filter_type")),
        (kind, value) => Ok(kind.map(|kind| (kind.into(), value.unwrap_or_default().into()))),
    }
}

/// A text as it is, another value as JSON, nothing of null.
fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
