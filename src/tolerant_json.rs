//! JSON from telephony systems. A string that is not as JSON demands is repaired where its
//! meaning is clear, so that it costs neither its record nor the answer.

use serde::de::DeserializeOwned;

/// Reads JSON as it is, else with its strings repaired.
pub fn from_str<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|error| {
        let repaired = repaired(text);
        match repaired == text {
            true => Err(error),
            // A text that is no JSON at all is told by what is wrong with it as it came.
            false => serde_json::from_str(&repaired).map_err(|_| error),
        }
    })
}

/// In strings, a control character becomes its escape, half a surrogate pair becomes U+FFFD,
/// and a backslash that begins no escape stands for itself.
fn repaired(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut is_in_string = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' if is_in_string => {
                let (escape, length) = escape(rest);
                repaired.push_str(escape);
                length
            }
            '\0'..' ' if is_in_string => {
                repaired.push_str(&format!("\\u{:04x}", u32::from(c)));
                1
            }
            _ => {
                is_in_string ^= c == '"';
                repaired.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    repaired
}

/// The escape at the start of the text, repaired, and its length as it came.
fn escape(text: &str) -> (&str, usize) {
    let is_low = |unit| matches!(unit, Some(0xDC00..=0xDFFF));
    match (text.as_bytes().get(1), code_unit(text)) {
        (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => (&text[..2], 2),
        (_, None) => (r"\\", 1),
        (_, Some(0xD800..=0xDBFF)) if is_low(code_unit(&text[6..])) => (&text[..12], 12),
        (_, Some(0xD800..=0xDFFF)) => (r"\ufffd", 6),
        (_, Some(_)) => (&text[..6], 6),
    }
}

/// The number of an escape such as `\u0142`.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix(r"\u")?.get(..4)?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_string_that_json_forbids_is_repaired() {
        for (text, value) in [
            ("\"a\tb\r\nc\0\"", "a\tb\r\nc\0"),
            (r#""Jan \ud83d""#, "Jan \u{fffd}"),
            (r#""\uD83D\n\uDC4b""#, "\u{fffd}\n\u{fffd}"),
            (r#""\ud83d\ud83d\udc4b\udc4b""#, "\u{fffd}👋\u{fffd}"),
            (r#""\ud83d\u0142""#, "\u{fffd}ł"),
            (
                r#""C:\Users\x41\'\u12G4\u+123""#,
                r"C:\Users\x41\'\u12G4\u+123",
            ),
            ("\"\\u12\tł\"", "\\u12\tł"),
            ("\"\\\u{1}\"", "\\\u{1}"),
            (r#""\"\\\ud83d\\""#, "\"\\\u{fffd}\\"),
        ] {
            assert_eq!(from_str::<Value>(text).unwrap(), value, "{text}");
        }
        let rows = "{\n\t\"a\t\": [\"\t\", \"\\\\\", 1],\n\"b\": {}}";
        let value: Value = from_str(rows).unwrap();
        assert_eq!(value, json!({"a\t": ["\t", "\\", 1], "b": {}}));
    }

    #[test]
    fn good_json_stays_as_it_is() {
        for text in [
            "{\n\t\"a\": [1, null, \"\\u0009\\t\\/\\b\\f\\\"\\\\\"]\r\n}",
            r#""\ud83d\udc4b Żółć \u0142""#,
            "",
        ] {
            assert_eq!(repaired(text), text);
        }
    }

    #[test]
    fn what_is_no_json_is_told_as_it_came() {
        for text in ["<p class=\"a\tb\">\\", "\"\t", "{\"a\": \"\t\" 1}", "\"\\"] {
            let error = from_str::<Value>(text).unwrap_err().to_string();
            let expected = serde_json::from_str::<Value>(text).unwrap_err();
            assert_eq!(error, expected.to_string());
        }
    }
}
