//! Numbers of those who were called. Dialog writes them without a plus, though it was told
//! them with one.

use crate::call::Party;
use crate::phone::{PhoneNumber, Region};

/// The number in E.164, as a lead has it, else the text.
pub fn party(text: &str, region: Region) -> Party {
    let mut spellings = spellings(text).into_iter();
    let number = spellings.find_map(|spelling| PhoneNumber::parse(&spelling, region));
    number.map_or_else(|| Party::Other(text.to_owned()), Party::Number)
}

/// How the number may be meant, the likeliest first.
fn spellings(text: &str) -> Vec<String> {
    let plain = text.strip_suffix(".0").unwrap_or(text);
    let is_plain = |c: char| c.is_ascii_digit() || " -()".contains(c);
    if !plain.chars().all(is_plain) {
        return vec![text.to_owned()];
    }
    let digits = digits(plain);
    let after = |first: char| digits.strip_prefix(first).filter(|rest| rest.len() == 10);
    let mut spellings = Vec::new();
    spellings.extend(after('7').map(|rest| format!("+7{rest}")));
    spellings.push(text.to_owned());
    // As it is dialled in Russia.
    spellings.extend(after('8').map(|rest| format!("+7{rest}")));
    spellings.push(format!("+{digits}"));
    spellings
}

pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_by_its_digits() {
        for (text, number) in [
            ("+79999999999", "+79999999999"),
            ("79999999999", "+79999999999"),
            ("79999999999.0", "+79999999999"),
            ("7 (999) 999-99-99", "+79999999999"),
            ("89999999999", "+79999999999"),
            ("8 (351) 247-96-57", "+73512479657"),
            ("+48600100200", "+48600100200"),
            ("48600100200", "+48600100200"),
            ("600100200", "+48600100200"),
            ("4915123456789", "+4915123456789"),
            ("85223456789", "+85223456789"),
        ] {
            let party = party(text, "PL".parse().unwrap());
            assert_eq!(party.as_str(), Some(number), "{text}");
            assert!(matches!(party, Party::Number(_)), "{text}");
        }
        for text in ["112", "70000000000", "sip:79999999999@example.com"] {
            assert_eq!(
                party(text, "PL".parse().unwrap()),
                Party::Other(text.into())
            );
        }
    }
}
