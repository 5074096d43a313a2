//! The proxy to the systems, and the servers that are reached without it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// A proxy, shown by host, port and setting alone: its URL may hold a password.
#[derive(Clone)]
pub struct Proxy {
    url: Url,
    /// The setting that names it.
    setting: String,
}

impl Proxy {
    /// Parses `http://[user:password@]host[:port]` or `https://…`; a text without a scheme
    /// is `http`. The error does not quote the text.
    pub fn parse(text: &str, setting: &str) -> Result<Self, String> {
        let url = match text.contains("://") {
            true => Url::parse(text),
            false => Url::parse(&format!("http://{text}")),
        };
        let url = url.map_err(|error| format!("not the URL of a proxy: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!(
                "a proxy is http or https, '{}' is not supported",
                url.scheme()
            ));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("a proxy is a host and a port, without a path behind them".into());
        }
        Ok(Self {
            url,
            setting: setting.into(),
        })
    }

    /// Host and port.
    pub fn address(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        let port = self.url.port_or_known_default().unwrap_or_default();
        format!("{host}:{port}")
    }

    /// For the client only: it holds the password.
    pub(super) fn url(&self) -> Url {
        self.url.clone()
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} ({})", self.address(), self.setting)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// Servers that are reached without the proxy, as `NO_PROXY` lists them: `*` for all,
/// domains with all below them, addresses, networks such as `10.0.0.0/8`. Other entries
/// match nothing.
#[derive(Clone, Debug, Default)]
pub struct NoProxy(Vec<String>);

impl FromStr for NoProxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let entries = text.split([',', ' ']).filter(|entry| !entry.is_empty());
        Ok(Self(entries.map(str::to_lowercase).collect()))
    }
}

impl NoProxy {
    /// Whether a host, as it stands in a URL, is reached without the proxy.
    pub fn contains(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']);
        let address: Option<IpAddr> = host.parse().ok();
        self.0.iter().any(|entry| match address {
            _ if entry == "*" => true,
            Some(address) => is_in_network(address, entry),
            None => is_in_domain(host, entry),
        })
    }
}

/// `example.com`, `.example.com` and `*.example.com` are the same: a domain and all below it.
fn is_in_domain(host: &str, domain: &str) -> bool {
    let domain = domain.trim_start_matches('*').trim_start_matches('.');
    let Some(below) = host.strip_suffix(domain) else {
        return false;
    };
    !domain.is_empty() && (below.is_empty() || below.ends_with('.'))
}

/// A network is an address and the number of bits that count; without them, all do.
fn is_in_network(address: IpAddr, network: &str) -> bool {
    let (start, bits) = match network.split_once('/') {
        Some((start, bits)) => (start, bits.parse().ok()),
        None => (network, Some(u32::MAX)),
    };
    let (Ok(start), Some(bits)) = (start.trim_matches(['[', ']']).parse(), bits) else {
        return false;
    };
    let differing = match (address, start) {
        (IpAddr::V4(address), IpAddr::V4(start)) => {
            (address.to_bits() ^ start.to_bits()).leading_zeros()
        }
        (IpAddr::V6(address), IpAddr::V6(start)) => {
            (address.to_bits() ^ start.to_bits()).leading_zeros()
        }
        _ => return false,
    };
    let length = if address.is_ipv4() { 32 } else { 128 };
    differing >= bits.min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_shown_by_host_and_port_alone() {
        for (text, shown) in [
            ("http://proxy.example:3128", "proxy.example:3128"),
            ("http://user:word@proxy.example:3128/", "proxy.example:3128"),
            ("user:wo%40rd@proxy.example:3128", "proxy.example:3128"),
            ("proxy.example:3128", "proxy.example:3128"),
            ("proxy.example", "proxy.example:80"),
            ("https://proxy.example", "proxy.example:443"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] {
            let proxy = Proxy::parse(text, "HTTPS_PROXY").unwrap();
            assert_eq!(proxy.address(), shown);
            assert!(!format!("{proxy:?}").contains("word"), "{proxy:?}");
        }
        for text in [
            "",
            "http://",
            "socks5://proxy.example:1080",
            "http://proxy.example:31280000",
            "http://user:word@proxy.example:port",
            "http://proxy.example/proxy.pac",
            "two words",
        ] {
            let error = Proxy::parse(text, "HTTPS_PROXY").unwrap_err();
            assert!(!error.contains("word"), "{error}");
        }
    }

    #[test]
    fn a_server_is_excepted_by_name_domain_address_or_network() {
        for (list, host, is_excepted) in [
            ("*", "api1.callyzer.co", true),
            ("callyzer.co", "api1.callyzer.co", true),
            ("localhost, .Callyzer.co", "api1.callyzer.co", true),
            ("*.callyzer.co", "callyzer.co", true),
            ("llyzer.co", "api1.callyzer.co", false),
            ("api1.callyzer.co:443", "api1.callyzer.co", false),
            ("", "api1.callyzer.co", false),
            ("., *.", "api1.callyzer.co", false),
            ("192.168.7.9", "192.168.7.9", true),
            ("192.168.7.9", "192.168.7.90", false),
            ("10.0.0.0/8,192.168.0.0/16", "192.168.7.9", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "11.0.0.1", true),
            ("10.0.0.0/x", "10.0.0.0", false),
            ("fd00::/8", "[fd12::1]", true),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            let no_proxy: NoProxy = list.parse().unwrap();
            assert_eq!(no_proxy.contains(host), is_excepted, "{list} {host}");
        }
    }
}
