//! Where a system's API is and with what right it is asked, from the settings.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;

use super::Network;

/// The root of an API: `https`, or `http` to a loopback address.
#[derive(Clone, Debug)]
pub struct BaseUrl(Url);

impl FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text.trim_end_matches('/'))
            .map_err(|error| format!("not a URL: {error}"))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err("http only to a loopback address; write https".into()),
            other => return Err(format!("'{other}' is not https")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a user name or password does not belong here".into());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("a query or fragment does not belong here".into());
        }
        Ok(Self(url))
    }
}

impl BaseUrl {
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback()),
        None => false,
    }
}

/// A credential. It goes into the request header and nowhere else: it has no
/// Display, and its Debug shows nothing.
#[derive(Clone)]
pub struct Token(String);

impl FromStr for Token {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a token is one word of visible ASCII characters".into());
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// For the request header only.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }

    /// Whether a text has the token, as it is or as JSON escapes it without need.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.contains(&self.0) || text.contains(&self.0.replace('/', "\\/"))
    }

    /// A text without the token, also as JSON may escape it.
    pub(super) fn removed_from(&self, text: &str) -> String {
        let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(first) = rest.chars().next() {
            match escaped_prefix(rest, &self.0) {
                Some(length) => {
                    kept.push_str("***");
                    rest = &rest[length..];
                }
                None => {
                    kept.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        kept
    }
}

/// How long the token is at the start of a text, each sign as it is or escaped: `\/`,
/// `\u002f`.
fn escaped_prefix(text: &str, token: &str) -> Option<usize> {
    let mut rest = text;
    for sign in token.chars() {
        rest = after_escaped(rest, sign).or_else(|| rest.strip_prefix(sign))?;
    }
    Some(text.len() - rest.len())
}

fn after_escaped(text: &str, sign: char) -> Option<&str> {
    let escaped = text.strip_prefix('\\')?;
    let by_code = || {
        let code = escaped.strip_prefix('u')?;
        let number = u32::from_str_radix(code.get(..4)?, 16).ok()?;
        (number == u32::from(sign)).then(|| &code[4..])
    };
    match sign {
        '/' | '"' | '\\' => escaped.strip_prefix(sign).or_else(by_code),
        _ => by_code(),
    }
}

/// What asking a system takes.
#[derive(Clone, Debug)]
pub struct Access {
    pub base: BaseUrl,
    pub token: Token,
    /// For one whole request and answer.
    pub timeout: Duration,
    /// The least time between the starts of two requests.
    pub interval: Duration,
    pub network: Network,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_removed_in_every_form_that_json_gives_it() {
        let token: Token = "tok/en\\1\"".parse().unwrap();
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
    fn a_base_url_is_https_or_loopback() {
        for url in [
            "https://api1.callyzer.co/api/v2.2",
            "https://api1.callyzer.co/api/v2.1/",
            "http://127.0.0.1:8080/api/v2.2",
            "http://127.9.9.9/x",
            "http://[::1]:80/x",
            "http://localhost:1/x",
        ] {
            let base: BaseUrl = url.parse().unwrap();
            assert_eq!(
                base.as_str(),
                url.trim_end_matches('/').replace(":80/", "/")
            );
        }
        for url in [
            "http://api1.callyzer.co/api/v2.2",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "ftp://127.0.0.1/",
            "https://user:word@api1.callyzer.co/",
            "https://api1.callyzer.co/?a=b",
            "api1.callyzer.co",
            "",
        ] {
            assert!(url.parse::<BaseUrl>().is_err(), "{url}");
        }
    }
}
