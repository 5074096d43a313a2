//! Phone numbers: parsed from what people, spreadsheets and phones write, and kept in
//! E.164.
//!
//! The library decides what is a valid number. But it reads letters as keypad digits
//! and joins all digits of a text, so this module first cuts out the digits of one
//! number. And it takes longer to load than most commands to run, so a number in the
//! usual Polish form is read without it.

mod mask;
mod mentioned;
mod sought;

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

pub use mask::masked_text;
pub use mentioned::mentioned;
pub use sought::SoughtNumber;

const LONGEST_TEXT: usize = 64;

/// Words that may stand before a number.
const LABELS: &str = "t m nr numer tel telefon telefonu phone kom komórka komórkowy mob mobile";

/// Words that may stand between a number and its extension.
const EXTENSIONS: &str = "w wew wewn wewnętrzny wewnetrzny ext x #";

/// Signs that may stand around numbers and words, as in `="(22) 555 01 02"`.
const SIGNS: &[char] = &[' ', '.', ',', ':', ';', '=', '\'', '"', '(', ')', '[', ']'];

/// Signs that may stand among the digits of one number.
const SEPARATORS: &[char] = &[' ', '-', '.', '/', '(', ')', '[', ']'];

/// The countries that have numbers. The library knows them too, but takes long to load.
const COUNTRIES: &str = "
    AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL
    BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW
    CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE
    GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT
    LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
    NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY
    SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG
    VI VN VU WF WS XK YE YT ZA ZM ZW";

/// The country code of most numbers here.
const POLAND: &str = "+48";

/// ISO 3166 country (setting CALLSYNC_REGION) of numbers written without a country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

impl FromStr for Region {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let code = text.to_ascii_uppercase();
        let mut countries = COUNTRIES.split_whitespace();
        rlibphonenumber::Region::from_code(text)
            .ok()
            .filter(|_| countries.any(|country| country == code))
            .map(Self)
            .ok_or_else(|| format!("'{text}' is not a country: write two letters such as PL"))
    }
}

/// A valid phone number in E.164.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber {
    e164: String,
    /// Where the country code ends in `e164`.
    code_end: usize,
}

impl PhoneNumber {
    /// Reads a number as people write it. None: not one valid number (also
    /// emergency and other short codes, USSD, words, two numbers in one field).
    pub fn parse(text: &str, region: Region) -> Option<Self> {
        let text = plain_text(text)?;
        let digits = dialled(without_extension(without_label(&text)?)?)?;
        Self::read(&digits, region)
    }

