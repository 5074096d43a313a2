//! The values of settings: from the environment, else from the env file.

use std::collections::HashMap;
use std::env::{self, VarError};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::key::{holds_secret, is_key, is_like_ours, shown};
use super::{DEFAULT_ENV_FILE, defaults, network, unusable};
use crate::cli::Global;
use crate::exit::{Exit, failure};
use crate::owner;
use crate::provider::Provider;

#[derive(Clone, Debug)]
pub struct Value {
    pub text: String,
    /// Where it comes from, for messages.
    pub origin: String,
    /// The least wins: 0 environment, 1 env file, 2 default.
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

/// The key of a finding about the env file itself.
const ENV_FILE: &str = "env file";

/// The file of settings, whether it exists or not.
#[derive(Clone, Debug)]
pub struct EnvFile {
    pub path: PathBuf,
    /// Also if it could not be read.
    pub holds_secret: bool,
    /// Whether this account may not read it.
    pub is_closed: bool,
}

/// What was found of a setting.
#[derive(Debug)]
pub struct Finding {
    pub key: String,
    /// Its value and where that comes from, a secret masked; else why it cannot be used.
    pub found: Result<String>,
}

impl Finding {
    /// Whether no system can be reached as the settings ask.
    pub fn keeps_from_asking(&self) -> bool {
        self.found.is_err() && network::is_key(&self.key)
    }

    /// Whether the setting says where a system is, or who asks it.
    pub fn is_of_access(&self, provider: Provider) -> bool {
        defaults(provider).is_of_access(&self.key)
    }

    /// Whether the setting says who asks a system.
    pub fn is_credential_of(&self, provider: Provider) -> bool {
        defaults(provider).is_credential(&self.key)
    }
}

#[derive(Debug)]
pub struct Values {
    /// Whether the environment counts.
    environment: bool,
    file: HashMap<String, String>,
    file_name: String,
    findings: Vec<Finding>,
}

impl Values {
    /// Reads the env file. `borrowed`: another account asks through this one, and
    /// may choose no file and no setting: then only the default env file counts.
    pub fn gather(global: &Global, borrowed: bool) -> Result<Self> {
        if borrowed {
            refuse_choices(global)?;
        }
        let (path, must_exist) = if borrowed {
            (DEFAULT_ENV_FILE.into(), false)
        } else {
            env_file(global)
        };
        let values = Self::of(&path, !borrowed, read_file(&path, must_exist));
        warn_of_unknown(values.file.keys(), &values.file_name);
        Ok(values)
    }

    fn of(path: &Path, environment: bool, lines: Vec<Result<(String, String)>>) -> Self {
        let mut values = Self {
            environment,
            file: HashMap::new(),
            file_name: path.display().to_string(),
            findings: Vec::new(),
        };
        for line in lines {
            match line {
                Ok((key, value)) => drop(values.file.insert(key, value)),
                Err(error) => values.note(ENV_FILE, Err(error)),
            }
        }
        values
    }

    /// Only what an env file with this content says.
    #[cfg(any(test, fuzzing))]
    pub fn of_content(path: &Path, content: &[u8]) -> Self {
        let lines = read_lines(path, dotenvy::Iter::new(content));
        Self::of(path, false, lines)
    }

    /// The settings in the env file.
    #[cfg(any(test, fuzzing))]
    pub fn in_file(&self) -> &HashMap<String, String> {
        &self.file
    }

    /// The file of settings that counts.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    pub fn env_file(&self) -> EnvFile {
        let is_broken = self.findings.iter().any(|one| one.key == ENV_FILE);
        EnvFile {
            path: self.file_name.clone().into(),
            is_closed: is_broken && is_closed(Path::new(&self.file_name)),
            holds_secret: is_broken || self.file.iter().any(|(key, text)| holds_secret(key, text)),
        }
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Notes the first that is found of a setting.
    pub fn note(&mut self, key: &str, found: Result<&Value>) {
        if self.findings.iter().any(|finding| finding.key == key) {
            return;
        }
        let shown = |value: &Value| format!("{} ({})", shown(key, &value.text), value.origin);
        self.findings.push(Finding {
            key: key.into(),
            found: found.map(shown),
        });
    }

    /// For a setting without a default.
    pub fn get(&mut self, key: &str) -> Option<Value> {
        self.read(key, |value| Ok(value.clone()))
    }

    /// For a setting without a default.
    pub fn parse_if_given<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Option<T> {
        self.read(key, |value| parse(&value.text))
    }

