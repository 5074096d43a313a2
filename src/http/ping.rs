//! The ping at the end of a `sync`, in the form of healthchecks.io: the URL on
//! success, `/fail` behind it on failure.

use std::time::Duration;

use super::{BaseUrl, Network};
use crate::interrupt::{self, Grace};
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
pub fn ping(ping: &PingUrl, failure: Option<String>) {
    let PingUrl { url, network } = ping.clone();
    let sent = interrupt::wait_for(move || send(&url, &network, failure), Grace::Ping);
    match sent {
        Ok(Some(Ok(()))) => {}
        Ok(Some(Err(error))) => {
            let fault = match error.is_status() {
                true => Fault::Unavailable(Reason::in_its_words(error.without_url())),
                false => ping.network.fault(&error),
            };
            let error =
                Error::new("its server", fault).asked_through(ping.network.proxy_to(&ping.url));
            log::warn!("the ping did not arrive: {error}");
        }
        Ok(None) => log::warn!("the ping was not answered before the end of the run"),
        Err(error) => log::warn!("the ping was not sent: {error}"),
    }
}

fn send(url: &BaseUrl, network: &Network, failure: Option<String>) -> reqwest::Result<()> {
    let client = network.client(url)?;
    let request = match failure {
        None => client.get(url.as_str()),
        Some(line) => client.post(format!("{}/fail", url.as_str())).body(line),
    };
    let answer = request.timeout(TIMEOUT).send()?;
    answer.error_for_status().map(drop)
}
