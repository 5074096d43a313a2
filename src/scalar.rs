//! A field that live accounts send as text, as a number, or not at all.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Text without the white space around it. Numbers and truth values become text;
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

impl From<Value> for Scalar {
    fn from(value: Value) -> Self {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => return Self(None),
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
