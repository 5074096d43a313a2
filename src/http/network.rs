//! How servers are reached: through which proxy, and whose certificates are trusted.

use std::time::Duration;

use reqwest::blocking::{Client, ClientBuilder};

use super::{Authorities, BaseUrl, NoProxy, Proxy};
use crate::provider::Fault;
use crate::reason::{Cause, Reason};
use crate::text;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How the library begins what it says of a proxy that was reached or not.
const TUNNEL: &str = "tunnel error: ";
/// How it begins what it says of a certificate.
const CERTIFICATE: &str = "invalid peer certificate: ";
const UNKNOWN_ISSUER: &str = "UnknownIssuer";

/// Characters of what is said of a certificate, which may name many hosts.
const CERTIFICATE_CHARS: usize = 200;

#[derive(Clone, Debug, Default)]
pub struct Network {
    pub proxy: Option<Proxy>,
    pub no_proxy: NoProxy,
    /// None: the machine's.
    pub authorities: Option<Authorities>,
}

impl Network {
    /// The proxy to a server; none to one on this machine.
    pub fn proxy_to(&self, server: &BaseUrl) -> Option<&Proxy> {
        let is_direct = server.is_loopback() || self.no_proxy.contains(server.host());
        self.proxy.as_ref().filter(|_| !is_direct)
    }

    /// A client for one server: no redirects, no retries of its own, nothing from the
    /// environment. Without TLS no certificates, which take time to read.
    pub(super) fn client(&self, server: &BaseUrl) -> reqwest::Result<Client> {
        self.builder(server)?.build()
    }

    /// A client for files: whatever a file is, its bytes stay as they are, and they may fail to
    /// come for so long.
    pub(super) fn file_client(
        &self,
        server: &BaseUrl,
        timeout: Duration,
    ) -> reqwest::Result<Client> {
        let builder = self.builder(server)?;
        builder.gzip(false).timeout(timeout).build()
    }

    fn builder(&self, server: &BaseUrl) -> reqwest::Result<ClientBuilder> {
        let mut builder = Client::builder()
            .user_agent(concat!("callsync/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy();
        if let Some(proxy) = self.proxy_to(server) {
            builder = builder.proxy(reqwest::Proxy::all(proxy.url())?);
        }
        Ok(match &self.authorities {
            _ if !server.is_encrypted() => builder.tls_certs_only([]),
            Some(authorities) => builder.tls_certs_only(authorities.certificates()),
            None => builder,
        })
    }

    /// Why a request was not answered.
    pub(super) fn fault(&self, error: &reqwest::Error) -> Fault {
        if error.is_timeout() {
            return Fault::Timeout;
        }
        let mut cause: &dyn std::error::Error = error;
        let mut tunnel = None;
        while let Some(source) = cause.source() {
            cause = source;
            let text = cause.to_string();
            tunnel = text.strip_prefix(TUNNEL).map(str::to_owned).or(tunnel);
        }
        let cause = cause.to_string();
        Fault::Unavailable(match tunnel.as_deref() {
            Some("proxy authorization required") => Cause::ProxyPassword.into(),
            Some("unsuccessful") => Cause::ProxyRefused.into(),
            Some(_) => Cause::NoProxy.of(&[&self.in_words(&cause)]),
            None => Cause::NoConnection.of(&[&self.in_words(&cause)]),
        })
    }

    /// What the library says, but of a certificate what to do.
    fn in_words(&self, cause: &str) -> Reason {
        let authorities = match &self.authorities {
            Some(authorities) => Cause::OtherAuthorities.of(&[&authorities.source]),
            None => Cause::MachineAuthorities.into(),
        };
        match cause.strip_prefix(CERTIFICATE) {
            Some(UNKNOWN_ISSUER) => Cause::UnknownIssuer.of(&[&authorities]),
            Some(fault) => Cause::BadCertificate.of(&[&shortened(fault)]),
            None => Reason::in_its_words(cause),
        }
    }
}

/// The times in it, which are numbers of seconds, are not masked.
fn shortened(fault: &str) -> String {
    let line = text::one_line(fault);
    line.chars().take(CERTIFICATE_CHARS).collect()
}
