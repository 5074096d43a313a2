//! The numbers that a record mentions, wherever they stand in it and however they are
//! written.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{LONGEST_TEXT, PhoneNumber, Region, SEPARATORS, is_digit, is_invisible, plain};

/// Signs that may stand between two groups of a number's digits: `48) (600`.
const MAX_GAP: usize = 3;
/// How many digits a number has with its country code, and with `00` before that.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=17;
/// A country code has no more digits.
const LONGEST_CODE: usize = 3;
/// A record with more digits and parts than a call's row ever has is not looked through.
const MAX_CANDIDATES: usize = 5_000;

/// The numbers that a record, JSON or any other text, may mention: E.164, and texts that may
/// be no valid number as they stand there. None: so many that it may be any number.
pub fn mentioned(record: &str, region: Region) -> Option<BTreeSet<String>> {
    let mut found = Mentioned {
        region,
        numbers: BTreeSet::new(),
        candidates: 0,
    };
    // The text itself too: a name may stand in JSON twice, and its end may be missing.
    found.add_groups(record);
    if let Ok(value) = serde_json::from_str(record) {
        found.add_value("", &value);
    }
    (found.candidates <= MAX_CANDIDATES).then_some(found.numbers)
}

struct Mentioned {
    region: Region,
    numbers: BTreeSet<String>,
    /// How many texts were tried.
    candidates: usize,
}

/// Digits that stand together.
struct Group {
    digits: String,
    /// Whether they may go on the number that the group before them began.
    may_go_on: bool,
}

impl Mentioned {
    /// `name`: of the field, empty if it has none.
    fn add_value(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.add_text(name);
                    self.add_value(name, value);
                }
                self.add_pairs(fields.values());
            }
            Value::Array(items) => {
                items.iter().for_each(|value| self.add_value(name, value));
                self.add_pairs(items.iter());
            }
            scalar => {
                if let Some(text) = text_of(scalar) {
                    self.add_text(&text);
                    self.add_as_it_is(name, &text);
                }
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        self.add(PhoneNumber::parse(text, self.region));
        self.add_groups(text);
    }

    /// What may be no valid number. A short one may be anything, unless its field is a
    /// number's.
    fn add_as_it_is(&mut self, name: &str, text: &str) {
        let name = name.to_lowercase();
        let digits = text.chars().filter(|c| is_digit(*c)).count();
        let is_numbers = digits > 0 && ["number", "phone"].iter().any(|word| name.contains(word));
        let is_short = text.chars().nth(LONGEST_TEXT).is_none();
        if is_short && (is_numbers || digits >= *DIGITS.start()) {
            self.numbers.insert(text.trim().to_owned());
        }
    }

    /// Country codes and local numbers that stand beside each other.
    fn add_pairs<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        let texts: BTreeSet<String> = values.filter_map(text_of).collect();
        let is_code = |text: &&String| {
            let digits = text.trim().trim_start_matches(['+', '0']);
            (1..=LONGEST_CODE).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_long = |text: &&String| text.chars().filter(|c| is_digit(*c)).count() > LONGEST_CODE;
        for code in texts.iter().filter(is_code) {
            for local in texts.iter().filter(is_long) {
                if self.may_try() {
                    self.add(PhoneNumber::from_parts(code, local, self.region));
                }
            }
        }
    }

    /// Every number that digits of a text make, together or in groups.
    fn add_groups(&mut self, text: &str) {
        let groups = groups(text);
        for first in 0..groups.len() {
            let mut digits = String::new();
            for (place, group) in groups[first..].iter().enumerate() {
                if place > 0 && !group.may_go_on {
                    break;
                }
                digits.push_str(&group.digits);
                if digits.len() > *DIGITS.end() {
                    break;
                }
                if DIGITS.contains(&digits.len()) {
                    self.add_digits(&digits);
                }
            }
        }
    }

    fn add_digits(&mut self, digits: &str) {
        if self.may_try() {
            self.add(PhoneNumber::read(digits, self.region));
            if !digits.starts_with('0') {
                self.add(PhoneNumber::read(&format!("+{digits}"), self.region));
            }
        }
    }

    fn may_try(&mut self) -> bool {
        self.candidates += 1;
        self.candidates <= MAX_CANDIDATES
    }

    fn add(&mut self, number: Option<PhoneNumber>) {
        self.numbers.extend(number.map(|number| number.e164));
    }
}

