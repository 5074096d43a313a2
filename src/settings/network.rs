//! How all systems are reached: the proxy and the certificates, under the names that
//! other programs use too.

use super::Values;
use crate::http::{Authorities, Network, Proxy};

/// Each name of a proxy may be in capitals or in small letters.
const PROXY: [&str; 2] = ["HTTPS_PROXY", "ALL_PROXY"];
const NO_PROXY: &str = "NO_PROXY";
/// Of no use here: all that is asked is https, or on this machine.
const HTTP_PROXY: &str = "HTTP_PROXY";
const CERT_FILE: &str = "SSL_CERT_FILE";
const CERT_DIR: &str = "SSL_CERT_DIR";

/// Whether it is one of these settings.
pub(super) fn is_key(key: &str) -> bool {
    [CERT_FILE, CERT_DIR].contains(&key) || is_proxy(key) || is_in_either_case(key, NO_PROXY)
}

/// Whether it is the URL of a proxy, which may hold a password.
pub(super) fn is_proxy(key: &str) -> bool {
    let mut names = PROXY.into_iter().chain([HTTP_PROXY]);
    names.any(|name| is_in_either_case(key, name))
}

fn is_in_either_case(key: &str, name: &str) -> bool {
    key == name || key == name.to_lowercase()
}

/// What cannot be used is noted, and left out.
pub(super) fn of(values: &mut Values) -> Network {
    let file = values.read(CERT_FILE, |value| {
        Authorities::in_file(&value.text, CERT_FILE)
    });
    let folders = values.read(CERT_DIR, |value| {
        Authorities::in_folders(&value.text, CERT_DIR)
    });
    Network {
        proxy: proxy(values),
        no_proxy: values
            .spelling(NO_PROXY)
            .and_then(|key| values.parse_if_given(&key, str::parse))
            .unwrap_or_default(),
        authorities: match (file, folders) {
            (Some(file), Some(folders)) => Some(file.and(folders)),
            (file, folders) => file.or(folders),
        },
    }
}

/// `HTTPS_PROXY`, else `ALL_PROXY`. An empty one is no proxy.
fn proxy(values: &mut Values) -> Option<Proxy> {
    if let Some(key) = PROXY.iter().find_map(|name| values.spelling(name)) {
        return values.parse_if_given(&key, |text| Proxy::parse(text, &key));
    }
    if let Some(key) = values.spelling(HTTP_PROXY) {
        values.note_unused(
            &key,
            "not used, because all requests are https: see HTTPS_PROXY",
        );
    }
    None
}