    /// Reads several numbers, separated by `|`: the valid ones, each once, and the parts
    /// that are not one valid number.
    pub fn parse_all(text: &str, region: Region) -> (Vec<Self>, Vec<&str>) {
        let (mut valid, mut invalid) = (Vec::new(), Vec::new());
        let parts = text.split('|').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            match Self::parse(part, region) {
                Some(number) if valid.contains(&number) => {}
                Some(number) => valid.push(number),
                None => invalid.push(part),
            }
        }
        (valid, invalid)
    }

    /// Reads a country code and a local number that came apart. The code may be
    /// empty (then `region` counts) or carry a `+` or `00`; the local part may
    /// repeat it or have a trunk 0, and an international prefix there outranks it.
    pub fn from_parts(country_code: &str, local: &str, region: Region) -> Option<Self> {
        let code = country_code.trim().trim_start_matches(['+', '0']);
        if code.is_empty() {
            return Self::parse(local, region);
        }
        match region_of_code(code)? {
            rlibphonenumber::Region::World => Self::parse(&format!("+{code}{local}"), region),
            home => Self::parse(local, Region(home)),
        }
    }

    fn read(digits: &str, region: Region) -> Option<Self> {
        Self::read_polish(digits, region).or_else(|| Self::read_by_library(digits, region))
    }

    /// `+48600100200`, and `600100200` where that is a Polish number.
    fn read_polish(digits: &str, Region(region): Region) -> Option<Self> {
        let is_home = region == rlibphonenumber::Region::PL;
        let national = digits.strip_prefix(POLAND).or(is_home.then_some(digits))?;
        has_polish_form(national).then(|| Self {
            e164: format!("{POLAND}{national}"),
            code_end: POLAND.len(),
        })
    }

    fn read_by_library(digits: &str, Region(region): Region) -> Option<Self> {
        let number = PHONE_NUMBER_UTIL.parse(digits, Some(region)).ok()?;
        if !number.is_valid() && !is_polish(&number) {
            return Self::read_after_trunk_zero(&number);
        }
        let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
        let code_end = e164.len() - number.get_national_significant_number().len();
        Some(Self { e164, code_end })
    }

    /// Where a country has given up its trunk 0, as Poland has, the library
    /// keeps one that is still written: `0 601 234 567`, `+48 (0) 22 555 01 02`.
    fn read_after_trunk_zero(number: &rlibphonenumber::PhoneNumber) -> Option<Self> {
        if !number.italian_leading_zero() || number.number_of_leading_zeros.is_some() {
            return None;
        }
        let home = PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code)?;
        Self::read(&number.national_number.to_string(), Region(home))
    }

    /// `+48600100200`
    pub fn as_str(&self) -> &str {
        &self.e164
    }

    /// `48-600100200`
    pub fn hyphenated(&self) -> String {
        format!("{}-{}", &self.e164[1..self.code_end], self.national())
    }

    /// `600100200`
    pub fn national(&self) -> &str {
        &self.e164[self.code_end..]
    }

    /// `+48*****200`
    pub fn masked(&self) -> String {
        format!(
            "{}*****{}",
            &self.e164[..self.code_end],
            last_three(&self.e164)
        )
    }
}

/// `(+48) 600100200` of an E.164 number, which is not judged again: that takes longer than
/// all else that a list of a million does with it. None: it begins with no country code.
pub fn bracketed(e164: &str) -> Option<String> {
    let digits = e164.strip_prefix('+')?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // No code begins another one. Most have two digits.
    let mut beginnings = [2, 1, 3].iter().filter_map(|length| digits.get(..*length));
    let code = beginnings.find(|code| region_of_code(code).is_some())?;
    Some(format!("(+{code}) {}", &digits[code.len()..]))
}

/// Nine digits that do not begin with 0: every number of the Polish plan has
/// this form, also in ranges that were opened after the library was made.
fn has_polish_form(national: &str) -> bool {
    let is_digits = national.bytes().all(|b| b.is_ascii_digit());
    national.len() == 9 && is_digits && !national.starts_with('0')
}

fn is_polish(number: &rlibphonenumber::PhoneNumber) -> bool {
    number.country_code == 48 && has_polish_form(&number.get_national_significant_number())
}

fn region_of_code(code: &str) -> Option<rlibphonenumber::Region> {
    match code {
        "48" => Some(rlibphonenumber::Region::PL),
        _ => PHONE_NUMBER_UTIL.get_region_for_country_code(code.parse().ok()?),
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(&self.e164)
    }
}

fn last_three(digits: &str) -> &str {
    &digits[digits.len() - 3..]
}

fn is_digit(c: char) -> bool {
    plain(c).is_ascii_digit()
}

/// Lower-case text with plain signs and nothing invisible. None if too long for a
/// number.
fn plain_text(text: &str) -> Option<String> {
    let text = text.trim();
    if text.chars().nth(LONGEST_TEXT).is_some() {
        return None;
    }
    let visible = text.chars().filter(|c| !is_invisible(*c));
    Some(visible.map(plain).flat_map(char::to_lowercase).collect())
}

