//! Where settings stand: the environment and the env file, the former first.

use std::cell::RefCell;
use std::collections::HashMap;
use std::env::{self, VarError};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{DEFAULT_ENV_FILE, unusable};
use crate::cli::Global;
use crate::exit::{self, Exit, failure};

/// Every setting that an env file may hold.
const KEYS: [&str; 15] = [
    "CALLSYNC_DATABASE",
    "CALLSYNC_INITIAL_DAYS",
    "CALLSYNC_INTERVAL_MINUTES",
    "CALLSYNC_MAX_ATTEMPTS",
    "CALLSYNC_OVERLAP_MINUTES",
    "CALLSYNC_PING_URL",
    "CALLSYNC_REGION",
    "CALLSYNC_REREAD_DAYS",
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

impl Value {
    pub fn of_flag(flag: &str, path: &Path) -> Self {
        Self {
            text: path.display().to_string(),
            origin: flag.into(),
            rank: 0,
        }
    }
}

/// What a finding about the env file itself is called.
const ENV_FILE: &str = "env file";

/// The file of settings, whether it exists or not.
#[derive(Clone, Debug)]
pub struct EnvFile {
    pub path: PathBuf,
    /// Also if it could not be read.
    pub holds_secret: bool,
}

/// Settings that nobody is shown.
const SECRETS: [&str; 2] = ["CALLSYNC_PING_URL", "CALLYZER_TOKEN"];

/// What became of a setting, for somebody who looks at them.
#[derive(Debug)]
pub struct Finding {
    pub key: String,
    /// Its value and where it stands, a secret masked; else why it cannot be used.
    pub found: Result<String>,
}

#[derive(Debug)]
pub struct Values {
    environment: bool,
    file: HashMap<String, String>,
    file_name: String,
    /// There while settings are looked at: one that cannot be used is noted, and its default taken.
    findings: Option<RefCell<Vec<Finding>>>,
}

impl Values {
    pub fn gather(global: &Global) -> Result<Self> {
        let (path, must_exist) = env_file(global);
        Self::from_file(&path, must_exist, true)
    }

    /// For somebody who looks at the settings: a file that cannot be read is a finding too.
    pub fn examine(global: &Global, borrowed: bool) -> Result<Self> {
        let gathered = if borrowed {
            Self::fixed(global)
        } else {
            Self::gather(global)
        };
        let mut values = match gathered {
            Err(error) if exit::of(&error) == Exit::Settings => Self {
                environment: !borrowed,
                findings: Some(RefCell::new(vec![Finding {
                    key: ENV_FILE.into(),
                    found: Err(error),
                }])),
                file: HashMap::new(),
                file_name: env_file(global).0.display().to_string(),
            },
            gathered => gathered?,
        };
        values.findings.get_or_insert_default();
        Ok(values)
    }

    pub fn env_file(&self) -> EnvFile {
        let findings = self.findings.as_ref().map(RefCell::borrow);
        let is_broken = findings.is_some_and(|all| all.iter().any(|one| one.key == ENV_FILE));
        EnvFile {
            path: self.file_name.clone().into(),
            holds_secret: is_broken || SECRETS.iter().any(|key| self.file.contains_key(*key)),
        }
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Notes the first that is said of a setting.
    pub fn note(&self, key: &str, found: Result<&Value>) {
        let Some(findings) = &self.findings else {
            return;
        };
        let mut findings = findings.borrow_mut();
        if findings.iter().all(|finding| finding.key != key) {
            let shown = |value: &Value| match SECRETS.contains(&key) {
                true => format!("*** ({})", value.origin),
                false => format!("{} ({})", value.text, value.origin),
            };
            findings.push(Finding {
                key: key.into(),
                found: found.map(shown),
            });
        }
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
            dotenvy::Error::LineParse(..) => failure(
                Exit::Settings,
                format!(
                    "{file_name}: not a KEY=VALUE line; quote values with signs such as \\ or $"
                ),
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
            findings: None,
        })
    }

    /// For a setting without a default.
    pub fn get(&self, key: &str) -> Result<Option<Value>> {
        self.read(key, |value| Ok(value.clone()))
    }

    /// For a setting without a default.
    pub fn parse_if_set<T>(
        &self,
        key: &str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<Option<T>> {
        self.read(key, |value| parse(&value.text))
    }

    pub fn parse<T>(
        &self,
        key: &str,
        default: &str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<T> {
        if let Some(parsed) = self.read(key, |value| parse(&value.text))? {
            return Ok(parsed);
        }
        let default = Value {
            text: default.into(),
            origin: "default".into(),
            rank: 2,
        };
        self.note(key, Ok(&default));
        parse(&default.text).map_err(|reason| unusable(key, &default, reason))
    }

    fn read<T>(
        &self,
        key: &str,
        parse: impl Fn(&Value) -> std::result::Result<T, String>,
    ) -> Result<Option<T>> {
        let read = self.find(key).and_then(|value| {
            let Some(value) = value else {
                return Ok(None);
            };
            let parsed = parse(&value).map_err(|reason| unusable(key, &value, reason))?;
            self.note(key, Ok(&value));
            Ok(Some(parsed))
        });
        match read {
            Err(error) if self.findings.is_some() => {
                self.note(key, Err(error));
                Ok(None)
            }
            read => read,
        }
    }

    /// The value of a setting; one that is there and empty is an error, never a silent default.
    fn find(&self, key: &str) -> Result<Option<Value>> {
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
}

/// The env file that was named, which must exist, or the default one.
fn env_file(global: &Global) -> (PathBuf, bool) {
    let variable = || env::var_os("CALLSYNC_ENV_FILE").map(Into::into);
    match global.env_file.clone().or_else(variable) {
        Some(path) => (path, true),
        None => (DEFAULT_ENV_FILE.into(), false),
    }
}

fn warn_of_unknown<'a>(keys: impl Iterator<Item = &'a String>, file: &str) {
    let ours = |key: &str| key.starts_with("CALLSYNC_") || key.starts_with("CALLYZER_");
    for key in keys.filter(|key| ours(key) && !KEYS.contains(&key.as_str())) {
        log::warn!("{file}: {key} is not a setting of this version of callsync");
    }
}
