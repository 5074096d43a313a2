//! Secrets: what proves to a system who asks. They go into requests and nowhere else, and
//! are removed from what a system answers.

use std::fmt;
use std::str::FromStr;

use percent_encoding::utf8_percent_encode;

use super::FORM;

/// A secret of fewer signs may stand in any answer by chance.
const LEAST_SIGNS: usize = 8;

/// A password or the like: a text without line breaks. It has no Display, and its Debug
/// shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl FromStr for Secret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.contains(['\n', '\r']) {
            return Err("a secret is one line of text".into());
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What stands in a request's header: one word of visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(Secret);

impl FromStr for Token {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a token is one word of visible ASCII characters".into());
        }
        Ok(Self(Secret(text.into())))
    }
}

impl Token {
    /// For the request header only.
    pub(super) fn secret(&self) -> &str {
        self.0.text()
    }

    pub(super) fn as_secret(&self) -> &Secret {
        &self.0
    }
}

impl Secret {
    /// For a request only.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether it is so long that a text that has it must have it from here.
    pub fn is_long(&self) -> bool {
        self.0.chars().count() >= LEAST_SIGNS
    }

    /// Whether a text has it: as it is, as JSON escapes it without need, or as a form has it.
    pub fn is_in(&self, text: &str) -> bool {
        let secret = &self.0;
        let json = secret.replace('\\', r"\\").replace('"', r#"\""#);
        let form = utf8_percent_encode(secret, FORM).to_string();
        let forms = [&secret.replace('/', r"\/"), secret, &json, &form];
        forms.into_iter().any(|form| text.contains(form))
    }

    /// A text without it, also as JSON may escape it or as a URL or a form has it.
    pub fn removed_from(&self, text: &str) -> String {
        let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(first) = rest.chars().next() {
            match self.at_start_of(rest) {
                Some(behind) => {
                    kept.push_str("***");
                    rest = behind;
                }
                None => {
                    kept.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        kept
    }

    /// What stands behind it in a text that begins with it.
    fn at_start_of<'a>(&self, text: &'a str) -> Option<&'a str> {
        let in_form = |after: fn(&'a str, char) -> Option<&'a str>| {
            let mut signs = self.0.chars();
            signs.try_fold(text, |rest, sign| {
                after(rest, sign).or_else(|| rest.strip_prefix(sign))
            })
        };
        let plain = text.strip_prefix(self.0.as_str());
        plain
            .or_else(|| in_form(after_escaped))
            .or_else(|| in_form(after_encoded))
    }
}

/// What stands behind a sign that JSON escapes: `\/`, `\u002f`.
fn after_escaped(text: &str, sign: char) -> Option<&str> {
    let by_code = || {
        let mut units = [0; 2];
        let mut units = sign.encode_utf16(&mut units).iter();
        units.try_fold(text, |rest, unit| {
            let code = rest.strip_prefix("\\u")?;
            let number = u16::from_str_radix(code.get(..4)?, 16).ok()?;
            (number == *unit).then(|| &code[4..])
        })
    };
    match sign {
        '/' | '"' | '\\' => text
            .strip_prefix('\\')
            .and_then(|escaped| escaped.strip_prefix(sign))
            .or_else(by_code),
        _ => by_code(),
    }
}

/// What stands behind a sign that a URL or a form encodes: `%2F`, and `+` for a space.
fn after_encoded(text: &str, sign: char) -> Option<&str> {
    if sign == ' ' && text.starts_with('+') {
        return text.strip_prefix('+');
    }
    let mut bytes = [0; 4];
    let mut bytes = sign.encode_utf8(&mut bytes).bytes();
    bytes.try_fold(text, |rest, byte| {
        let code = rest.strip_prefix('%')?;
        let number = u8::from_str_radix(code.get(..2)?, 16).ok()?;
        (number == byte).then(|| &code[2..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_removed_in_every_form_that_json_gives_it() {
        let token: Token = "tok/en\\1\"".parse().unwrap();
        let token = token.as_secret();
        for text in [
            "is tok/en\\1\" here",
            r#"is tok\/en\\1\" here"#,
            r#"is \u0074ok\u002Fen\u005c1\u0022 here"#,
        ] {
            assert_eq!(token.removed_from(text), "is *** here");
        }
        let other = r"tok\/e \u00 \ toktok/en\";
        assert_eq!(token.removed_from(other), other);
    }

    #[test]
    fn a_password_is_removed_in_every_form_that_a_request_gives_it() {
        let password: Secret = r"zażółć 50%2F\\+😀".parse().unwrap();
        for text in [
            r"is zażółć 50%2F\\+😀 here",
            r"is zażółć 50%2F\\\\+😀 here",
            r"is za\u017c\u00f3\u0142\u0107 50%2F\\\\+\ud83d\ude00 here",
            "is za%C5%BC%C3%B3%C5%82%C4%87%2050%252F%5C%5C%2B%F0%9F%98%80 here",
            "is za%c5%bc%c3%b3%c5%82%c4%87+50%252F%5c%5c%2b%f0%9f%98%80 here",
        ] {
            assert_eq!(password.removed_from(text), "is *** here", "{text}");
        }
        let other = r"zażółć 50/\\+😀 za%C5%";
        assert_eq!(password.removed_from(other), other);
    }

    #[test]
    fn a_secret_is_found_as_it_is_escaped_and_encoded() {
        let secret: Secret = "a/\"b c".parse().unwrap();
        for text in [
            "x a/\"b c",
            r#"x a\/"b c"#,
            r#"x a/\"b c"#,
            "x=a%2F%22b%20c",
        ] {
            assert!(secret.is_in(text), "{text}");
        }
        assert!(!secret.is_in("a/b c"));
    }

    #[test]
    fn a_secret_is_one_line_and_debug_shows_nothing_of_it() {
        for text in ["", "a\nb", "a\r"] {
            assert!(text.parse::<Secret>().is_err(), "{text:?}");
        }
        let secret: Secret = " word, two ".parse().unwrap();
        assert_eq!(secret.text(), " word, two ");
        let token: Token = "word".parse().unwrap();
        assert!(!format!("{secret:?}{token:?}").contains("word"));
    }
}
