//! Settings: flag over environment over env file, each validated once. A value
//! that cannot be used is an error that names it and where it stands.

mod values;

use std::fs;
use std::num::IntErrorKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::call::Kind;
use crate::cli::Global;
use crate::exit::{Exit, failure};
use crate::phone::Region;
use crate::provider::callyzer::{Version, Writing};
use crate::provider::http::{Access, BaseUrl, Token};
pub use values::{EnvFile, Finding};
use values::{Value, Values};

pub const DEFAULT_ENV_FILE: &str = "/etc/callsync/callsync.env";

#[derive(Debug)]
pub struct Settings {
    pub database: PathBuf,
    pub zone: Tz,
    pub region: Region,
    pub kinds: Vec<Kind>,
    /// How often cron runs `sync`: data is stale after two.
    pub interval_minutes: i64,
    pub overlap: TimeDelta,
    pub initial: TimeDelta,
    pub max_attempts: i64,
    pub reread_days: u64,
    pub ping_url: Option<BaseUrl>,
    base: BaseUrl,
    timeout: Duration,
    interval: Duration,
    token: Option<Value>,
    token_file: Option<Value>,
}

/// All settings, and what became of each.
#[derive(Debug)]
pub struct Examined {
    pub settings: Settings,
    pub findings: Vec<Finding>,
    pub env_file: EnvFile,
}

impl Settings {
    /// Reads all settings. `borrowed`: somebody asks through another's account, and
    /// may steer nothing: then only the default env file is read.
    pub fn read(global: &Global, borrowed: bool) -> Result<Self> {
        let values = if borrowed {
            Values::fixed(global)?
        } else {
            Values::gather(global)?
        };
        Self::of(global, &values)
    }

    /// As [`Self::read`], but a setting that cannot be used is a finding, and its default is taken.
    pub fn examine(global: &Global, borrowed: bool) -> Result<Examined> {
        let values = Values::examine(global, borrowed)?;
        Ok(Examined {
            settings: Self::of(global, &values)?,
            env_file: values.env_file(),
            findings: values.into_findings(),
        })
    }

    fn of(global: &Global, values: &Values) -> Result<Self> {
        Ok(Self {
            database: match &global.database {
                Some(path) => {
                    values.note("CALLSYNC_DATABASE", Ok(&Value::of_flag("--database", path)));
                    path.clone()
                }
                None => values.parse("CALLSYNC_DATABASE", "callsync.db", path)?,
            },
            zone: values.parse("CALLYZER_TIMEZONE", "Europe/Warsaw", time_zone)?,
            region: values.parse("CALLSYNC_REGION", "PL", str::parse)?,
            kinds: values.parse(
                "CALLYZER_KINDS",
                "PhoneCall/Voice,WhatsAppCall/Voice,WhatsAppCall/Video",
                kinds,
            )?,
            interval_minutes: values.parse("CALLSYNC_INTERVAL_MINUTES", "15", |text| {
                number(text, 1..=1440)
            })?,
            overlap: values.parse("CALLSYNC_OVERLAP_MINUTES", "60", |text| {
                number(text, 0..=10_080).map(TimeDelta::minutes)
            })?,
            initial: values.parse("CALLSYNC_INITIAL_DAYS", "30", |text| {
                number(text, 1..=3650).map(TimeDelta::days)
            })?,
            max_attempts: values.parse("CALLSYNC_MAX_ATTEMPTS", "96", |text| {
                number(text, 1..=1_000_000)
            })?,
            reread_days: values.parse("CALLSYNC_REREAD_DAYS", "2", |text| {
                number(text, 0..=31).map(i64::cast_unsigned)
            })?,
            ping_url: values.parse_if_set("CALLSYNC_PING_URL", str::parse)?,
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
            token: values.get("CALLYZER_TOKEN")?,
            token_file: values.get("CALLYZER_TOKEN_FILE")?,
        })
    }

    /// The kinds of call to ask for: with v2.1 there is one sweep, of phone calls.
    pub fn sweeps(&self) -> Vec<Kind> {
        match self.version() {
            Version::V2_1 => vec![Kind::phone_call()],
            Version::V2_2 => self.kinds.clone(),
        }
    }

    pub fn version(&self) -> Version {
        if self.base.as_str().ends_with("v2.1") {
            Version::V2_1
        } else {
            Version::V2_2
        }
    }

    pub fn writing(&self) -> Writing {
        Writing {
            zone: self.zone,
            region: self.region,
        }
    }

    pub fn token_file(&self) -> Option<&Path> {
        self.token_file.as_ref().map(|value| Path::new(&value.text))
    }

    /// What asking Callyzer takes. Reads the token, which other commands need no right to.
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

/// The error for a setting that is there and cannot be used. Says no secret: the value stays out of it.
fn unusable(key: &str, value: &Value, reason: impl std::fmt::Display) -> anyhow::Error {
    failure(
        Exit::Settings,
        format!("{key} ({}): {reason}", value.origin),
    )
}

#[expect(clippy::unnecessary_wraps, reason = "a parser like the others")]
fn path(text: &str) -> Result<PathBuf, String> {
    Ok(text.into())
}

fn time_zone(text: &str) -> Result<Tz, String> {
    text.parse()
        .map_err(|_| format!("'{text}' is no time zone such as Europe/Warsaw"))
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

fn number(text: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    let asked = format!(
        "'{text}' is no whole number from {} to {}",
        range.start(),
        range.end()
    );
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        Err(error) if *std::num::ParseIntError::kind(&error) == IntErrorKind::Empty => {
            Err("it is empty".into())
        }
        _ => Err(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_ranges() {
        assert_eq!(number("96", 1..=100), Ok(96));
        for text in ["0", "101", "-1", "1.5", " 7", "ten", "99999999999999999999"] {
            let expected = format!("'{text}' is no whole number from 1 to 100");
            assert_eq!(number(text, 1..=100), Err(expected));
        }
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
