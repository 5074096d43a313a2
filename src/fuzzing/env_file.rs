//! The env file.

use std::collections::HashMap;
use std::path::Path;

use super::shown::assert_one_line;
use crate::cli::Global;
use crate::settings::{Settings, Values};

/// Names of settings that hold a secret end so.
const SECRETS: [&str; 4] = ["_TOKEN", "_SECRET", "_PASSWORD", "_PING_URL"];

/// A secret of fewer characters may stand in any text by chance.
const LEAST_CHARS: usize = 8;

/// What is read reads the same when it is written again, and no secret is told.
pub fn env_file(bytes: &[u8]) {
    // Its files would be read.
    if bytes.windows(8).any(|name| name == b"SSL_CERT") {
        return;
    }
    let values = read(bytes);
    let settings = values.in_file().clone();
    for (key, value) in &settings {
        if let Some(line) = written(key, value) {
            let again = read(line.as_bytes());
            assert_eq!(again.in_file().get(key), Some(value), "{line}");
        }
    }
    assert_untold(&settings, &told(values));
}

fn read(content: &[u8]) -> Values {
    Values::of_content(Path::new("callsync.env"), content)
}

/// What is told of each setting; of one that cannot be used, on one line.
fn told(values: Values) -> Vec<String> {
    let global = Global {
        database: None,
        env_file: None,
        verbose: 0,
        quiet: false,
    };
    let examined = Settings::examine_values(&global, values).unwrap();
    let told = examined.findings.into_iter().map(|finding| finding.found);
    let told = told.map(|found| match found {
        Ok(found) => found,
        Err(error) => {
            let error = format!("{error:#}");
            assert_one_line(&error);
            error
        }
    });
    told.collect()
}

/// Nothing that is told holds a secret, unless it says so of any other secret, or another
/// setting does.
fn assert_untold(settings: &HashMap<String, String>, told_of_them: &[String]) {
    let (secrets, shown): (Vec<_>, Vec<_>) = settings
        .iter()
        .partition(|(key, value)| is_secret(key, value));
    let lines = shown.iter().filter_map(|(key, value)| written(key, value));
    let hidden = secrets.iter().map(|(key, _)| format!("{key}=another-1\n"));
    let content: String = lines.chain(hidden).collect();
    let told_anyway = told(read(content.as_bytes()));
    for (_, secret) in secrets {
        let is_shown = shown.iter().any(|(_, value)| value.contains(secret));
        let mut holding = told_of_them.iter().filter(|told| told.contains(secret));
        let is_untold = holding.all(|told| told_anyway.contains(told));
        assert!(is_shown || is_untold, "{secret}");
    }
}

/// The line of a setting as a shell reads it too; None if that takes more than quotes.
fn written(key: &str, value: &str) -> Option<String> {
    (!value.contains('\'')).then(|| format!("{key}='{value}'\n"))
}

fn is_secret(key: &str, value: &str) -> bool {
    SECRETS.iter().any(|end| key.ends_with(end)) && value.chars().count() >= LEAST_CHARS
}
