//! The ping at the end of a `sync`, in the form of healthchecks.io: the URL on
//! success, `/fail` behind it on failure.

use std::time::Duration;

use super::{BaseUrl, Network};
use crate::provider::{Error, Fault};
use crate::reason::Reason;

/// A run waits no longer than this for a service that only watches it.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Where to ping, and how it is reached.
#[derive(Clone, Debug)]
pub struct PingUrl {
    url: BaseUrl,
    network: Network,
}

impl PingUrl {
    pub fn new(url: BaseUrl, network: Network) -> Self {
        Self { url, network }
    }
}

/// Tells that a run ended; `failure` is its last line. A ping that does not
/// arrive changes nothing. Its URL, which is a secret, is in no log.
pub fn ping(PingUrl { url, network }: &PingUrl, failure: Option<String>) {
    let sent = network
        .client(url)
        .and_then(|client| {
            let request = match failure {
                None => client.get(url.as_str()),
                Some(line) => client.post(format!("{}/fail", url.as_str())).body(line),
            };
            request.timeout(TIMEOUT).send()
        })
        .and_then(reqwest::blocking::Response::error_for_status);
    if let Err(error) = sent {
        let fault = match error.is_status() {
            true => Fault::Unavailable(Reason::in_its_words(error.without_url())),
            false => network.fault(&error),
        };
        let error = Error::new("its server", fault).asked_through(network.proxy_to(url));
        log::warn!("the ping did not arrive: {error}");
    }
}
