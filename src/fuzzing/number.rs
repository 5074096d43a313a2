//! Phone numbers.

use super::{first_line, poland, text_of};
use crate::call::Party;
use crate::phone::{self, PhoneNumber, Region};
use crate::text;

/// Countries with numbers of other lengths and trunk codes than Poland's.
const REGIONS: [&str; 5] = ["DE", "IT", "PL", "RU", "US"];

/// The first line may be a country, the next one a country code; the rest is a number.
pub fn phone_numbers(bytes: &[u8]) {
    let text = text_of(bytes);
    let (country, rest) = first_line(&text);
    let region = country.parse().unwrap_or(poland());
    let (code, local) = first_line(rest);
    let numbers = [
        PhoneNumber::parse(&text, region),
        PhoneNumber::parse(local, region),
        PhoneNumber::from_parts(code, local, region),
    ];
    numbers.iter().flatten().for_each(assert_number);
    let (valid, _) = PhoneNumber::parse_all(local, region);
    for (place, number) in valid.iter().enumerate() {
        assert_number(number);
        assert!(!valid[..place].contains(number));
    }
}

/// A number that any form of it gives again, in any country.
pub fn assert_number(number: &PhoneNumber) {
    let e164 = number.as_str();
    let digits = e164.strip_prefix('+').unwrap();
    assert!((5..=17).contains(&digits.len()), "{e164}");
    assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{e164}");
    let bracketed = phone::bracketed(e164).unwrap();
    let hyphenated = number.hyphenated();
    let (code, national) = hyphenated.split_once('-').unwrap();
    for region in REGIONS.map(|code| code.parse::<Region>().unwrap()) {
        let same = Some(number);
        assert_eq!(PhoneNumber::parse(e164, region).as_ref(), same);
        assert_eq!(PhoneNumber::parse(&bracketed, region).as_ref(), same);
        assert_eq!(
            PhoneNumber::from_parts(code, national, region).as_ref(),
            same
        );
    }
    assert!(!number.masked().contains(national), "{e164}");
    assert_masked(number);
}

/// Neither a log nor an error shows the number.
fn assert_masked(number: &PhoneNumber) {
    let forms = [number.to_string(), number.hyphenated()];
    for shown in forms.map(|form| text::quoted(&form)) {
        assert!(!shown.contains(number.national()), "{shown}");
    }
}

pub fn assert_party(party: &Party) {
    match party {
        Party::Number(number) => assert_number(number),
        Party::Other(text) => assert!(!text.is_empty() && !text.contains('\0'), "{text:?}"),
        Party::Hidden => {}
    }
}
