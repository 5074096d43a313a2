//! The party outside the organisation: its number and its name.

use serde_json::Value;

use crate::call::Party;
use crate::phone::{PhoneNumber, Region};
use crate::telecube::list::{items, text};

/// The number of the first of these parties that has one.
pub fn client(parties: [&Value; 2], region: Region) -> Party {
    let parties = parties.into_iter().flat_map(items);
    let mut numbers = parties.filter_map(|party| number(party, region));
    numbers.next().unwrap_or(Party::Hidden)
}

/// An international number comes without its plus sign, but its formatted twin has it.
fn number(party: &Value, region: Region) -> Option<Party> {
    let formatted = text(party, "numberFormatted").or_else(|| text(party, "number"));
    let given = text(party, "numberNotFormatted").or_else(|| formatted.clone())?;
    let is_same =
        |formatted: &String| formatted.starts_with('+') && digits(formatted) == digits(&given);
    let international = formatted.filter(is_same);
    let number = match &international {
        Some(international) => PhoneNumber::parse(international, region),
        None => PhoneNumber::parse(&given, region)
            .or_else(|| PhoneNumber::parse(&format!("+{given}"), region)),
    };
    Some(number.map_or(Party::Other(given), Party::Number))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The name of a person or an organisation that the account knows.
pub fn name(party: &Value) -> Option<String> {
    let person: Vec<_> = ["firstName", "lastName"]
        .iter()
        .filter_map(|field| text(party, field))
        .collect();
    if person.is_empty() {
        text(party, "name")
    } else {
        Some(person.join(" "))
    }
}