/// Soft hyphen, marks of writing direction, zero-width characters, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The ASCII sign for a digit, space, dash or quote of another script or
/// keyboard. A line break is no space: it stands between two numbers.
fn plain(c: char) -> char {
    let less = |distance: u32| char::from_u32(c as u32 - distance).unwrap_or(c);
    match c {
        '\u{660}'..='\u{669}' => less(0x660 - 0x30),
        '\u{6f0}'..='\u{6f9}' => less(0x6f0 - 0x30),
        '\u{966}'..='\u{96f}' => less(0x966 - 0x30),
        '\u{ff01}'..='\u{ff5e}' => less(0xff01 - 0x21),
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{b7}' | '\u{2022}' | '\u{2024}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{2018}'..='\u{201f}' => '"',
        _ if c.is_whitespace() && !"\r\n".contains(c) => ' ',
        _ => c,
    }
}

fn without_label(text: &str) -> Option<&str> {
    let (label, number) = text.split_at(text.find(|c: char| c == '+' || c.is_ascii_digit())?);
    only_words(label, LABELS).then_some(number)
}

fn without_extension(text: &str) -> Option<&str> {
    let Some(end) = text.find(|c: char| c.is_alphabetic() || c == '#') else {
        return Some(text);
    };
    let (number, extension) = text.split_at(end);
    let extension = extension.trim_end_matches(SIGNS);
    let label = extension.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = extension.len() - label.len();
    ((1..=6).contains(&digits) && only_words(label, EXTENSIONS)).then_some(number)
}

fn only_words(text: &str, known: &str) -> bool {
    let mut words = text.split(SIGNS).filter(|word| !word.is_empty());
    words.all(|word| known.split(' ').any(|other| other == word))
}

/// The digits of one number, perhaps with a `+` before them.
fn dialled(text: &str) -> Option<String> {
    let text = text.trim_end_matches(SIGNS);
    let text = whole_number(text).unwrap_or(text);
    let body = text.strip_prefix('+').unwrap_or(text);
    let belongs = |c: char| c.is_ascii_digit() || SEPARATORS.contains(&c);
    let one_number = body.chars().all(belongs) && !has_second_number(body);
    one_number.then(|| text.replace(SEPARATORS, ""))
}

/// The whole part of what a spreadsheet has made a fraction: `48600100200.0`, and with a
/// Polish comma `600 100 200,00`.
fn whole_number(text: &str) -> Option<&str> {
    let comma = text.strip_suffix(",00").or(text.strip_suffix(",0"));
    let whole = comma.or(text.strip_suffix(".0"))?;
    let belongs = |c: char| c.is_ascii_digit() || comma.is_some() && c == ' ';
    whole.chars().all(belongs).then_some(whole)
}

/// A slash stands behind an area code (`22/555 01 02`) or before a second number,
/// perhaps cut short (`22 555 01 02 / 03`).
fn has_second_number(text: &str) -> bool {
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).count();
    let parts: Vec<usize> = text.split('/').map(digits).collect();
    parts
        .windows(2)
        .any(|pair| pair[0] > 6 || pair[0] > pair[1])
}

#[cfg(test)]
mod tests {
    use phonenumber::{Mode, country};
    use proptest::prelude::*;

    use super::*;

    fn region(code: &str) -> Region {
        code.parse().unwrap()
    }

    fn polish(text: &str) -> Option<String> {
        PhoneNumber::parse(text, region("PL")).map(|number| number.to_string())
    }

    /// Reads every text of lines such as `one | two | three`.
    fn assert_all(lines: &[&str], number: Option<&str>) {
        for text in lines.iter().flat_map(|line| line.split(" | ")) {
            assert_eq!(polish(text).as_deref(), number, "{text:?}");
        }
    }

