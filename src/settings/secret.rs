//! A secret, in its setting or in a file that another setting names.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::Result;

use super::{Value, Values, not_set, unusable};
use crate::exit::{Exit, failure};
use crate::reason::Cause;

#[derive(Debug)]
pub(super) struct SecretSetting {
    key: String,
    file_key: String,
    text: Option<Value>,
    file: Option<Value>,
}

impl SecretSetting {
    pub fn of(values: &mut Values, key: String) -> Self {
        let file_key = format!("{key}_FILE");
        Self {
            text: values.get(&key),
            file: values.get(&file_key),
            key,
            file_key,
        }
    }

    /// The lesser of both settings; None if there is none.
    pub fn rank(&self) -> Option<u8> {
        let both = self.text.iter().chain(&self.file);
        both.map(|value| value.rank).min()
    }

    /// The name of a setting that is there.
    pub fn given(&self) -> &str {
        match self.text {
            Some(_) => &self.key,
            None => &self.file_key,
        }
    }

    /// The file, and what it is.
    pub fn file(&self) -> Option<(String, &Path)> {
        let file = self.file.as_ref()?;
        let what = self.key.rsplit('_').next()?.to_lowercase();
        Some((format!("{what} file"), Path::new(&file.text)))
    }

    /// Reads the secret, which other commands need no right to read.
    pub fn read<T>(
        &self,
        env_file: &str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<T> {
        let (key, file_key) = (&self.key, &self.file_key);
        match (&self.text, &self.file) {
            (Some(text), Some(file)) if text.rank == file.rank => {
                Err(failure(Exit::Settings, Cause::BothSet.of(&[key, file_key])))
            }
            (Some(text), file) if file.as_ref().is_none_or(|file| text.rank < file.rank) => {
                parse(&text.text).map_err(|reason| unusable(key, text, reason))
            }
            (_, Some(file)) => text_of(Path::new(&file.text))
                .and_then(|text| parse(&text))
                .map_err(|reason| unusable(file_key, file, reason)),
            _ => Err(not_set(&format!("{key} or {file_key}"), env_file)),
        }
    }
}

/// Refuses a file that others than its owner and group can read or write: a secret that many
/// know is none.
fn text_of(path: &Path) -> std::result::Result<String, String> {
    let unread = |error| format!("could not read {}: {error}", path.display());
    let file = File::open(path).map_err(unread)?;
    let mode = file.metadata().map_err(unread)?.mode() & 0o7777;
    if mode & 0o007 != 0 {
        let path = path.display();
        return Err(format!(
            "{path} (mode {mode:04o}) is open to anybody; chmod o-rwx {path}"
        ));
    }
    io::read_to_string(file).map_err(unread)
}
