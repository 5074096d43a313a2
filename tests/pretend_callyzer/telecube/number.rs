//! How TeleCube writes a telephone number.

use serde_json::{Value, json};

/// One side of a call; of a hidden number only that it is unknown.
pub fn party(number: &str) -> Value {
    if number.is_empty() {
        return json!({"type": "unknown"});
    }
    json!({
        "type": "unknown",
        "number": formatted(number),
        "numberNotFormatted": unformatted(number),
    })
}

/// The outside party as a row names it; nothing of a hidden number.
pub fn external(number: &str) -> Value {
    if number.is_empty() {
        return json!({});
    }
    json!({
        "numberNotFormatted": unformatted(number),
        "numberFormatted": formatted(number),
    })
}

/// A number in JSON, too, if it has only digits.
fn unformatted(number: &str) -> Value {
    number
        .parse::<u64>()
        .map_or_else(|_| number.into(), Value::from)
}

/// `+48 601 200 301`; numbers abroad are not grouped, short ones stay as they are.
fn formatted(number: &str) -> String {
    match number.strip_prefix("48") {
        _ if number.len() < 7 || !number.is_ascii() => number.into(),
        Some(rest) if rest.len() == 9 => {
            format!("+48 {} {} {}", &rest[..3], &rest[3..6], &rest[6..])
        }
        _ => format!("+{number}"),
    }
}