fn text_of(scalar: &Value) -> Option<String> {
    match scalar {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut gap, mut is_within) = (Some(0), false);
    for c in text.chars().filter(|c| !is_invisible(*c)).map(plain) {
        if !c.is_ascii_digit() {
            is_within = false;
            let may_go_on = SEPARATORS.contains(&c);
            gap = gap
                .filter(|gap| may_go_on && *gap < MAX_GAP)
                .map(|gap| gap + 1);
            continue;
        }
        if !is_within {
            groups.push(Group {
                digits: String::new(),
                may_go_on: gap.is_some(),
            });
        }
        if let Some(group) = groups.last_mut() {
            group.digits.push(c);
        }
        (gap, is_within) = (Some(0), true);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(record: &str, number: &str) -> bool {
        let region = "PL".parse().unwrap();
        mentioned(record, region).is_none_or(|numbers| numbers.contains(number))
    }

    #[test]
    fn a_number_is_found_in_any_notation_and_any_place() {
        for record in [
            r#"{"client_number": "600100200"}"#,
            r#"{"client_number": 600100200}"#,
            r#"{"client": {"numbers": [null, true, "48 600-100-200"]}}"#,
            r#"{"client": 48600100200}"#,
            r#"{"client": 48600100200.0}"#,
            r#"{"client": 4.86001002e10}"#,
            r#"{"client": "+48 (0) 600 100 200"}"#,
            r#"{"client": "0048600100200"}"#,
            r#"{"client": "tel. 600 100 200 wew. 12"}"#,
            r#"{"client": "\u0036\u0030\u0030\u0031\u0030\u0030\u0032\u0030\u0030"}"#,
            r#"{"client": "６００１００２００"}"#,
            r#"{"client": "6\u200b00 100 200"}"#,
            r#"{"+48600100200": 1}"#,
            r#"{"client": "600100200", "client": null}"#,
            r#"{"text": "{\"phone\": \"48600100200\"}"}"#,
            r#"{"note": "Jan prosi o telefon pod 600 100 200, 28 lipca 2026"}"#,
            r#"["r-1", "2026-07-28 10:41:09", "60", "48600100200", "ok"]"#,
            "no JSON: 600 100 200; more",
            r#"{"client": "48-600100200", "cut o"#,
            "600100200",
        ] {
            assert!(mentions(record, "+48600100200"), "{record}");
        }
    }

    #[test]
    fn a_number_of_another_country_is_found_with_its_code_beside_it() {
        for record in [
            r#"{"client_country_code": "49", "client_number": "15123456789"}"#,
            r#"{"client_country_code": 49, "client_number": "0151 23456789"}"#,
            r#"{"client": "+49 151 23456789"}"#,
            r#"{"client": "0049-151-23456789"}"#,
            r#"{"client": 4915123456789}"#,
        ] {
            assert!(mentions(record, "+4915123456789"), "{record}");
        }
    }

    #[test]
    fn what_is_no_number_is_found_as_it_stands_there() {
        assert!(mentions(r#"{"clientNumber": " *100# "}"#, "*100#"));
        assert!(mentions(r#"{"phones": [112]}"#, "112"));
        assert!(mentions(r#"["sip:79999999999@a"]"#, "sip:79999999999@a"));
        assert!(!mentions(r#"{"client": "", "duration": 112}"#, "112"));
    }

    #[test]
    fn other_numbers_are_not_taken_for_it() {
        for record in [
            "",
            r#"{"client_number": "600100201", "duration": 200}"#,
            r#"{"id": "c-600", "day": "100", "duration": "200"}"#,
            r#"{"id": 1600100200}"#,
            r#"{"times": "600:100:200"}"#,
            "600\n100\n200",
        ] {
            assert!(!mentions(record, "+48600100200"), "{record}");
        }
    }

    #[test]
    fn a_record_with_more_digits_than_can_be_looked_through_may_mention_any() {
        let record = "1 ".repeat(MAX_CANDIDATES);
        assert!(mentions(&record, "+48600100200"));
    }
}
