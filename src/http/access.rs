//! Where a system's API is and with what right it is asked, from the settings.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;

use super::{Login, Network, Token};

/// The root of an API: `https`, or `http` to a loopback address.
#[derive(Clone, Debug)]
pub struct BaseUrl(Url);

impl FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text.trim_end_matches('/'))
            .map_err(|error| format!("no address such as https://NAME/PATH: {error}"))?;
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

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Whether scheme, host and port are the same.
    pub fn is_same_server(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
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

/// With what right a system is asked.
#[derive(Clone, Debug)]
pub enum Credential {
    /// It stays valid.
    Token(Token),
    Login(Login),
}

/// What asking a system takes.
#[derive(Clone, Debug)]
pub struct Access {
    pub base: BaseUrl,
    pub credential: Credential,
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
