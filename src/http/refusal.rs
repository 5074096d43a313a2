//! Why an attempt at a request brought no answer, and whether another one may.

use std::time::Duration;

use super::exchange::Answered;
use crate::provider::Fault;
use crate::reason::{Cause, Reason};
use crate::text;

/// The text of a fault has no token in it.
#[derive(Debug)]
pub enum Refusal {
    /// Tried again until the attempts are used up.
    Passing(Fault),
    /// Waited for, and not counted among the attempts.
    RateLimited {
        status: u16,
        /// As the answer asks; None: it does not say.
        wait: Option<Duration>,
    },
    /// The token is refused. Asked again with a new one, if it can be renewed and was not
    /// just then; else final.
    Unauthorized(Fault),
    /// Asking again would not change it.
    Final(Fault),
}

/// An answer other than 200, or a 200 that is no JSON, as a system looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    pub status: u16,
    /// Without secrets. Of a login's 200, only a page for a browser is here, else nothing.
    pub text: &'a str,
    /// How long it asks the run to wait.
    pub retry_after: Option<Duration>,
    /// Whether it answers a login.
    pub is_login: bool,
}

#[cfg(test)]
impl<'a> Refused<'a> {
    pub fn of(status: u16, text: &'a str, is_login: bool) -> Self {
        Self {
            status,
            text,
            retry_after: None,
            is_login,
        }
    }
}

impl Refused<'_> {
    /// Whether it is meant for a browser that is not logged in: a redirect, or HTML that is
    /// no page about an error of the server.
    pub fn is_for_browser(&self) -> bool {
        match self.status {
            300..=399 => true,
            200 | 400 | 401 | 403 => is_page(self.text),
            _ => false,
        }
    }
}

/// Whether a text is HTML.
pub(super) fn is_page(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<')
}

impl Refusal {
    /// What an answer other than 200 means by HTTP's own rules. `text`: its own, without
    /// secrets.
    pub(super) fn by_status(answered: &Answered, text: &str) -> Self {
        let quoted = format!("{}: {}", answered.status, text::quoted(text));
        let quoted = Reason::in_its_words(quoted);
        match answered.status.as_u16() {
            status @ 429 => Self::RateLimited {
                status,
                wait: answered.retry_after,
            },
            408 | 500..=599 => Self::Passing(Fault::Unavailable(quoted)),
            300..=399 => {
                let reason = Cause::Redirect.of(&[&answered.status]);
                Self::Final(Fault::BadAnswer(reason))
            }
            _ => Self::Final(Fault::BadAnswer(quoted)),
        }
    }

    /// No request can be prepared.
    #[expect(clippy::needless_pass_by_value, reason = "for map_err")]
    pub(super) fn no_client(error: reqwest::Error) -> Self {
        Self::Final(Fault::Unavailable(Cause::NoClient.of(&[&error])))
    }
}

impl From<Fault> for Refusal {
    /// What goes wrong on the way to an answer passes; an answer without an end
    /// and a signal do not.
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::BadAnswer(_) | Fault::Interrupted => Self::Final(fault),
            _ => Self::Passing(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_and_a_page_for_who_is_not_logged_in_are_for_a_browser() {
        let is_for_browser = |status, text| Refused::of(status, text, false).is_for_browser();
        assert!(is_for_browser(302, ""));
        assert!(is_for_browser(
            200,
            "\u{feff}\r\n<!DOCTYPE html><title>Login</title>"
        ));
        assert!(is_for_browser(401, "<html>"));
        assert!(!is_for_browser(401, r#"{"error": "invalid_client"}"#));
        assert!(!is_for_browser(200, ""));
        assert!(!is_for_browser(502, "<html>"));
        assert!(!is_for_browser(404, "<html>"));
    }
}