    #[test]
    fn a_mobile_number_is_known_in_every_spelling() {
        let lines = [
            "600100200 | 600 100 200 | 600-100-200 | 600.100.200 | 600/100/200 | 60 01 00 200",
            "600\u{a0}100\u{a0}200 | 600\u{202f}100\u{2009}200 | 600\t100\u{3000}200 |  600100200\n",
            "600\u{2011}100\u{2013}200 | 600\u{2212}100\u{2014}200 | 600·100·200 | [600] 100 200",
            "６００１００２００ | ＋４８　６００－１００－２００ | ٦٠٠١٠٠٢٠٠ | ۶۰۰ ۱۰۰ ۲۰۰ | ६००१००२००",
            "\u{feff}600100200 | \u{202a}+48 600 100 200\u{202c} | \u{2066}600100200\u{2069}",
            "6\u{200b}00\u{ad}100200\u{200e} | \u{200f}600\u{2060}100200",
            "0600100200 | 0 600 100 200 | 0-600-100-200 | 0/600100200 | (0) 600 100 200",
            "48600100200 | 48 600 100 200 | 48-600100200 | 48 0 600 100 200 | 480600100200",
            "+48600100200 | +48 600 100 200 | +48-600-100-200 | +48.600.100.200 | + 48 600100200",
            "(+48) 600 100 200 | +(48) 600 100 200 | +48 (600) 100-200 | (+48)600100200",
            "+48 (0) 600 100 200 | +48(0)600100200 | +48 0600100200 | +48 0 600-100-200",
            "0048600100200 | 0048 600 100 200 | 00 48 600 100 200 | 00 48 (0) 600 100 200 | (0048) 600100200",
            "048600100200 | 048 600 100 200 | 0 48 600 100 200 | (048) 600 100 200",
            "tel. 600100200 | tel.600100200 | tel:600100200 | tel 600 100 200 | TEL: 600100200 | tel600100200",
            "Telefon: 600100200 | nr tel. 600100200 | nr tel.: +48 600100200 | numer telefonu: 600100200",
            "kom. 600100200 | kom 600100200 | Komórka: 600100200 | tel. kom.: 600100200 | (tel.) 600100200",
            "mobile 600100200 | mob. 600100200 | T: 600100200 | m. 600100200 | tel:+48-600-100-200",
            "'600100200 | ’600100200 | =600100200 | =\"600100200\" | \"600100200\" | „600100200”",
            "600100200, | 600100200. | 600100200.0 | 48600100200.0",
            "600100200,0 | 600100200,00 | 600 100 200,00 | 48\u{a0}600\u{a0}100\u{a0}200,00",
            "600100200 wew. 12 | 600100200 wew 12 | 600100200 wew.12 | 600100200, wew. 12",
            "600100200 (wew. 12) | 600100200 wewn. 1234 | 600100200 wewnętrzny 12 | 600100200 w. 12",
            "600100200 w 12 | 600100200 Ext 12 | 600100200 ext. 12 | 600100200x12 | 600100200 #12",
            "tel. 0 600 100 200 wew. 12 | tel:+48600100200;ext=12",
        ];
        assert_all(&lines, Some("+48600100200"));
    }

    #[test]
    fn a_landline_number_is_known_in_every_spelling() {
        let lines = [
            "225550102 | 22 555 01 02 | (22) 555-01-02 | (22)5550102 | 22-555-01-02",
            "22/555 01 02 | 22 / 555-01-02 | (22)/555-01-02 | 022/555-01-02 | +48 22/555 01 02 | 0048 22/5550102",
            "0-22 555 01 02 | 0 22 555 01 02 | (0-22) 555 01 02 | (022) 555 01 02 | 0(22)5550102",
            "+48 22 555 01 02 | +48 (22) 555 01 02 | +48 (0) 22 555 01 02 | +48 (0-22) 555 01 02",
            "48 22 555 01 02 | 0048 (22) 555 01 02 | tel. (22) 555 01 02 wew. 12",
        ];
        assert_all(&lines, Some("+48225550102"));
    }

