//! A list as TeleCube writes it: an array, an object in place of an array of one, an
//! object numbered from 0 or an empty one (as PHP writes some arrays), or null.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::scalar::Scalar;

/// The items of a list within a row.
pub fn items(list: &Value) -> Vec<&Value> {
    match list {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) if is_numbered(fields.keys()) => fields.values().collect(),
        Value::Object(_) => vec![list],
        _ => Vec::new(),
    }
}

/// A field of an object within a row, in any case: `relUuid` also comes as `reluuid`.
pub fn text(object: &Value, field: &str) -> Option<String> {
    let mut fields = object.as_object()?.iter();
    let (_, value) = fields.find(|(name, _)| name.eq_ignore_ascii_case(field))?;
    Scalar::from(value.clone()).0
}

/// Whether nothing but numbers are the names of an object's fields; also if it has none.
fn is_numbered<'a>(mut names: impl Iterator<Item = &'a String>) -> bool {
    names.all(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The rows of an answer, each as received.
#[derive(Debug, Default)]
pub struct RawRows(pub Vec<Box<RawValue>>);

impl<'de> Deserialize<'de> for RawRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawRowsVisitor)
    }
}

struct RawRowsVisitor;

impl<'de> Visitor<'de> for RawRowsVisitor {
    type Value = RawRows;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<RawRows, A::Error> {
        let mut read = Vec::new();
        while let Some(row) = rows.next_element()? {
            read.push(row);
        }
        Ok(RawRows(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut rows: A) -> Result<RawRows, A::Error> {
        let mut read = Vec::new();
        while let Some((name, row)) = rows.next_entry::<String, Box<RawValue>>()? {
            if !is_numbered([&name].into_iter()) {
                let reason = format!("'{name}' where a list of rows is expected");
                return Err(serde::de::Error::custom(reason));
            }
            read.push(row);
        }
        Ok(RawRows(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_many_forms() {
        for (text, count) in [
            ("[]", 0),
            ("{}", 0),
            ("[{}]", 1),
            (r#"[{"a":1},{"a":2}]"#, 2),
            (r#"{"0":{"a":1},"2":{"a":2}}"#, 2),
        ] {
            let rows: RawRows = serde_json::from_str(text).unwrap();
            assert_eq!(rows.0.len(), count, "{text}");
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(items(&value).len(), count, "{text}");
        }
        let one: Value = serde_json::from_str(r#"{"uuid":"x"}"#).unwrap();
        assert_eq!(items(&one), [&one]);
        assert!(items(&Value::Null).is_empty());
        assert!(serde_json::from_str::<RawRows>(r#"{"uuid":"x"}"#).is_err());
        assert!(serde_json::from_str::<RawRows>("7").is_err());
    }
}
