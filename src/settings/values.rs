//! Where settings stand: the environment and the env file, the former first.

use std::collections::HashMap;
use std::env::{self, VarError};
use std::path::Path;

use anyhow::Result;

use super::{DEFAULT_ENV_FILE, unusable};
use crate::cli::Global;
use crate::exit::{Exit, failure};

/// Every setting that an env file may hold.
const KEYS: [&str; 12] = [
    "CALLSYNC_DATABASE",
    "CALLSYNC_INITIAL_DAYS",
    "CALLSYNC_MAX_ATTEMPTS",
    "CALLSYNC_OVERLAP_MINUTES",
    "CALLSYNC_REGION",
    "CALLYZER_BASE_URL",
    "CALLYZER_INTERVAL_MS",
    "CALLYZER_KINDS",
    "CALLYZER_TIMEOUT_S",
    "CALLYZER_TIMEZONE",
    "CALLYZER_TOKEN",
    "CALLYZER_TOKEN_FILE",
];

#[derive(Clone, Debug)]
pub struct Value {
    pub text: String,
    /// Where it stands, for messages.
    pub origin: String,
    /// The lesser wins: environment, env file.
    pub rank: u8,
}

#[derive(Debug)]
pub struct Values {
    environment: bool,
    file: HashMap<String, String>,
    file_name: String,
}

impl Values {
    pub fn gather(global: &Global) -> Result<Self> {
        let named = match &global.env_file {
            Some(path) => Some(path.clone()),
            None => env::var_os("CALLSYNC_ENV_FILE").map(Into::into),
        };
        let (path, must_exist) = match &named {
            Some(path) => (path.as_path(), true),
            None => (Path::new(DEFAULT_ENV_FILE), false),
        };
        Self::from_file(path, must_exist, true)
    }

    /// The default env file alone; whoever tries to steer by flag or environment is refused.
    pub fn fixed(global: &Global) -> Result<Self> {
        let flag = [
            ("--database", &global.database),
            ("--env-file", &global.env_file),
        ]
        .into_iter()
        .find_map(|(name, value)| value.as_ref().map(|_| name.to_owned()));
        let variable = || {
            env::vars_os()
                .filter_map(|(name, _)| name.into_string().ok())
                .find(|name| name.starts_with("CALLSYNC_") || name.starts_with("CALLYZER_"))
        };
        match flag.or_else(variable) {
            Some(name) => Err(failure(
                Exit::Denied,
                format!("{name} is refused through sudo: only {DEFAULT_ENV_FILE} counts"),
            )),
            None => Self::from_file(Path::new(DEFAULT_ENV_FILE), false, false),
        }
    }

    fn from_file(path: &Path, must_exist: bool, environment: bool) -> Result<Self> {
        let file_name = path.display().to_string();
        let broken = |error: dotenvy::Error| match error {
            dotenvy::Error::LineParse(line, _) => failure(
                Exit::Settings,
                format!("{file_name}: not a KEY=VALUE line: {}", name_in(&line)),
            ),
            error => failure(
                Exit::Settings,
                format!("could not read the env file {file_name}: {error}"),
            ),
        };
        let file = match dotenvy::from_path_iter(path) {
            Ok(lines) => lines
                .collect::<std::result::Result<HashMap<_, _>, _>>()
                .map_err(broken)?,
            Err(error) if error.not_found() && !must_exist => HashMap::new(),
            Err(error) => return Err(broken(error)),
        };
        warn_of_unknown(file.keys(), &file_name);
        Ok(Self {
            environment,
            file,
            file_name,
        })
    }

    /// The value of a setting; one that is there and empty is an error, never a silent default.
    pub fn get(&self, key: &str) -> Result<Option<Value>> {
        let from_environment = match env::var(key) {
            _ if !self.environment => None,
            Ok(text) => Some(Value {
                text,
                origin: "environment".into(),
                rank: 0,
            }),
            Err(VarError::NotPresent) => None,
            Err(VarError::NotUnicode(_)) => {
                return Err(failure(
                    Exit::Settings,
                    format!("{key} (environment): it is no UTF-8"),
                ));
            }
        };
        let from_file = || {
            let text = self.file.get(key)?.clone();
            Some(Value {
                text,
                origin: self.file_name.clone(),
                rank: 1,
            })
        };
        match from_environment.or_else(from_file) {
            Some(value) if value.text.is_empty() => Err(unusable(
                key,
                &value,
                "it is empty; remove it to have the default",
            )),
            value => Ok(value),
        }
    }

    pub fn parse<T>(
        &self,
        key: &str,
        default: &str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<T> {
        let default = || Value {
            text: default.into(),
            origin: "default".into(),
            rank: 2,
        };
        let value = self.get(key)?.unwrap_or_else(default);
        parse(&value.text).map_err(|reason| unusable(key, &value, reason))
    }
}

/// What stands before the `=` of a broken line: the rest may be a secret.
fn name_in(line: &str) -> &str {
    line.trim()
        .split(['=', ' ', '\t'])
        .next()
        .unwrap_or_default()
}

fn warn_of_unknown<'a>(keys: impl Iterator<Item = &'a String>, file: &str) {
    let ours = |key: &str| key.starts_with("CALLSYNC_") || key.starts_with("CALLYZER_");
    for key in keys.filter(|key| ours(key) && !KEYS.contains(&key.as_str())) {
        log::warn!("{file}: {key} is not a setting of this version of callsync");
    }
}
