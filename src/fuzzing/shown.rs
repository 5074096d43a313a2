//! What is shown: one line each, short, without phone numbers and secrets.

use super::{first_line, text_of};
use crate::http::Secret;
use crate::{phone, reason, text};

/// The most characters of a name, a reason or an id, and the sign of what is left out.
const MOST_SHOWN: usize = 201;

/// The first line is a secret, the rest an answer that may repeat it.
pub fn shown_texts(bytes: &[u8]) {
    let text = text_of(bytes);
    assert_eq!(
        text::one_line(&text::one_line(&text)),
        text::one_line(&text)
    );
    for shown in [
        text::shown(&text),
        text::quoted(&text),
        reason::shown(&text),
        phone::masked_text(&text::shown(&text)),
    ] {
        assert_one_line(&shown);
    }
    assert_masked(&text::quoted(&text));
    text::without_middle(&text);
    let (secret, answer) = first_line(&text);
    if let Ok(secret) = secret.parse::<Secret>() {
        assert_removed(&secret, answer);
    }
}

fn assert_removed(secret: &Secret, answer: &str) {
    let left = secret.removed_from(answer);
    assert!(!secret.is_in(&left), "{secret:?} is in {left:?}");
}

/// Whether a person can read it on a line of a terminal.
pub fn assert_one_line(shown: &str) {
    assert_eq!(text::one_line(shown), shown);
}

/// Whether it is also short.
pub fn assert_short_line(shown: &str) {
    assert_one_line(shown);
    assert!(shown.chars().count() <= MOST_SHOWN, "{shown}");
}

/// Whether no word of it is a phone number. Times, addresses and hexadecimal ids are longer
/// words, also one that is cut off.
pub fn assert_masked(shown: &str) {
    let is_part = |c: char| c.is_alphanumeric() || "-:.…".contains(c);
    for word in shown.split(|c| !is_part(c)) {
        let is_number = word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_digit());
        assert!(!is_number, "{shown}");
    }
}
