//! Callyzer's own settings.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::{DEFAULT_ENV_FILE, Value, Values, number, unusable};
use crate::call::Kind;
use crate::exit::{Exit, failure};
use crate::http::{Access, BaseUrl, Token};

#[derive(Debug)]
pub struct CallyzerSettings {
    base: BaseUrl,
    timeout: Duration,
    interval: Duration,
    pub kinds: Vec<Kind>,
    token: Option<Value>,
    token_file: Option<Value>,
}

impl CallyzerSettings {
    pub(super) fn of(values: &mut Values) -> Result<Self> {
        Ok(Self {
            kinds: values.parse(
                "CALLYZER_KINDS",
                "PhoneCall/Voice,WhatsAppCall/Voice,WhatsAppCall/Video",
                kinds,
            )?,
            base: values.parse(
                "CALLYZER_BASE_URL",
                "https://api1.callyzer.co/api/v2.2",
                str::parse,
            )?,
            timeout: values.parse("CALLYZER_TIMEOUT_S", "30", |text| {
                number(text, 1..=600).map(|s| Duration::from_secs(s.cast_unsigned()))
            })?,
            interval: values.parse("CALLYZER_INTERVAL_MS", "2100", |text| {
                number(text, 0..=600_000).map(|ms| Duration::from_millis(ms.cast_unsigned()))
            })?,
            token: values.get("CALLYZER_TOKEN"),
            token_file: values.get("CALLYZER_TOKEN_FILE"),
        })
    }

    pub fn token_file(&self) -> Option<&Path> {
        self.token_file.as_ref().map(|value| Path::new(&value.text))
    }

    /// What asking Callyzer takes. Reads the token, which other commands need no
    /// right to read.
    pub fn access(&self) -> Result<Access> {
        Ok(Access {
            base: self.base.clone(),
            token: self.token()?,
            timeout: self.timeout,
            interval: self.interval,
        })
    }

    fn token(&self) -> Result<Token> {
        match (&self.token, &self.token_file) {
            (Some(token), Some(file)) if token.rank == file.rank => Err(failure(
                Exit::Settings,
                "both CALLYZER_TOKEN and CALLYZER_TOKEN_FILE are set; keep one",
            )),
            (Some(token), file) if file.as_ref().is_none_or(|file| token.rank < file.rank) => token
                .text
                .trim()
                .parse()
                .map_err(|reason| unusable("CALLYZER_TOKEN", token, reason)),
            (_, Some(file)) => token_in(Path::new(&file.text))
                .map_err(|reason| unusable("CALLYZER_TOKEN_FILE", file, reason)),
            _ => Err(failure(
                Exit::Settings,
                format!(
                    "CALLYZER_TOKEN is not set; put it into {DEFAULT_ENV_FILE} or the environment"
                ),
            )),
        }
    }
}

fn token_in(file: &Path) -> Result<Token, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("could not read it: {error}"))?;
    text.trim().parse()
}

fn kinds(text: &str) -> Result<Vec<Kind>, String> {
    let mut kinds = Vec::new();
    for pair in text.split(',') {
        let kind = pair.trim().parse()?;
        if kinds.contains(&kind) {
            return Err(format!("'{kind}' is there twice"));
        }
        kinds.push(kind);
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_pairs_and_each_is_there_once() {
        assert_eq!(kinds("PhoneCall/Voice").map(|kinds| kinds.len()), Ok(1));
        assert_eq!(
            kinds("PhoneCall/Voice, WhatsAppCall/Video").map(|kinds| kinds.len()),
            Ok(2)
        );
        for text in ["", "PhoneCall", "PhoneCall/Voice,", "a/b,a/b", "a b/c"] {
            assert!(kinds(text).is_err(), "{text}");
        }
    }
}
