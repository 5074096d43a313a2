//! Files, which are streamed: a long one takes the time that it takes, and one whose bytes stop
//! coming for the time limit has failed. A download that ended too soon goes on later, where
//! the server shows that the file is still the same.

mod arrival;
mod bytes;
mod public;

use reqwest::Url;
use reqwest::blocking::Client;

use super::exchange::Answered;
use super::{Access, Attempted, BaseUrl, Http, Refusal, Token};
use crate::provider::{self, Fault};
use crate::reason::Cause;
use crate::text;
use arrival::{Arrival, arrive};
use bytes::Bytes;
pub use public::PublicFiles;

/// The part of a file that is there already.
#[derive(Clone, Debug)]
pub struct Resume {
    pub length: u64,
    /// The version of the file, as an earlier answer named it.
    pub validator: String,
}

/// What an answer says of a file.
#[derive(Clone, Debug)]
pub struct FileHead {
    /// Where its bytes belong: at the beginning, or behind the part that is there.
    pub begins_at: u64,
    /// Of the whole file; None: the answer itself shows where it ends.
    pub length: Option<u64>,
    /// `audio/mpeg`, without what may stand behind it.
    pub media_type: Option<String>,
    /// By what a later request may say which version it has a part of.
    pub validator: Option<String>,
}

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    pub head: FileHead,
    /// The first bytes, which were looked at.
    first: Option<Vec<u8>>,
    rest: Bytes,
}

impl Download {
    /// The next bytes; None at the end: all have come.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        match self.first.take() {
            Some(first) => Ok(Some(first)),
            None => self.rest.next(),
        }
    }
}

impl Http {
    /// Begins to download a file of the system, with its credential; None: the file is gone.
    /// The request keeps the pace, but the bytes of a long file keep no other process from
    /// asking. An address on another server is refused: nobody else is sent the credential.
    pub fn download(
        &self,
        address: &str,
        resume: Option<&Resume>,
    ) -> provider::Result<Option<Download>> {
        let url = own_url(&self.access.base, address).map_err(|fault| self.error(fault))?;
        match self.arrival(&url, resume)? {
            Arrival::OtherRange => self.arrival(&url, None),
            arrival => Ok(arrival),
        }
        .map(Arrival::into_download)
    }

    fn arrival(&self, url: &Url, resume: Option<&Resume>) -> provider::Result<Arrival> {
        let name = text::quoted(url.path());
        let answer = self.ask_with_token(&name, |token| self.attempt_file(url, resume, token))?;
        Ok(answer.body)
    }

    fn attempt_file(
        &self,
        url: &Url,
        resume: Option<&Resume>,
        token: &Token,
    ) -> Attempted<Arrival> {
        let request = self.file_client()?.get(url.clone());
        self.requests.set(self.requests.get() + 1);
        let request = request.bearer_auth(token.secret());
        match arrive(request, resume, &self.access.network)? {
            Arrival::Refused { answered, .. } => {
                let text = self.without_secrets(&answered.text);
                let refusal = self.refusal(&answered, &text, false);
                Err(refusal.unwrap_or_else(|| Refusal::of_no_file(&answered, &text)))
            }
            arrival => Ok(arrival),
        }
    }

    fn file_client(&self) -> Attempted<&Client> {
        if let Some(client) = self.file_client.get() {
            return Ok(client);
        }
        let Access {
            base,
            network,
            timeout,
            ..
        } = &self.access;
        let client = network
            .file_client(base, *timeout)
            .map_err(Refusal::no_client)?;
        Ok(self.file_client.get_or_init(|| client))
    }
}

impl Refusal {
    /// What an answer in place of a file means by HTTP's own rules.
    fn of_no_file(answered: &Answered, text: &str) -> Self {
        match answered.status.is_success() {
            true => Self::Final(Fault::BadAnswer(Cause::PageForFile.into())),
            false => Self::by_status(answered, text),
        }
    }
}

/// The address of a file on the system's own server.
fn own_url(base: &BaseUrl, address: &str) -> Result<Url, Fault> {
    let base = base.url();
    let url = base.join(address).map_err(|_| odd_address(address))?;
    if url.origin() != base.origin() {
        let server = text::quoted(url.host_str().unwrap_or_default());
        return Err(Fault::BadAnswer(Cause::OtherServer.of(&[&server])));
    }
    if has_credentials(&url) {
        return Err(odd_address(address));
    }
    Ok(url)
}

/// Who has the whole of an address may read the file: nobody is told more than where it is.
fn odd_address(address: &str) -> Fault {
    let place = match Url::parse(address) {
        Ok(url) => format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
        Err(_) => address.to_owned(),
    };
    Fault::BadAnswer(Cause::OddAddress.of(&[&text::quoted(&place)]))
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_odd_address_only_the_place_is_told() {
        let told = odd_address("ftp://user:word@files.example/a.mp3?sig=secret");
        let told = format!("{told:?}");
        assert!(
            told.contains("'ftp://files.example' is no address"),
            "{told}"
        );
    }

    #[test]
    fn a_credential_goes_to_the_system_s_own_scheme_host_and_port_alone() {
        let base: BaseUrl = "https://app.mluvii.com".parse().unwrap();
        for own in [
            "https://app.mluvii.com/Storage/Get?id=1",
            "https://APP.mluvii.com:443/x",
            "/Storage/Get?id=1",
        ] {
            assert!(own_url(&base, own).is_ok(), "{own}");
        }
        for other in [
            "http://app.mluvii.com/x",
            "https://app.mluvii.com:444/x",
            "https://app.mluvii.com.example.com/x",
            "https://user:secret@app.mluvii.com/x",
            "//example.com/x",
            "https:\\\\example.com/x",
            "file:///etc/passwd",
            "javascript:1",
            "https://",
        ] {
            assert!(own_url(&base, other).is_err(), "{other}");
        }
    }
}