    /// For a setting with a default, which stands in for a value that cannot be used.
    pub fn parse<T>(
        &mut self,
        key: &str,
        default: &str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<T> {
        if let Some(parsed) = self.read(key, |value| parse(&value.text)) {
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

    /// Notes of a setting that is there why it does nothing.
    pub fn note_unused(&mut self, key: &str, why: &str) {
        if let Ok(Some(value)) = self.find(key) {
            self.findings.push(Finding {
                key: key.into(),
                found: Ok(format!("{why} ({})", value.origin)),
            });
        }
    }

    /// None: it is not set, or cannot be used, which is noted.
    pub fn read<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&Value) -> std::result::Result<T, String>,
    ) -> Option<T> {
        let found = self.find(key).and_then(|value| {
            let Some(value) = value else {
                return Ok(None);
            };
            let parsed = parse(&value).map_err(|reason| unusable(key, &value, reason))?;
            Ok(Some((value, parsed)))
        });
        match found {
            Ok(None) => None,
            Ok(Some((value, parsed))) => {
                self.note(key, Ok(&value));
                Some(parsed)
            }
            Err(error) => {
                self.note(key, Err(error));
                None
            }
        }
    }

    /// Whether a setting has a value of its own, usable or not.
    pub fn is_given(&self, key: &str) -> bool {
        !matches!(self.find(key), Ok(None))
    }

    /// Whether the value of a setting that was read is usable, and none was missed in an env
    /// file that cannot be read whole.
    pub fn is_known(&self, key: &str) -> bool {
        let is_faulty = |key: &str| {
            let mut findings = self.findings.iter();
            findings.any(|one| one.key == key && one.found.is_err())
        };
        !is_faulty(key) && (self.is_given(key) || !is_faulty(ENV_FILE))
    }

    /// How a setting is spelt whose name may also be in small letters; None if it is not
    /// there, or empty. Where both are, the capitals count, but the environment before the
    /// env file.
    pub fn spelling(&self, key: &str) -> Option<String> {
        let keys = [key.to_owned(), key.to_lowercase()];
        let place = |key: &String| match self.written(key) {
            Ok(value) => value.map_or(u8::MAX, |value| value.rank),
            Err(_) => 0,
        };
        let key = keys.into_iter().min_by_key(place)?;
        let written = self.written(&key).transpose()?;
        let is_empty = written.is_ok_and(|value| value.text.is_empty());
        (!is_empty).then_some(key)
    }

    /// The value of a setting; one that is there and empty is an error, never a silent default.
    fn find(&self, key: &str) -> Result<Option<Value>> {
        match self.written(key)? {
            Some(value) if value.text.is_empty() => Err(unusable(
                key,
                &value,
                "it is empty; remove it to have the default",
            )),
            value => Ok(value),
        }
    }

    /// The value of a setting, which may be empty.
    fn written(&self, key: &str) -> Result<Option<Value>> {
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
        Ok(from_environment.or_else(from_file))
    }
}

/// Through sudo from another account, flags and variables that would choose a file
/// or a setting are refused.
fn refuse_choices(global: &Global) -> Result<()> {
    let flag = [
        ("--database", &global.database),
        ("--env-file", &global.env_file),
    ]
    .into_iter()
    .find_map(|(name, value)| value.as_ref().map(|_| name.to_owned()));
    let variable = || {
        env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .find(|name| is_like_ours(name))
    };
    match flag.or_else(variable) {
        Some(name) => Err(failure(
            Exit::Denied,
            format!("{name} is refused through sudo: only {DEFAULT_ENV_FILE} counts"),
        )),
        None => Ok(()),
    }
}

/// The settings in a file, and the error of each line that is none.
fn read_file(path: &Path, must_exist: bool) -> Vec<Result<(String, String)>> {
    match dotenvy::from_path_iter(path) {
        Ok(lines) => read_lines(path, lines),
        Err(error) if error.not_found() && !must_exist => Vec::new(),
        Err(error) => vec![Err(broken(path, error))],
    }
}

/// A file that can be read no further ends with that error.
fn read_lines<R: Read>(path: &Path, lines: dotenvy::Iter<R>) -> Vec<Result<(String, String)>> {
    let mut read = Vec::new();
    for line in lines {
        let is_last = matches!(line, Err(dotenvy::Error::Io(_)));
        read.push(line.map_err(|error| broken(path, error)));
        if is_last {
            break;
        }
    }
    read
}

/// Says nothing of a line's content, which may be a secret.
fn broken(path: &Path, error: dotenvy::Error) -> anyhow::Error {
    let file = path.display();
    let reason = match error {
        dotenvy::Error::LineParse(..) => {
            format!("{file}: not a KEY=VALUE line; quote values with signs such as \\ or $")
        }
        dotenvy::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            format!(
                "the env file {file} is closed to this account; {}",
                owner::CLOSED
            )
        }
        error => format!("could not read the env file {file}: {error}"),
    };
    failure(Exit::Settings, reason)
}

fn is_closed(path: &Path) -> bool {
    let opened = File::open(path);
    opened.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
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
    for key in keys.filter(|key| is_like_ours(key) && !is_key(key)) {
        log::warn!("{file}: {key} is not a setting of this version of callsync");
    }
}
