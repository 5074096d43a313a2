//! What stands behind the `?` of a request's target.

use serde_json::{Map, Value};

/// `page_no=2&emp_numbers=48-600100200,48-600100201`
pub fn typed(query: &str) -> Value {
    let value = |name: &str, value: &str| match value.parse::<i64>() {
        _ if name.ends_with("s") => value.replace("%2C", ",").split(',').collect(),
        Ok(number) => number.into(),
        Err(_) => value.into(),
    };
    let fields: Map<_, _> = fields(query)
        .map(|(name, text)| (name.to_owned(), value(name, text)))
        .collect();
    if fields.is_empty() {
        Value::Null
    } else {
        fields.into()
    }
}

/// `page=2&dateFrom=2026-10-25%2008%3A00%3A00`. A plus stays one.
pub fn texts(query: &str) -> Value {
    let fields = fields(query).map(|(name, text)| (decoded(name), decoded(text).into()));
    Value::Object(fields.collect())
}

/// `Status=CLOSED&Status=ACTIVE&limit=200`: a name that stands several times has a list.
pub fn lists(query: &str) -> Value {
    let mut lists = Map::new();
    for (name, text) in fields(query) {
        let text = Value::from(decoded(text));
        match lists.get_mut(&decoded(name)) {
            Some(Value::Array(several)) => several.push(text),
            Some(one) => *one = Value::Array(vec![one.take(), text]),
            None => drop(lists.insert(decoded(name), text)),
        }
    }
    lists.into()
}

/// A form, where a plus is a space.
pub fn form(body: &str) -> Value {
    texts(&body.replace('+', "%20"))
}

fn fields(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter_map(|field| field.split_once('='))
}

/// A percent sign without two hexadecimal digits after it stands for itself.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        bytes.push(escaped.map_or(*first, |(high, low)| high << 4 | low));
        rest = if escaped.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    Some(char::from(digit).to_digit(16)? as u8)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_decoded_and_a_plus_is_no_space() {
        for (query, expected) in [
            ("", json!({})),
            ("page=2", json!({"page": "2"})),
            ("a=1%202%3A3&b=%C4%85", json!({"a": "1 2:3", "b": "ą"})),
            ("a=1+2&b=%2B", json!({"a": "1+2", "b": "+"})),
            ("a=%&b=%2&c=%zz", json!({"a": "%", "b": "%2", "c": "%zz"})),
        ] {
            assert_eq!(texts(query), expected, "{query}");
        }
    }

    #[test]
    fn a_name_may_stand_several_times_and_a_form_has_spaces() {
        let query = "Status=CLOSED&limit=2&Status=ACW&Status=BCW";
        let expected = json!({"Status": ["CLOSED", "ACW", "BCW"], "limit": "2"});
        assert_eq!(lists(query), expected);
        assert_eq!(form("a=1+2&b=%2B"), json!({"a": "1 2", "b": "+"}));
    }
}
