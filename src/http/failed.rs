//! What becomes of a request after an attempt that failed.

use std::time::Duration;

use super::exchange::Answered;
use crate::provider::Fault;
use crate::text;

/// What an answer other than 200 means by HTTP's own rules.
pub fn usual_meaning(answered: &Answered, text: &str) -> Failed {
    let quoted = format!("{}: {}", answered.status, text::quoted(text));
    match answered.status.as_u16() {
        429 => Failed::RateLimited(answered.retry_after),
        408 | 500..=599 => Failed::Passing(Fault::Unavailable(quoted)),
        300..=399 => {
            let reason = format!("a redirect ({})", answered.status);
            Failed::Final(Fault::BadAnswer(reason))
        }
        _ => Failed::Final(Fault::BadAnswer(quoted)),
    }
}

/// Why an attempt brought no answer.
pub enum Failed {
    Passing(Fault),
    /// Waited for, and not counted among the attempts.
    RateLimited(Duration),
    Final(Fault),
}

impl From<Fault> for Failed {
    /// What goes wrong on the way to an answer passes; an answer without an end
    /// and a signal do not.
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::BadAnswer(_) | Fault::Interrupted => Self::Final(fault),
            _ => Self::Passing(fault),
        }
    }
}
