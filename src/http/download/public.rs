//! Files that anybody may read who has their address: without a credential, a cookie or a
//! pace.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use reqwest::Url;
use reqwest::blocking::Client;

use super::arrival::{Arrival, arrive};
use super::{Download, Resume, has_credentials, no_client};
use crate::http::{BaseUrl, Network, Refusal};
use crate::provider::{self, Error, Fault};
use crate::rate_limit;
use crate::reason::Cause;
use crate::text;

/// A file may have moved, but not for ever.
const MAX_REDIRECTS: usize = 5;

/// How often a file is asked for, with a pause between.
const TRIES: usize = 2;
const PAUSE: Duration = Duration::from_secs(1);

/// Files of a system on whatever server they are.
#[derive(Debug)]
pub struct PublicFiles {
    /// The system's name, as people write it.
    system: &'static str,
    network: Network,
    /// How long bytes may fail to come.
    timeout: Duration,
    /// The client of the server that was asked last: making one takes time.
    client: RefCell<Option<(String, Client)>>,
    requests: Cell<i64>,
}

impl PublicFiles {
    pub fn new(system: &'static str, network: Network, timeout: Duration) -> Self {
        Self {
            system,
            network,
            timeout,
            client: RefCell::default(),
            requests: Cell::new(0),
        }
    }

    pub fn requests(&self) -> i64 {
        self.requests.get()
    }

    pub fn error(&self, fault: Fault) -> Error {
        Error::new(self.system, fault)
    }

    /// Begins to download a file; None: it is gone.
    pub fn download(
        &self,
        address: &str,
        resume: Option<&Resume>,
    ) -> provider::Result<Option<Download>> {
        for _ in 1..TRIES {
            match self.follow(address, resume) {
                Err(Refusal::Passing(fault)) => {
                    log::info!("{}; trying again", self.error(fault));
                    rate_limit::wait(PAUSE).map_err(|fault| self.error(fault))?;
                }
                done => return self.judged(done),
            }
        }
        self.judged(self.follow(address, resume))
    }

    fn judged<T>(&self, done: Result<T, Refusal>) -> provider::Result<T> {
        done.map_err(|refusal| {
            self.error(match refusal {
                Refusal::Passing(fault) | Refusal::Unauthorized(fault) | Refusal::Final(fault) => {
                    fault
                }
                Refusal::RateLimited { .. } => Fault::RateLimited,
            })
        })
    }

    /// Goes where redirects lead.
    fn follow(&self, address: &str, resume: Option<&Resume>) -> Result<Option<Download>, Refusal> {
        let (mut url, mut resume) = (public_url(address, None)?, resume);
        for _ in 0..=MAX_REDIRECTS {
            match self.arrival(&url, resume)? {
                Arrival::OtherRange => resume = None,
                Arrival::Refused {
                    answered,
                    to: Some(to),
                } if answered.status.is_redirection() => url = public_url(&to, Some(&url))?,
                Arrival::Refused { answered, .. } => {
                    return Err(Refusal::of_no_file(&answered, &answered.text));
                }
                arrival => return Ok(arrival.into_download()),
            }
        }
        let many = Cause::ManyRedirects.of(&[&MAX_REDIRECTS]);
        Err(Refusal::Final(Fault::BadAnswer(many)))
    }

    fn arrival(&self, url: &Url, resume: Option<&Resume>) -> Result<Arrival, Refusal> {
        let client = self.client(url)?;
        self.requests.set(self.requests.get() + 1);
        log::debug!("GET {}", text::quoted(url.path()));
        Ok(arrive(client.get(url.clone()), resume, &self.network)?)
    }

    fn client(&self, url: &Url) -> Result<Client, Refusal> {
        let server = url.origin().ascii_serialization();
        if let Some((_, client)) = self
            .client
            .borrow()
            .as_ref()
            .filter(|(of, _)| *of == server)
        {
            return Ok(client.clone());
        }
        let base: BaseUrl = server.parse().map_err(|_| odd_address(url.as_str()))?;
        let client = self
            .network
            .file_client(&base, self.timeout)
            .map_err(no_client)?;
        self.client.replace(Some((server, client.clone())));
        Ok(client)
    }
}

/// The address of a file: https, or http from a loopback address to one, as in tests.
fn public_url(address: &str, from: Option<&Url>) -> Result<Url, Refusal> {
    let url = match from {
        Some(from) => from.join(address),
        None => Url::parse(address),
    };
    let url = url.map_err(|_| odd_address(address))?;
    let is_downgrade = from.is_some_and(|from| from.scheme() != url.scheme());
    let server: Result<BaseUrl, _> = url.origin().ascii_serialization().parse();
    match server {
        Ok(server) if server.is_encrypted() || !is_downgrade => {}
        _ => return Err(odd_address(address)),
    }
    if has_credentials(&url) {
        return Err(odd_address(address));
    }
    Ok(url)
}

fn odd_address(address: &str) -> Refusal {
    let reason = Cause::OddAddress.of(&[&text::quoted(address)]);
    Refusal::Final(Fault::BadAnswer(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_file_is_asked_for_by_https_and_http_never_leaves_the_machine() {
        for address in [
            "https://media1.callyzer.co/a.mp3",
            "http://127.0.0.1:1/a.mp3",
        ] {
            assert!(public_url(address, None).is_ok(), "{address}");
        }
        for address in [
            "http://media1.callyzer.co/a.mp3",
            "https://user:secret@media1.callyzer.co/a.mp3",
            "ftp://media1.callyzer.co/a.mp3",
            "file:///etc/passwd",
            "data:,x",
            "/a.mp3",
            "",
        ] {
            assert!(public_url(address, None).is_err(), "{address}");
        }
        let from = Url::parse("https://media1.callyzer.co/a.mp3").unwrap();
        for (to, is_followed) in [
            ("/b.mp3", true),
            ("https://media2.callyzer.co/b.mp3", true),
            ("http://media1.callyzer.co/a.mp3", false),
            ("http://127.0.0.1/a.mp3", false),
        ] {
            assert_eq!(public_url(to, Some(&from)).is_ok(), is_followed, "{to}");
        }
    }
}
