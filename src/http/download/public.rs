//! Files that anybody may read who has their address: without a credential, a cookie or a
//! pace.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use reqwest::Url;
use reqwest::blocking::Client;

use super::arrival::{Arrival, arrive};
use super::{Download, Resume, has_credentials, odd_address};
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
    /// Whether the system is on this machine, as in tests: then its files may be there too.
    is_local: bool,
    /// How long bytes may fail to come.
    timeout: Duration,
    /// The client of the server that was asked last: making one takes time.
    client: RefCell<Option<(String, Client)>>,
    requests: Cell<i64>,
}

impl PublicFiles {
    pub fn new(system: &'static str, base: &BaseUrl, network: Network, timeout: Duration) -> Self {
        Self {
            system,
            network,
            is_local: base.is_loopback(),
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
        let (mut url, mut resume) = (self.url(address, None)?, resume);
        for _ in 0..=MAX_REDIRECTS {
            match self.arrival(&url, resume)? {
                Arrival::OtherRange => resume = None,
                Arrival::Refused {
                    answered,
                    to: Some(to),
                } if answered.status.is_redirection() => {
                    url = self.url(&to, Some(&url))?;
                }
                Arrival::Refused { answered, .. } => {
                    return Err(Refusal::of_no_file(&answered, &answered.text));
                }
                arrival => return Ok(arrival.into_download()),
            }
        }
        let many = Cause::ManyRedirects.of(&[&MAX_REDIRECTS]);
        Err(Refusal::Final(Fault::BadAnswer(many)))
    }

    fn url(&self, address: &str, from: Option<&Url>) -> Result<Url, Refusal> {
        let url = match from {
            Some(from) => from.join(address),
            None => Url::parse(address),
        };
        let url = url.ok().filter(|url| may_be_asked(url, self.is_local));
        url.ok_or_else(|| Refusal::Final(odd_address(address)))
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
        let base: BaseUrl = server
            .parse()
            .map_err(|_| Refusal::Final(odd_address(url.as_str())))?;
        let client = self
            .network
            .file_client(&base, self.timeout)
            .map_err(Refusal::no_client)?;
        self.client.replace(Some((server, client.clone())));
        Ok(client)
    }
}

/// Whether a file may be there: at a server of the Internet that has a name and shows by its
/// certificate that it is its own, or on this machine where the system is there itself.
fn may_be_asked(url: &Url, is_local: bool) -> bool {
    let server: Result<BaseUrl, _> = url.origin().ascii_serialization().parse();
    let is_this_machine = |name: &str| {
        let name = name.trim_end_matches('.');
        name == "localhost" || name.ends_with(".localhost")
    };
    let has_name = url.domain().is_some_and(|name| !is_this_machine(name));
    let may_be =
        |server: BaseUrl| server.is_encrypted() && has_name || server.is_loopback() && is_local;
    server.is_ok_and(may_be) && !has_credentials(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_file_is_asked_of_a_named_server_by_https_and_of_this_machine_in_tests_alone() {
        let from = Url::parse("https://media1.callyzer.co/a.mp3").unwrap();
        for (address, is_asked) in [
            ("https://media1.callyzer.co/a.mp3", true),
            ("https://media2.callyzer.co:8443/b.mp3?sig=1", true),
            ("/b.mp3", true),
            ("http://media1.callyzer.co/a.mp3", false),
            ("https://user:secret@media1.callyzer.co/a.mp3", false),
            ("http://127.0.0.1:9200/a.mp3", false),
            ("https://127.0.0.1/a.mp3", false),
            ("https://localhost./a.mp3", false),
            ("https://db.localhost/a.mp3", false),
            ("https://169.254.169.254/latest/meta-data", false),
            ("https://2130706433/", false),
            ("https://[::1]/", false),
            ("https://[::ffff:10.0.0.1]/", false),
            ("ftp://media1.callyzer.co/a.mp3", false),
            ("file:///etc/passwd", false),
            ("data:,x", false),
        ] {
            let url = from.join(address).unwrap();
            assert_eq!(may_be_asked(&url, false), is_asked, "{address}");
        }
        for (address, is_asked) in [
            ("http://127.0.0.1:1/a.mp3", true),
            ("https://media1.callyzer.co/a.mp3", true),
            ("http://media1.callyzer.co/a.mp3", false),
            ("http://user@127.0.0.1:1/a.mp3", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(may_be_asked(&url, true), is_asked, "{address}");
        }
    }
}