    #[test]
    fn the_area_code_48_is_no_country_code() {
        let lines = [
            "483621234 | 48 362 12 34 | (48) 362-12-34 | 48/362 12 34 | 048 362 12 34 | 0-48 362 12 34",
            "48 48 362 12 34 | +48 48 362 12 34 | 0048483621234 | +48 (48) 362 12 34 | 048 48 362 12 34",
        ];
        assert_all(&lines, Some("+48483621234"));
        assert_all(&["48223621234 | 48 22 362 12 34"], Some("+48223621234"));
        let lines = ["48362123400 | 48 362 123 400 | 362 123 400 | +48 36 212 34 00"];
        assert_all(&lines, Some("+48362123400"));
    }

    #[test]
    fn other_numbers_keep_their_kind_and_country() {
        for (text, number) in [
            ("800 123 456", "+48800123456"),
            ("0-801 123 456", "+48801123456"),
            ("12 19 123", "+481219123"),
            ("+49 30 123456", "+4930123456"),
            ("+49 (0)30 123456", "+4930123456"),
            ("0049 30/123456", "+4930123456"),
            ("+1 (212) 555-1234", "+12125551234"),
            ("+380 44 234 5678", "+380442345678"),
            ("+44 (0)20 7946 0958", "+442079460958"),
            ("+39 06 6982 1234", "+390669821234"),
            ("+34 (0) 612 345 678", "+34612345678"),
            ("+420 601 123 456", "+420601123456"),
            ("+800 1234 5678", "+80012345678"),
        ] {
            assert_eq!(polish(text).as_deref(), Some(number), "{text:?}");
        }
        let german = |text| PhoneNumber::parse(text, region("DE")).map(|number| number.to_string());
        assert_eq!(german("030 123456").as_deref(), Some("+4930123456"));
        assert_eq!(german("0048 600100200").as_deref(), Some("+48600100200"));
    }

    #[test]
    fn what_is_not_one_valid_number_is_none() {
        let lines = [
            " | 0 | + | -1 | tel. | 112 | 997 | 0112 | +48112 | 116 123 | 19115 | 118 913",
            "*100# | #31#600100200 | **21*600100200# | 600100200# | #12",
            "Unknown | anonymous | brak | nie dzwonić | +48 | 48 | 00 48",
            "60010020 | 6001002000 | 00600100200 | 000600100200 | +4848600100200 | +48 0048 600100200",
            "000000000 | +48 000 000 000 | +48 012 345 678 | +999 600100200 | -600100200",
            "4,86E+10 | 4.86E+10 | 4.86001E+10 | 4.86001002E+10 | 41000000.0",
            "600100200, 600100201 | 600100200,600100201 | 600100200; 600100201 | 600100200 600100201",
            "600100200\n600100201 | 600\n100 200 | 600100200 lub 601200300 | +48600100200+48601200300",
            "600 100 200 / 601 200 300 | 600100200/601200300 | 22 555 01 02 / 03 | 555 01 02/03",
            "600100200 Jan | Jan 600100200 | 600100200 wew. | 600100200 wew. 12 Jan | 600100200 wew. 1234567",
            "100 wew. 12 | wew. 12 | 600-CALL-ME | 0700 ABC | sip:600100200@example.com",
            "2026-07-28 | 600_100_200 | 600100200? | 600²100200 | ①②③ | 600~100~200",
        ];
        assert_all(&lines, None);
        let padded = format!("600100200{}wew. 1", " ".repeat(60));
        assert_all(&[&"6".repeat(65), &padded], None);
    }

    #[test]
    fn several_numbers_are_read_apart_from_what_is_none() {
        for (text, valid, invalid) in [
            ("", "", ""),
            ("|", "", ""),
            ("600100200", "+48600100200", ""),
            (
                "600 100 200|+48 22 555 01 02",
                "+48600100200 +48225550102",
                "",
            ),
            (" 600100200 | |0048600100200|", "+48600100200", ""),
            ("w kadrach|600100200|112", "+48600100200", "w kadrach,112"),
        ] {
            let (numbers, rest) = PhoneNumber::parse_all(text, region("PL"));
            let numbers: Vec<_> = numbers.iter().map(PhoneNumber::as_str).collect();
            assert_eq!(
                (numbers.join(" ").as_str(), rest.join(",").as_str()),
                (valid, invalid)
            );
        }
    }

