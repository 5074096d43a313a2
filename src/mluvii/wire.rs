//! Forms that many fields of mluvii's answers have: lists, words, truth values.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::scalar::Scalar;

/// A list; null and `{}` are empty ones.
#[derive(Debug)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = match Value::deserialize(deserializer)? {
            Value::Null => Vec::new(),
            Value::Object(fields) if fields.is_empty() => Vec::new(),
            Value::Array(items) => items,
            other => return Err(Error::custom(format!("{other} where a list is expected"))),
        };
        let items = items.into_iter().map(serde_json::from_value);
        let items: Result<_, _> = items.collect();
        items.map(Self).map_err(Error::custom)
    }
}

/// A word of the API in small letters alone: `NO_ANSWER` and `NoAnswer` are `noanswer`.
pub fn word(field: &Scalar) -> Option<String> {
    let letters = field.text()?.chars().filter(|sign| sign.is_alphabetic());
    Some(letters.flat_map(char::to_lowercase).collect())
}

pub fn is_true(field: &Scalar) -> bool {
    matches!(field.text(), Some(text) if text == "1" || text.eq_ignore_ascii_case("true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_has_three_forms() {
        let read = |text: &str| serde_json::from_str::<List<Scalar>>(text).map(|list| list.0.len());
        for (text, count) in [("null", 0), ("{}", 0), ("[]", 0), (r#"["a",1]"#, 2)] {
            assert_eq!(read(text).unwrap(), count, "{text}");
        }
        for text in [r#"{"a":1}"#, "7", r#""a""#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
