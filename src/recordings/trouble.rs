//! What failures do to a run: one file's keeps nothing else from being fetched, a system that
//! refuses or does not answer again and again is left alone, and a full disk or a signal ends
//! it.

use anyhow::{Error, Result};
use log::Level;

use crate::exit::{self, Exit, failure};
use crate::provider::{self, Fault, Provider};
use crate::reason::Cause;
use crate::store::recordings::RecordedCall;
use crate::{terminal, text};

/// After so many failures without a file between them a system is not asked any more.
const MOST_IN_A_ROW: usize = 3;

#[derive(Debug, Default)]
pub struct Trouble {
    failures_in_a_row: Vec<Provider>,
    stopped: Vec<Provider>,
    /// What says more than that something was not fetched.
    gravest: Option<Error>,
}

impl Trouble {
    /// Whether a system is not asked any more.
    pub fn has_stopped(&self, provider: Provider) -> bool {
        self.stopped.contains(&provider)
    }

    pub fn note_success(&mut self, provider: Provider) {
        self.failures_in_a_row.retain(|other| *other != provider);
    }

    /// Tells of a failure and goes on, unless it ends the run.
    pub fn take(&mut self, call: &RecordedCall, provider: Provider, error: Error) -> Result<()> {
        let fault = provider::fault(&error);
        if exit::of(&error) == Exit::Database || matches!(fault, Some(Fault::Interrupted)) {
            return Err(error);
        }
        let id = text::shown(&call.provider_call_id);
        let call = format!("call {} ({} {id})", call.id, provider.name());
        terminal::tell(&format!("{call}: {error:#}"), Level::Error);
        let passes = matches!(
            fault,
            Some(Fault::Timeout | Fault::Unavailable(_) | Fault::RateLimited)
        );
        // One file, or one session, may be refused to an account that may have the others.
        let is_refused = exit::of(&error) == Exit::Denied;
        let cannot_ask = exit::of(&error) == Exit::Settings;
        if cannot_ask {
            self.stopped.push(provider);
        } else if passes || is_refused {
            self.count(provider);
        }
        if cannot_ask || is_refused {
            self.gravest = Some(match self.gravest.take() {
                Some(earlier) => exit::graver(earlier, error),
                None => error,
            });
        }
        Ok(())
    }

    fn count(&mut self, provider: Provider) {
        self.failures_in_a_row.push(provider);
        let failures = self.failures_in_a_row.iter();
        if failures.filter(|other| **other == provider).count() >= MOST_IN_A_ROW {
            self.stopped.push(provider);
            let name = provider.name();
            let line =
                format!("{name} is left alone in this run: {MOST_IN_A_ROW} failures in a row");
            terminal::tell(&line, Level::Error);
        }
    }

    /// The end of a run in which so many files were not fetched.
    pub fn end(self, failed: u64) -> Result<()> {
        match (self.gravest, failed) {
            (Some(error), _) => Err(error),
            (None, 0) => Ok(()),
            (None, failed) => Err(failure(Exit::TryAgain, Cause::NotFetched.of(&[&failed]))),
        }
    }
}
