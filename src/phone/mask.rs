//! Phone numbers masked in text for logs and errors.

use std::net::SocketAddrV4;

use super::{is_digit, last_three, plain};

/// Signs that may stand between the digits of a number.
const SEPARATORS: &[char] = &[' ', '-', '.', '(', ')', '[', ']'];
/// As many of them in a row: `48 (600)`.
const MAX_SEPARATORS: usize = 2;

/// Text from outside, fit for a log: 7 or more digits in a row, also with one or two
/// separators between them, become stars and their last three. Dates
/// (`2026-07-28`, `28.07.2026`), times (`08:41:09`), hexadecimal ids and addresses with a
/// port (`192.168.100.200:3128`) stay readable.
pub fn masked_text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let (mut done, mut start) = (0, 0);
    let between_words = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | ':' | '.');
    for piece in text.split_inclusive(between_words) {
        let word = piece.trim_end_matches(between_words);
        let is_address = word.parse::<SocketAddrV4>().is_ok();
        if is_moment(word) || is_hexadecimal(word) || is_address {
            mask_runs(&text[done..start], &mut masked);
            masked.push_str(word);
            done = start + word.len();
        }
        start += piece.len();
    }
    mask_runs(&text[done..], &mut masked);
    masked
}

fn is_moment(word: &str) -> bool {
    let word = word.trim_end_matches([':', 'Z', '.']);
    // Parts of a second.
    let word = match word.split_once('.') {
        Some((time, parts)) if time.contains(':') && parts.len() <= 6 => time,
        _ => word,
    };
    let shape = word.replace(|c: char| c.is_ascii_digit(), "0");
    matches!(
        &*shape,
        "0000-00-00" | "00.00.0000" | "00:00" | "00:00:00" | "0000-00-00T00:00:00"
    )
}

/// Hexadecimal digits and dashes with letters and digits in one group:
/// `550e8400-e29b-…`, but not `600100200-b`.
fn is_hexadecimal(word: &str) -> bool {
    let mixed = |group: &str| group.contains(is_digit) && group.contains(char::is_alphabetic);
    word.chars().all(|c| c.is_ascii_hexdigit() || c == '-') && word.split('-').any(mixed)
}

/// Whether a run of digits may go on behind one more separator.
fn goes_on(run: &str) -> bool {
    let separators = run.chars().rev().take_while(|c| !is_digit(*c));
    run.contains(is_digit) && separators.count() < MAX_SEPARATORS
}

fn mask_runs(text: &str, masked: &mut String) {
    let mut run = String::new();
    for c in text.chars() {
        match plain(c) {
            '0'..='9' => run.push(c),
            sign if SEPARATORS.contains(&sign) && goes_on(&run) => run.push(c),
            '+' => {
                close_run(&mut run, masked);
                run.push(c);
            }
            _ => {
                close_run(&mut run, masked);
                masked.push(c);
            }
        }
    }
    close_run(&mut run, masked);
}

fn close_run(run: &mut String, masked: &mut String) {
    let number = run.trim_end_matches(|c| !is_digit(c));
    let digits: String = number.chars().filter(|c| is_digit(*c)).map(plain).collect();
    if digits.len() < 7 {
        masked.push_str(number);
    } else {
        masked.extend(["*****", last_three(&digits)]);
    }
    masked.push_str(&run[number.len()..]);
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_for_a_log_shows_no_number() {
        for line in [
            "Employee 48-600100200 doesn't exist => Employee *****200 doesn't exist",
            "+48600100200 => *****200",
            "+48 600 100 200 => *****200",
            "(+48) 600-100-200 => (*****200",
            "600\u{a0}100\u{2013}200 => *****200",
            "６００１００２００ => *****200",
            "tel:600100200 => tel:*****200",
            "tel600100200wew12 => tel*****200wew12",
            "600100200-b => *****200-b",
            "48-600100200, 48-600100201. => *****200, *****201.",
            "48600100200+48600100201 => *****200*****201",
            "600100200 2026-07-28 600100201 => *****200 2026-07-28 *****201",
            "08:41:09 48-600100200 08:41 => 08:41:09 *****200 08:41",
            "2026-07-28-600100200 => *****200",
            "12 - 3456789 => 12 - *****789",
            "48 (600) 100-201 => *****201",
            "(600) 100.201 => (*****201",
            "+48 [600] 100.201. => *****201.",
            "1234567 => *****567",
        ] {
            let (text, masked) = line.split_once(" => ").unwrap();
            assert_eq!(masked_text(text), masked, "{text:?}");
        }
    }

    #[test]
    fn text_for_a_log_keeps_what_is_no_number() {
        for text in [
            "",
            "a + b - c",
            "123456 of 789",
            "429: wait 30 s",
            "from 2026-07-28 to 2026-07-29.",
            "28.07.2026, 29.07.2026.",
            "2026-07-28 08:41:09: gone",
            "at 2026-07-28T08:41:09.123Z",
            "2026-07-28T08:41:09+02:00",
            "id 123e4567-e89b-12d3-a456-426614174000",
            "64f1c0de1234567890abcdef",
            "through 192.168.100.200:3128 (a proxy)",
        ] {
            assert_eq!(masked_text(text), text);
        }
    }
}
