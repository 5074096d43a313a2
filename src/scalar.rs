//! A field that live accounts send as text, as a number, or not at all.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::tolerant_json;

/// Text without the white space around it, and with U+FFFD for each NUL, behind which SQLite
/// and C see nothing. Numbers and truth values become text;
/// what is empty, null, absent or of another shape is none.
#[derive(Clone, Debug, Default)]
pub struct Scalar(pub Option<String>);

impl Scalar {
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub fn whole_number<T: std::str::FromStr>(&self) -> Option<T> {
        let text = self.text()?;
        text.strip_suffix(".0").unwrap_or(text).parse().ok()
    }
}

/// One field of an object, whatever is wrong with the other ones.
pub fn field(object: &str, name: &str) -> Scalar {
    let fields = tolerant_json::from_str(object);
    let mut fields: HashMap<String, Box<RawValue>> = fields.unwrap_or_default();
    let value = fields.remove(name);
    value
        .and_then(|value| tolerant_json::from_str(value.get()).ok())
        .unwrap_or_default()
}

impl From<Value> for Scalar {
    fn from(value: Value) -> Self {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => return Self(None),
        };
        let text = match text.contains('\0') {
            true => text.replace('\0', "\u{fffd}"),
            false => text,
        };
        let trimmed = text.trim();
        Self(match trimmed.len() {
            0 => None,
            length if length == text.len() => Some(text),
            _ => Some(trimmed.to_owned()),
        })
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}
