//! A number that is looked for in texts, however it is written there.

use super::{PhoneNumber, Region, SEPARATORS, is_digit, is_invisible, masked_text, plain};

/// Fewer digits than that would occur in many texts by chance.
const MIN_DIGITS: usize = 7;
/// Separators in a row within a number: `48 (600)`.
const MAX_SEPARATORS: usize = 2;

#[derive(Clone, Debug)]
pub struct SoughtNumber {
    /// As the database holds it.
    stored: String,
    /// None: too few digits to look for them in a longer text.
    digits: Option<Digits>,
}

#[derive(Clone, Debug)]
struct Digits {
    country_code: String,
    /// Without the country code.
    national: String,
}

impl SoughtNumber {
    /// A number as a person wrote it; one that is not valid, as a system may have sent it.
    /// None: it has no digit.
    pub fn parse(given: &str, region: Region) -> Option<Self> {
        match PhoneNumber::parse(given, region) {
            Some(number) => Some(Self::valid(&number)),
            None => Self::as_received(given.trim()),
        }
    }

    /// A number as the database holds it. None: it has no digit.
    pub fn stored(text: &str, region: Region) -> Option<Self> {
        let number = PhoneNumber::parse(text, region);
        let number = number.filter(|number| number.as_str() == text);
        match number {
            Some(number) => Some(Self::valid(&number)),
            None => Self::as_received(text),
        }
    }

    fn valid(number: &PhoneNumber) -> Self {
        let (country_code, national) = (&number.e164[1..number.code_end], number.national());
        let digits = match national.len() {
            MIN_DIGITS.. => (country_code.to_owned(), national.to_owned()),
            _ => (String::new(), number.e164[1..].to_owned()),
        };
        Self {
            stored: number.e164.clone(),
            digits: Digits::new(digits),
        }
    }

    fn as_received(text: &str) -> Option<Self> {
        let digits: String = text
            .chars()
            .map(plain)
            .filter(char::is_ascii_digit)
            .collect();
        (!digits.is_empty()).then(|| Self {
            stored: text.to_owned(),
            digits: Digits::new((String::new(), digits)),
        })
    }

    /// As the database holds it: E.164, or as it was received.
    pub fn as_str(&self) -> &str {
        &self.stored
    }

    /// Whether its digits are enough to find it in a longer text.
    pub fn is_long(&self) -> bool {
        self.digits.is_some()
    }

    /// Whether the text is the number or holds it, in whatever spelling. A short one is not
    /// found in a longer text.
    pub fn is_in(&self, text: &str) -> bool {
        match &self.digits {
            Some(digits) => runs(text).any(|run| digits.are_in(&run)),
            None => text.trim() == self.stored,
        }
    }

    /// The text with stars in place of its numbers.
    pub fn masked_in(&self, text: &str) -> String {
        let masked = masked_text(text);
        match self.is_in(&masked) {
            // In a spelling that no log has to expect.
            true => masked.replace(is_digit, "*"),
            false => masked,
        }
    }
}

impl Digits {
    fn new((country_code, national): (String, String)) -> Option<Self> {
        (national.len() >= MIN_DIGITS).then_some(Self {
            country_code,
            national,
        })
    }

    /// Whether the run holds them from the beginning of a word to the end of one, also
    /// behind a country code or zeros.
    fn are_in(&self, run: &Run) -> bool {
        let mut places = run.digits.match_indices(&self.national);
        places.any(|(start, _)| {
            let end = start + self.national.len();
            let is_end = end == run.digits.len() || run.starts.contains(&end);
            let word = run.starts.iter().rev().find(|word| **word <= start);
            let before = &run.digits[word.copied().unwrap_or(0)..start];
            is_end && self.may_stand_before(before)
        })
    }

    fn may_stand_before(&self, digits: &str) -> bool {
        match digits.trim_start_matches('0') {
            "" => true,
            code if code == self.country_code => true,
            // A trunk 0 may follow it.
            code => code.strip_suffix('0') == Some(&self.country_code),
        }
    }
}

/// Digits with hardly anything between them.
#[derive(Debug, Default)]
struct Run {
    digits: String,
    /// Where its words start.
    starts: Vec<usize>,
}

/// The runs of digits of a text.
fn runs(text: &str) -> impl Iterator<Item = Run> {
    let mut chars = text.chars();
    std::iter::from_fn(move || next_run(&mut chars))
}

fn next_run(chars: &mut impl Iterator<Item = char>) -> Option<Run> {
    let (mut run, mut separators) = (Run::default(), 0);
    for c in chars.filter(|c| !is_invisible(*c)) {
        match plain(c) {
            digit @ '0'..='9' => {
                if run.digits.is_empty() || separators > 0 {
                    run.starts.push(run.digits.len());
                }
                run.digits.push(digit);
                separators = 0;
            }
            _ if run.digits.is_empty() => {}
            sign if SEPARATORS.contains(&sign) && separators < MAX_SEPARATORS => separators += 1,
            _ => break,
        }
    }
    (!run.digits.is_empty()).then_some(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sought(given: &str) -> SoughtNumber {
        SoughtNumber::parse(given, "PL".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_number_is_found_in_every_spelling() {
        let number = sought("600 100 200");
        assert_eq!(number.as_str(), "+48600100200");
        for text in [
            "600100200",
            "48600100200",
            "+48600100200",
            "0048600100200",
            "0600100200",
            "48 600-100-200",
            "+48 (0) 600 100 200",
            "480600100200",
            "(+48)\u{a0}600\u{2011}100\u{200b}200",
            "６００１００２００",
            "600100200.0",
            "tel600100200wew12",
            "od 2026-07-28 600100200 do 601200301",
            "600100201 600100200 600100202",
            "oddzwonić na 600 100 200, pilne",
        ] {
            assert!(number.is_in(text), "{text}");
        }
        for text in [
            "",
            "600100201",
            "6001002001",
            "1600100200",
            "49600100200",
            "600100 a 200",
            "600100   200",
        ] {
            assert!(!number.is_in(text), "{text}");
        }
    }

    #[test]
    fn a_foreign_number_is_found_without_its_country_code() {
        let number = sought("+49 1512 3456789");
        for text in [
            "4915123456789",
            "15123456789",
            "015123456789",
            "+4915123456789",
        ] {
            assert!(number.is_in(text), "{text}");
        }
        assert!(sought("+40 721 234 567").is_in("0040721234567"));
        // Seven digits of another number.
        assert!(!sought("+372 512 3456").is_in("605123456"));
    }

    #[test]
    fn a_number_is_masked_in_every_spelling() {
        let number = sought("600100200");
        for (text, masked) in [
            ("no 48-600100200 at 10", "no *****200 at 10"),
            ("no 600/100/200 at 10", "no ***/***/*** at **"),
            ("no a600100200", "no a*********"),
        ] {
            assert_eq!(number.masked_in(text), masked);
        }
    }

    #[test]
    fn a_short_number_is_found_alone() {
        let number = sought(" 112 ");
        assert_eq!((number.as_str(), number.is_long()), ("112", false));
        assert!(number.is_in("112") && number.is_in(" 112"));
        assert!(!number.is_in("112 s") && !number.is_in("+48112"));
        assert!(sought("sip:79999999999@example.com").is_in("79999999999"));
        assert!(SoughtNumber::parse("zastrzeżony", "PL".parse().unwrap()).is_none());
    }
}
