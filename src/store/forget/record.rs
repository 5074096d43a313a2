//! Whether a record, as a system sent it, is about a number.

use serde_json::Value;

use crate::phone::SoughtNumber;

/// Whether a record holds the number in any of its fields. One that is no JSON is looked
/// through as a text.
pub fn holds(record: &str, number: &SoughtNumber) -> bool {
    if number.is_long() && number.is_in(record) {
        return true;
    }
    // An escape may stand among the digits.
    let value: Option<Value> = serde_json::from_str(record).ok();
    value.is_some_and(|value| value_holds(&value, "", number))
}

/// `name`: of the field, empty if it has none.
fn value_holds(value: &Value, name: &str, number: &SoughtNumber) -> bool {
    let may_be_short = || ["number", "phone"].iter().any(|word| name.contains(word));
    match value {
        Value::Array(items) => items.iter().any(|item| value_holds(item, name, number)),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            number.is_long() && number.is_in(name)
                || value_holds(value, &name.to_lowercase(), number)
        }),
        Value::String(text) => (number.is_long() || may_be_short()) && number.is_in(text),
        Value::Number(digits) => {
            (number.is_long() || may_be_short()) && number.is_in(&digits.to_string())
        }
        Value::Null | Value::Bool(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(record: &str, number: &str) -> bool {
        let number = SoughtNumber::parse(number, "PL".parse().unwrap()).unwrap();
        super::holds(record, &number)
    }

    #[test]
    fn a_record_holds_a_number_in_any_field_and_spelling() {
        for record in [
            r#"{"client_number": "600100200"}"#,
            r#"{"client_number": 600100200}"#,
            r#"{"client_number": 48600100200.0, "duration": 6}"#,
            r#"{"from": [{"numbers": ["+48 600-100-200"]}]}"#,
            r#"{"note": "oddzwonić: 600 100\u00a0200"}"#,
            r#"{"number": "\u0036001002\u00300"}"#,
            r#"["7001", "0048600100200", null]"#,
            "<p>600-100-200</p>",
            r#"{"client_number": "600100200""#,
        ] {
            assert!(holds(record, "600100200"), "{record}");
        }
        for record in [
            r#"{"client_number": "600100201", "at": "600", "id": "100200"}"#,
            r#"{"client_country_code": "600", "client_number": "100200"}"#,
            "[600, 100, 200]",
            "",
        ] {
            assert!(!holds(record, "600100200"), "{record}");
        }
    }

    #[test]
    fn a_short_number_is_looked_for_where_numbers_stand() {
        assert!(holds(r#"{"clientNumber": "112", "duration": 5}"#, "112"));
        assert!(holds(r#"{"phone_number": 112}"#, "112"));
        assert!(!holds(
            r#"{"client_number": "601200301", "duration": 112}"#,
            "112"
        ));
        assert!(!holds("112", "112"));
    }
}
