//! The telephony systems by name, and the error of one that gave no usable answer. Each
//! system decides what its answers mean.

use std::fmt;
use std::io;
use std::str::FromStr;

use crate::reason::{Cause, Reason};
use crate::text;

/// A telephony system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Callyzer,
    Telecube,
    Mluvii,
    Dialog,
}

/// For what a system has dates of last synchronisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// Each advisor's number.
    Numbers,
    /// All advisors, whom it knows by keys.
    Together,
    /// Each campaign. It knows no advisors.
    Campaigns,
}

impl Provider {
    /// In the order in which a `sync` asks them.
    pub const ALL: [Self; 4] = [Self::Callyzer, Self::Telecube, Self::Mluvii, Self::Dialog];

    /// As the database and the command line name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Callyzer => "callyzer",
            Self::Telecube => "telecube",
            Self::Mluvii => "mluvii",
            Self::Dialog => "dialog",
        }
    }

    /// How the names of its settings begin.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Callyzer => "CALLYZER",
            Self::Telecube => "TELECUBE",
            Self::Mluvii => "MLUVII",
            Self::Dialog => "DIALOG",
        }
    }

    /// Its name after `z`.
    pub const fn genitive(self) -> &'static str {
        match self {
            Self::Callyzer => "Callyzera",
            Self::Telecube => "TeleCube",
            Self::Mluvii => "mluvii",
            Self::Dialog => "Dialogu",
        }
    }

    /// For what a date of last synchronisation each is kept.
    pub const fn dated(self) -> Dated {
        match self {
            Self::Callyzer => Dated::Numbers,
            Self::Telecube | Self::Mluvii => Dated::Together,
            Self::Dialog => Dated::Campaigns,
        }
    }

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Callyzer => "Callyzer",
            Self::Telecube => "TeleCube",
            Self::Mluvii => "mluvii",
            Self::Dialog => "Dialog",
        }
    }
}

impl FromStr for Provider {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|provider| provider.as_str() == text)
            .ok_or_else(|| format!("'{text}' is no telephony system"))
    }
}

/// The shown name of a stored provider; an unknown one stays as it is.
pub fn name_of(stored: &str) -> &str {
    let provider: Option<Provider> = stored.parse().ok();
    provider.map_or(stored, |provider| provider.name())
}

/// As [`name_of`], after `z`.
pub fn genitive_of(stored: &str) -> &str {
    let provider: Option<Provider> = stored.parse().ok();
    provider.map_or(stored, |provider| provider.genitive())
}

/// A fault, and the system that it concerns. The text never holds a token or a
/// whole phone number.
#[derive(Debug)]
pub struct Error {
    /// The system's name, as people write it.
    pub system: &'static str,
    pub fault: Fault,
    /// The proxy through which it was asked, as [`Cause::ThroughProxy`] names it.
    proxy: Option<String>,
}

#[derive(Debug)]
pub enum Fault {
    /// The token, the account or the subscription is refused. The text is a whole
    /// sentence that says which, and what to do.
    Denied(Reason),
    Timeout,
    /// No connection, an answer cut off, 5xx, a database error: gone a moment later.
    Unavailable(Reason),
    /// The rate limit held for longer than the run may wait.
    RateLimited,
    /// Not what the API documents.
    BadAnswer(Reason),
    /// 400, or another status of 400 to 499, with the system's own message, whole: the
    /// request was wrong.
    Refused(u16, String),
    /// A lock file beside the database failed.
    Lock(io::Error),
    /// A signal ended the wait.
    Interrupted,
}

impl Error {
    pub fn new(system: &'static str, fault: Fault) -> Self {
        Self {
            system,
            fault,
            proxy: None,
        }
    }

    /// Names the proxy where it may be to blame.
    pub fn asked_through(mut self, proxy: Option<impl fmt::Display>) -> Self {
        let may_be_to_blame = matches!(self.fault, Fault::Timeout | Fault::Unavailable(_));
        let proxy = proxy.filter(|_| may_be_to_blame);
        self.proxy = proxy.map(|proxy| proxy.to_string());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let system = self.system;
        let reason = match &self.fault {
            Fault::Denied(reason) => reason.clone(),
            Fault::Timeout => Cause::Timeout.of(&[&system]),
            Fault::Unavailable(reason) => Cause::Unavailable.of(&[&system, reason]),
            Fault::RateLimited => Cause::RateLimited.of(&[&system]),
            Fault::BadAnswer(reason) => Cause::BadAnswer.of(&[&system, reason]),
            Fault::Refused(status, message) => {
                Cause::Refused.of(&[&system, status, &text::quoted(message)])
            }
            Fault::Lock(error) => Cause::Lock.of(&[error]),
            Fault::Interrupted => Cause::Interrupted.into(),
        };
        let reason = match &self.proxy {
            Some(proxy) => Cause::ThroughProxy.of(&[&reason, proxy]),
            None => reason,
        };
        reason.fmt(f)
    }
}

impl std::error::Error for Error {}

pub type Result<T> = std::result::Result<T, Error>;

/// The fault behind an error, if a telephony system is its cause.
pub fn fault(error: &anyhow::Error) -> Option<&Fault> {
    error.downcast_ref().map(|error: &Error| &error.fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::in_polish;

    #[test]
    fn every_fault_of_a_system_is_shown_in_polish() {
        let io = || std::io::Error::other("odd");
        for (fault, polish) in [
            (
                Fault::Denied(Cause::CallyzerToken.of(&[&"no"])),
                "Callyzer odrzucił token (401: no); odnów CALLYZER_TOKEN",
            ),
            (Fault::Timeout, "Callyzer: przekroczono czas oczekiwania"),
            (
                Fault::Unavailable(Cause::NoConnection.of(&[&"refused"])),
                "Callyzer jest niedostępny: brak połączenia: refused",
            ),
            (
                Fault::RateLimited,
                "Callyzer: limit zapytań nadal obowiązuje",
            ),
            (
                Fault::BadAnswer(Reason::in_its_words("404: gone")),
                "Callyzer odpowiada niezgodnie z dokumentacją API: 404: gone",
            ),
            (
                Fault::Refused(400, "odd".into()),
                "Callyzer odrzucił zapytanie (400: odd)",
            ),
            (
                Fault::Refused(422, "no phones".into()),
                "Callyzer odrzucił zapytanie (422: no phones)",
            ),
            (
                Fault::Lock(io()),
                "nie można użyć pliku blokady obok bazy danych: odd",
            ),
            (Fault::Interrupted, "przerwano sygnałem"),
        ] {
            let system = "Callyzer";
            assert_eq!(in_polish(&Error::new(system, fault).to_string()), polish);
        }
        let authorities = Cause::OtherAuthorities.of(&[&"/ca.pem (SSL_CERT_FILE)"]);
        let untrusted = Cause::NoConnection.of(&[&Cause::UnknownIssuer.of(&[&authorities])]);
        for (fault, polish) in [
            (Fault::Timeout, "Callyzer: przekroczono czas oczekiwania"),
            (
                Fault::Unavailable(untrusted),
                "Callyzer jest niedostępny: brak połączenia: wystawcy jego certyfikatu nie ma \
                 wśród urzędów CA z /ca.pem (SSL_CERT_FILE) (podaj plik prywatnego CA w \
                 SSL_CERT_FILE)",
            ),
        ] {
            let error = Error::new("Callyzer", fault).asked_through(Some("proxy:80 (ALL_PROXY)"));
            let polish = format!("{polish}, zapytanie przez serwer proxy proxy:80 (ALL_PROXY)");
            assert_eq!(in_polish(&error.to_string()), polish);
        }
    }
}
