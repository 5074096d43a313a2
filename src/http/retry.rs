//! Attempts at a request: which faults are tried again, and how long a run waits between
//! two attempts.

use std::time::Duration;

use super::{Answer, Http, Refusal};
use crate::interrupt;
use crate::provider::{Fault, Result};
use crate::rate_limit;

/// The pauses between the attempts at one request, in intervals.
const PAUSES: [u32; 2] = [2, 8];

/// The first wait for a rate limit that does not say how long, and how often it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const MOST_DOUBLINGS: u32 = 5;

/// Which faults are retried, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Attempts after the first.
    retries: usize,
    retries_timeouts: bool,
    /// The most that all 429 of a run together may make it wait.
    max_rate_limit_wait: Duration,
}

impl RetryPolicy {
    /// For a run that nobody waits for.
    pub const UNATTENDED: Self = Self {
        retries: PAUSES.len(),
        retries_timeouts: true,
        max_rate_limit_wait: Duration::from_secs(300),
    };
    /// For a run that a person waits for, with a client on the line.
    pub const INTERACTIVE: Self = Self {
        retries: PAUSES.len(),
        retries_timeouts: false,
        max_rate_limit_wait: Duration::from_secs(10),
    };
    /// For a request that must not be made twice. Only one whose token was refused is made
    /// again, with a new one.
    pub const ONCE: Self = Self {
        retries: 0,
        retries_timeouts: false,
        max_rate_limit_wait: Duration::ZERO,
    };
}

/// What an attempt brings, or why it brings nothing.
pub type Attempted<T> = std::result::Result<T, Refusal>;

impl Http {
    /// Attempts a request until it brings something, or the retry policy ends it. The inner
    /// error: the token is refused.
    pub(super) fn persist<T>(
        &self,
        name: &str,
        attempt: impl Fn() -> Attempted<T>,
    ) -> Result<std::result::Result<Answer<'_, T>, Fault>> {
        let mut failures = 0;
        loop {
            if interrupt::requested() {
                return Err(self.error(Fault::Interrupted));
            }
            let permit = self.limiter.acquire().map_err(|fault| self.error(fault))?;
            match attempt() {
                Ok(body) => {
                    self.rate_limit_waits.set(0);
                    if failures > 0 {
                        log::info!("{name}: attempt {} succeeded", failures + 1);
                    }
                    return Ok(Ok(Answer { body, permit }));
                }
                Err(Refusal::Unauthorized(fault)) => return Ok(Err(fault)),
                Err(Refusal::Final(Fault::Interrupted)) => {
                    // Its request may still be under way.
                    permit.keep_until_exit();
                    return Err(self.error(Fault::Interrupted));
                }
                Err(refusal) => {
                    drop(permit);
                    rate_limit::wait(self.pause_after(name, refusal, &mut failures)?)
                        .map_err(|fault| self.error(fault))?;
                }
            }
        }
    }

    /// How long to wait before the next attempt, or the error that ends them.
    fn pause_after(&self, name: &str, refusal: Refusal, failures: &mut usize) -> Result<Duration> {
        match refusal {
            Refusal::RateLimited { status, wait } => self.pause_for_rate_limit(name, status, wait),
            Refusal::Final(fault) | Refusal::Unauthorized(fault) => Err(self.error(fault)),
            Refusal::Passing(Fault::Timeout) if !self.policy.retries_timeouts => {
                Err(self.error(Fault::Timeout))
            }
            Refusal::Passing(fault) => {
                let error = self.error(fault);
                let retries = &PAUSES[..self.policy.retries];
                let Some(intervals) = retries.get(*failures) else {
                    log::error!("{name}: attempt {} failed: {error}", *failures + 1);
                    return Err(error);
                };
                *failures += 1;
                let pause = self.access.interval * *intervals;
                log::error!(
                    "{name}: attempt {failures} of {} failed: {error}; trying again in {:.1} s",
                    retries.len() + 1,
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
        name: &str,
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
            "{name}: rate limit ({status}); waiting {:.1} s",
            pause.as_secs_f64()
        );
        Ok(pause)
    }
}
