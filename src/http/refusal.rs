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
    /// Asking again would not change it.
    Final(Fault),
}

/// An answer other than 200, as a system looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    pub status: u16,
    /// Without the token.
    pub text: &'a str,
    /// How long it asks the run to wait.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// What an answer other than 200 means by HTTP's own rules.
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
