//! The settings that each telephony system has: address, token, time limit, pace.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::{Value, Values, number, unusable};
use crate::exit::{Exit, failure};
use crate::http::{Access, BaseUrl, Network, Token};
use crate::reason::Cause;

/// What a system's settings are called, their defaults, and what all systems share.
#[derive(Clone, Copy, Debug)]
pub(super) struct SystemDefaults<'a> {
    /// Before the names of its settings: `CALLYZER`.
    pub prefix: &'static str,
    pub base: Option<&'static str>,
    pub interval_ms: &'static str,
    pub network: &'a Network,
}

#[derive(Debug)]
pub struct SystemSettings {
    prefix: &'static str,
    is_set_up: bool,
    base: Option<BaseUrl>,
    timeout: Duration,
    interval: Duration,
    network: Network,
    token: Option<Value>,
    token_file: Option<Value>,
    /// Why a setting of the system cannot be used.
    fault: Option<String>,
    env_file: String,
}

impl SystemSettings {
    /// Whether the address or a token is given, usable or not.
    pub(super) fn is_set_up_in(values: &Values, prefix: &str) -> bool {
        ["BASE_URL", "TOKEN", "TOKEN_FILE"]
            .iter()
            .any(|name| values.is_given(&format!("{prefix}_{name}")))
    }

    pub(super) fn of(values: &mut Values, defaults: SystemDefaults) -> Result<Self> {
        let prefix = defaults.prefix;
        let key = |name: &str| format!("{prefix}_{name}");
        Ok(Self {
            prefix,
            is_set_up: Self::is_set_up_in(values, prefix),
            base: match defaults.base {
                Some(base) => Some(values.parse(&key("BASE_URL"), base, str::parse)?),
                None => values.parse_if_given(&key("BASE_URL"), str::parse),
            },
            timeout: values.parse(&key("TIMEOUT_S"), "30", |text| {
                number(text, 1..=600).map(|s| Duration::from_secs(s.cast_unsigned()))
            })?,
            interval: values.parse(&key("INTERVAL_MS"), defaults.interval_ms, |text| {
                number(text, 0..=600_000).map(|ms| Duration::from_millis(ms.cast_unsigned()))
            })?,
            network: defaults.network.clone(),
            token: values.get(&key("TOKEN")),
            token_file: values.get(&key("TOKEN_FILE")),
            fault: None,
            env_file: values.file_name().into(),
        })
    }

    /// Keeps the first reason why the system cannot be asked.
    pub(super) fn note_fault(&mut self, fault: &anyhow::Error) {
        self.fault.get_or_insert_with(|| format!("{fault:#}"));
    }

    /// Whether the settings are there with which the system is asked.
    pub fn is_set_up(&self) -> bool {
        self.is_set_up
    }

    pub fn token_file(&self) -> Option<&Path> {
        self.token_file.as_ref().map(|value| Path::new(&value.text))
    }

    /// What asking the system takes. Reads the token, which other commands need no
    /// right to read.
    pub fn access(&self) -> Result<Access> {
        if let Some(fault) = &self.fault {
            return Err(failure(Exit::Settings, fault.clone()));
        }
        let base = self.base.clone();
        Ok(Access {
            base: base.ok_or_else(|| not_set(&self.key("BASE_URL"), &self.env_file))?,
            token: self.token()?,
            timeout: self.timeout,
            interval: self.interval,
            network: self.network.clone(),
        })
    }

    fn key(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    fn token(&self) -> Result<Token> {
        let (name, file_name) = (self.key("TOKEN"), self.key("TOKEN_FILE"));
        match (&self.token, &self.token_file) {
            (Some(token), Some(file)) if token.rank == file.rank => Err(failure(
                Exit::Settings,
                Cause::BothSet.of(&[&name, &file_name]),
            )),
            (Some(token), file) if file.as_ref().is_none_or(|file| token.rank < file.rank) => token
                .text
                .trim()
                .parse()
                .map_err(|reason| unusable(&name, token, reason)),
            (_, Some(file)) => {
                token_in(Path::new(&file.text)).map_err(|reason| unusable(&file_name, file, reason))
            }
            _ => Err(not_set(&format!("{name} or {file_name}"), &self.env_file)),
        }
    }
}

/// The error for a setting that has to be there.
pub(super) fn not_set(key: &str, env_file: &str) -> anyhow::Error {
    failure(Exit::Settings, Cause::NotSet.of(&[&key, &env_file]))
}

/// Refuses a file that others than its owner and group can read or write: a token that many
/// know is none.
fn token_in(path: &Path) -> Result<Token, String> {
    let unread = |error| format!("could not read it: {error}");
    let file = File::open(path).map_err(unread)?;
    let mode = file.metadata().map_err(unread)?.mode() & 0o7777;
    if mode & 0o007 != 0 {
        let path = path.display();
        return Err(format!(
            "{path} (mode {mode:04o}) is open to anybody; chmod o-rwx {path}"
        ));
    }
    let text = io::read_to_string(file).map_err(unread)?;
    text.trim().parse()
}
