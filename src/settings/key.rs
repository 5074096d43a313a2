//! The names of settings: which there are, and which hold secrets.

use super::network;
use crate::http::Proxy;
use crate::provider::Provider;

/// Every setting that an env file may hold, beside those of the network.
const KEYS: [&str; 23] = [
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
    "TELECUBE_BASE_URL",
    "TELECUBE_INTERVAL_MS",
    "TELECUBE_NOTES_A_RUN",
    "TELECUBE_OVERLAP_MINUTES",
    "TELECUBE_TIMEOUT_S",
    "TELECUBE_TIMEZONE",
    "TELECUBE_TOKEN",
    "TELECUBE_TOKEN_FILE",
];

/// How names of settings begin, beside those of the systems: also those of systems that
/// later versions read.
const PREFIXES: [&str; 4] = ["CALLSYNC", "DIALOG", "MLUVII", "SSL_CERT"];

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
    key == "CALLSYNC_PING_URL" || key.ends_with("_TOKEN")
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