    #[test]
    fn country_code_and_local_number_come_together() {
        for (code, local, number) in [
            ("48", "600100200", Some("+48600100200")),
            ("48", "600 100 200", Some("+48600100200")),
            ("48", "0600100200", Some("+48600100200")),
            ("48", "48600100200", Some("+48600100200")),
            ("48", "+48600100200", Some("+48600100200")),
            ("48", "0048600100200", Some("+48600100200")),
            ("48", "483621234", Some("+48483621234")),
            ("48", "1219123", Some("+481219123")),
            ("+48", "600100200", Some("+48600100200")),
            ("0048", "600100200", Some("+48600100200")),
            (" 48 ", "600100200", Some("+48600100200")),
            ("", "600100200", Some("+48600100200")),
            ("", "48600100200", Some("+48600100200")),
            ("", "+4930123456", Some("+4930123456")),
            ("+", "600100200", Some("+48600100200")),
            ("0", "600100200", Some("+48600100200")),
            ("49", "30123456", Some("+4930123456")),
            ("49", "030 123456", Some("+4930123456")),
            ("49", "+48600100200", Some("+48600100200")),
            ("49", "0048600100200", Some("+48600100200")),
            ("1", "2125551234", Some("+12125551234")),
            ("1", "4165551234", Some("+14165551234")),
            ("39", "0669821234", Some("+390669821234")),
            ("800", "12345678", Some("+80012345678")),
            ("91", "600100200", None),
            ("999", "600100200", None),
            ("PL", "600100200", None),
            ("48", "112", None),
            ("48", "*100#", None),
            ("48", "", None),
            ("48", "-1", None),
            ("48", "Unknown", None),
            ("", "", None),
        ] {
            let found = PhoneNumber::from_parts(code, local, region("PL"));
            let found = found.as_ref().map(PhoneNumber::as_str);
            assert_eq!(found, number, "{code:?} {local:?}");
        }
    }

    #[test]
    fn a_number_is_shown_in_every_form() {
        for forms in [
            "+48600100200 48-600100200 600100200 +48*****200",
            "+4930123456 49-30123456 30123456 +49*****456",
            "+12125551234 1-2125551234 2125551234 +1*****234",
            "+390669821234 39-0669821234 0669821234 +39*****234",
        ] {
            let number =
                PhoneNumber::parse(&forms[..forms.find(' ').unwrap()], region("PL")).unwrap();
            let shown = [
                number.as_str(),
                &number.hyphenated(),
                number.national(),
                &number.masked(),
            ];
            assert_eq!(shown.join(" "), forms);
            assert_eq!(number.to_string(), number.as_str());
        }
    }

    #[test]
    fn the_countries_are_those_of_the_library() {
        let letters = || (b'A'..=b'Z').map(char::from);
        let codes = letters().flat_map(|one| letters().map(move |other| format!("{one}{other}")));
        let is_country = |code: &String| {
            let region = rlibphonenumber::Region::from_code(code).unwrap();
            PHONE_NUMBER_UTIL
                .get_country_code_for_region(region)
                .is_some()
        };
        let of_library: Vec<_> = codes.filter(is_country).collect();
        assert_eq!(COUNTRIES.split_whitespace().collect::<Vec<_>>(), of_library);
    }

    #[test]
    fn a_region_is_a_country_with_numbers() {
        assert_eq!("PL".parse(), Ok(region("PL")));
        assert_ne!(region("PL"), region("DE"));
        for text in ["", "P", "ZZ", "POL", "48", "001", "Polska", "Ż"] {
            let message = text.parse::<Region>().unwrap_err();
            assert!(message.contains(&format!("'{text}'")), "{message}");
        }
    }

