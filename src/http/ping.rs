//! The ping at the end of a `sync`, in the form of healthchecks.io: the URL on
//! success, `/fail` behind it on failure.

use std::time::Duration;

use super::{BaseUrl, client};

/// A run waits no longer than this for a service that only watches it.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Tells that a run ended; `failure` is its last line. A ping that does not
/// arrive changes nothing. Its URL, which is a secret, is in no log.
pub fn ping(url: &BaseUrl, failure: Option<String>) {
    let sent = client(url)
        .and_then(|client| {
            let request = match failure {
                None => client.get(url.as_str()),
                Some(line) => client.post(format!("{}/fail", url.as_str())).body(line),
            };
            request.timeout(TIMEOUT).send()
        })
        .and_then(reqwest::blocking::Response::error_for_status);
    if let Err(error) = sent {
        log::warn!("the ping did not arrive: {}", error.without_url());
    }
}
