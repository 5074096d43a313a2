//! What happens between two attempts at a request: which faults are tried again, and how
//! long a run waits.

use std::time::Duration;

use super::{Http, Refusal};
use crate::provider::{Fault, Result};

/// The pauses between the attempts at one request, in intervals.
const PAUSES: [u32; 2] = [2, 8];

/// The first wait for a rate limit that does not say how long, and how often it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const MOST_DOUBLINGS: u32 = 5;

/// Which faults are retried, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    retries_timeouts: bool,
    /// The most that all 429 of a run together may make it wait.
    max_rate_limit_wait: Duration,
}

impl RetryPolicy {
    /// For a run that nobody waits for.
    pub const UNATTENDED: Self = Self {
        retries_timeouts: true,
        max_rate_limit_wait: Duration::from_secs(300),
    };
    /// For a run that a person waits for, with a client on the line.
    pub const INTERACTIVE: Self = Self {
        retries_timeouts: false,
        max_rate_limit_wait: Duration::from_secs(10),
    };
}

impl Http {
    /// How long to wait before the next attempt, or the error that ends them.
    pub(super) fn pause_after(
        &self,
        path: &str,
        refusal: Refusal,
        failures: &mut usize,
    ) -> Result<Duration> {
        match refusal {
            Refusal::RateLimited { status, wait } => self.pause_for_rate_limit(path, status, wait),
            Refusal::Final(fault) => Err(self.error(fault)),
            Refusal::Passing(Fault::Timeout) if !self.policy.retries_timeouts => {
                Err(self.error(Fault::Timeout))
            }
            Refusal::Passing(fault) => {
                let error = self.error(fault);
                let Some(intervals) = PAUSES.get(*failures) else {
                    log::error!("{path}: attempt {} failed: {error}", *failures + 1);
                    return Err(error);
                };
                *failures += 1;
                let pause = self.access.interval * *intervals;
                log::error!(
                    "{path}: attempt {failures} of {} failed: {error}; trying again in {:.1} s",
                    PAUSES.len() + 1,
                    pause.as_secs_f64()
                );
                Ok(pause)
            }
        }
    }

    /// A wait for the rate limit is no attempt. Where the system does not say how long,
    /// each wait is twice the one before.
    fn pause_for_rate_limit(
        &self,
        path: &str,
        status: u16,
        asked: Option<Duration>,
    ) -> Result<Duration> {
        let waits = self.rate_limit_waits.get();
        let doubled = FIRST_WAIT * 2_u32.pow(waits.min(MOST_DOUBLINGS));
        let left = self.policy.max_rate_limit_wait - self.rate_limit_wait.get();
        let pause = asked.unwrap_or(doubled.min(left));
        let wait = self.rate_limit_wait.get() + pause;
        if pause.is_zero() || wait > self.policy.max_rate_limit_wait {
            return Err(self.error(Fault::RateLimited));
        }
        self.rate_limit_wait.set(wait);
        self.rate_limit_waits.set(waits + 1);
        log::error!(
            "{path}: rate limit ({status}); waiting {:.1} s",
            pause.as_secs_f64()
        );
        Ok(pause)
    }
}
