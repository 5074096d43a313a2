//! What a request's body must be: every field that is required, none that is unknown, each
//! of its type.

use serde_json::{Map, Value};

use crate::api::Refusal;

/// A body that is against the rules.
pub fn bad(message: impl Into<String>) -> Refusal {
    Refusal(422, message.into())
}

/// An object with all the required fields and no others than the optional ones.
pub fn object<'a>(
    value: &'a Value,
    name: &str,
    required: &[&str],
    optional: &[&str],
) -> Result<&'a Map<String, Value>, Refusal> {
    let fields = value
        .as_object()
        .ok_or_else(|| bad(format!("{name} must be an object")))?;
    if let Some(missing) = required.iter().find(|field| !fields.contains_key(**field)) {
        return Err(bad(format!("{name}.{missing} is required")));
    }
    let is_known =
        |field: &&String| required.contains(&field.as_str()) || optional.contains(&field.as_str());
    match fields.keys().find(|field| !is_known(field)) {
        Some(unknown) => Err(bad(format!("{name}.{unknown} is not permitted"))),
        None => Ok(fields),
    }
}

pub fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, Refusal> {
    value
        .as_array()
        .ok_or_else(|| bad(format!("{name} must be a list")))
}

pub fn integer(fields: &Map<String, Value>, name: &str) -> Result<i64, Refusal> {
    fields[name]
        .as_i64()
        .ok_or_else(|| bad(format!("{name} must be an integer")))
}

pub fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    fields[name]
        .as_str()
        .ok_or_else(|| bad(format!("{name} must be a string")))
}

/// A text that may be left out.
pub fn optional_text<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        Some(_) => text(fields, name).map(Some),
        None => Ok(None),
    }
}

/// One of the words, if the field is there.
pub fn word<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
    words: &[&str],
) -> Result<Option<&'a str>, Refusal> {
    match optional_text(fields, name)? {
        Some(word) if !words.contains(&word) => {
            Err(bad(format!("{name} must be one of {}", words.join(", "))))
        }
        word => Ok(word),
    }
}