    fn oracle(digits: &str) -> Option<String> {
        let number = phonenumber::parse(Some(country::PL), digits).ok()?;
        number
            .is_valid()
            .then(|| number.format().mode(Mode::E164).to_string())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_text_panics(text in "\\PC{0,80}|[-+0-9 ()./,#wx:\"*\u{200b}\u{661}]{0,30}") {
            let number = PhoneNumber::parse(&text, region("PL"));
            PhoneNumber::from_parts("48", &text, region("PL"));
            PhoneNumber::from_parts(&text, "600100200", region("PL"));
            mask::masked_text(&text);
            if let Some(number) = number {
                prop_assert_eq!(polish(number.as_str()), Some(number.to_string()));
            }
        }

        #[test]
        fn a_number_reads_itself_in_every_region(
            code in prop::sample::select(vec!["48", "49", "1", "44", "39", "380", "91", "7"]),
            local in "[1-9][0-9]{7,9}",
        ) {
            if let Some(number) = PhoneNumber::from_parts(code, &local, region("PL")) {
                for code in ["PL", "DE", "US", "IT"] {
                    let again = PhoneNumber::parse(number.as_str(), region(code));
                    prop_assert_eq!(again.as_ref(), Some(&number));
                }
            }
        }

        #[test]
        fn the_library_agrees_on_what_is_read_without_it(
            prefix in prop::sample::select(vec!["", POLAND]),
            national in "[1-9][0-9]{8}",
        ) {
            let (digits, home) = (format!("{prefix}{national}"), region("PL"));
            let read = PhoneNumber::read_polish(&digits, home);
            prop_assert_eq!(read.as_ref().map(PhoneNumber::national), Some(national.as_str()));
            prop_assert_eq!(read, PhoneNumber::read_by_library(&digits, home));
        }

        #[test]
        fn another_library_agrees_on_polish_numbers(
            prefix in prop::sample::select(vec!["", "48", "+48", "0048"]),
            local in "(5[0137]|6[069]|7[2389]|88|1[2-8]|22|32|61|91)[2-9][0-9]{6}",
        ) {
            let digits = format!("{prefix}{local}");
            prop_assert_eq!(polish(&digits), Some(format!("+48{local}")));
            prop_assert_eq!(polish(&digits), oracle(&digits));
        }

        // Not the other way round: the other library is freer with foreign numbers.
        #[test]
        fn another_library_agrees_on_foreign_numbers_that_are_found(
            code in prop::sample::select(vec!["+49", "+44", "+380", "0049"]),
            local in "[1-9][0-9]{6,9}",
        ) {
            if let Some(number) = polish(&format!("{code}{local}")) {
                prop_assert_eq!(oracle(&number), Some(number));
            }
        }

        #[test]
        fn gaps_change_nothing(
            prefix in prop::sample::select(vec!["", "48", "+48", "0048", "0", "+48(0)"]),
            local in "[2-8][0-9]{8}",
            gaps in prop::collection::vec("[ \u{a0}\u{2013}-]?", 9),
        ) {
            let gapped = local.chars().zip(gaps).map(|(digit, gap)| format!("{digit}{gap}"));
            let spelling: String = [prefix.to_owned()].into_iter().chain(gapped).collect();
            prop_assert_eq!(polish(&spelling), polish(&local));
        }

        #[test]
        fn two_numbers_never_make_one(
            first in "(0|48|\\+48)?[2-8][0-9]{8}",
            between in prop::sample::select(vec![" ", "/", " / ", ", ", "; ", "\n", "-", " - "]),
            second in "(0|48|\\+48)?[2-8][0-9]{8}",
        ) {
            prop_assert_eq!(polish(&format!("{first}{between}{second}")), None);
        }
    }
}
