//! The names of settings: which there are, and which hold secrets.

use super::network;
use crate::http::Proxy;
use crate::provider::Provider;

/// Every setting that an env file may hold, beside those of the network.
const KEYS: [&str; 47] = [
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
    "DIALOG_BASE_URL",
    "DIALOG_CAMPAIGNS",
    "DIALOG_COLUMNS",
    "DIALOG_INTERVAL_MS",
    "DIALOG_LOGIN",
    "DIALOG_LOGIN_URL",
    "DIALOG_PASSWORD",
    "DIALOG_PASSWORD_FILE",
    "DIALOG_PROJECT_ID",
    "DIALOG_SCENARIO_ID",
    "DIALOG_START_BLOCK_ID",
    "DIALOG_TIMEOUT_S",
    "DIALOG_TIMEZONE",
    "DIALOG_TOKEN",
    "DIALOG_TOKEN_FILE",
    "MLUVII_BASE_URL",
    "MLUVII_CLIENT_ID",
    "MLUVII_CLIENT_SECRET",
    "MLUVII_CLIENT_SECRET_FILE",
    "MLUVII_INTERVAL_MS",
    "MLUVII_PHASES",
    "MLUVII_PHASES_A_RUN",
    "MLUVII_TIMEOUT_S",
    "MLUVII_TIMEZONE",
    "TELECUBE_BASE_URL",
    "TELECUBE_INTERVAL_MS",
    "TELECUBE_NOTES_A_RUN",
    "TELECUBE_OVERLAP_MINUTES",
    "TELECUBE_TIMEOUT_S",
    "TELECUBE_TIMEZONE",
    "TELECUBE_TOKEN",
    "TELECUBE_TOKEN_FILE",
];

/// How names of settings begin, beside those of the systems.
const PREFIXES: [&str; 2] = ["CALLSYNC", "SSL_CERT"];

/// How names of settings end that hold a secret.
const SECRETS: [&str; 3] = ["_TOKEN", "_SECRET", "_PASSWORD"];

pub(super) fn is_key(key: &str) -> bool {
    KEYS.contains(&key) || network::is_key(key)
}

/// Whether a name is a setting's, of this version or perhaps of another.
pub(super) fn is_like_ours(key: &str) -> bool {
    let providers = Provider::ALL.map(Provider::prefix);
    let mut prefixes = PREFIXES.iter().chain(&providers);
    network::is_key(key)
        || prefixes.any(|prefix| {
            let name = key.strip_prefix(prefix);
            name.is_some_and(|name| name.starts_with('_'))
        })
}

/// Whether a setting is never shown.
fn is_secret(key: &str) -> bool {
    key == "CALLSYNC_PING_URL" || SECRETS.iter().any(|end| key.ends_with(end))
}

/// Whether a file with this setting must be private.
pub(super) fn holds_secret(key: &str, text: &str) -> bool {
    is_secret(key) || network::is_proxy(key) && text.contains('@')
}

/// A value as it may be shown.
pub(super) fn shown(key: &str, text: &str) -> String {
    if is_secret(key) {
        return "***".into();
    }
    if !network::is_proxy(key) {
        return text.into();
    }
    Proxy::parse(text, key).map_or_else(|_| text.into(), |proxy| proxy.address())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_shown_and_the_files_of_secrets_are() {
        for key in [
            "CALLYZER_TOKEN",
            "CALLSYNC_PING_URL",
            "MLUVII_CLIENT_SECRET",
            "DIALOG_TOKEN",
            "DIALOG_PASSWORD",
        ] {
            assert_eq!(shown(key, "word"), "***");
            assert!(is_key(key) && holds_secret(key, "word"), "{key}");
        }
        for key in [
            "MLUVII_CLIENT_ID",
            "MLUVII_CLIENT_SECRET_FILE",
            "DIALOG_LOGIN",
            "DIALOG_LOGIN_URL",
            "DIALOG_PASSWORD_FILE",
        ] {
            assert_eq!(shown(key, "word"), "word");
            assert!(is_key(key) && !holds_secret(key, "word"), "{key}");
        }
    }
}
