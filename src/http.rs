//! Requests to a telephony system: one at a time, in the pace, within a time
//! limit, tried again when the fault is a passing one. What an answer means, the
//! system says.

mod access;
mod authorities;
mod download;
mod exchange;
mod grant;
mod login;
mod network;
mod ping;
mod proxy;
mod question;
mod refusal;
mod retry;
mod secret;

use std::cell::{Cell, OnceCell};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::blocking::Client;
use serde::Deserialize;
use serde_json::Value;

use crate::clock::HeardClock;
use crate::provider::{Error, Fault, Result};
use crate::rate_limit::{LockNames, Permit, RateLimiter, Reservation};
pub use access::{Access, BaseUrl, Credential};
pub use authorities::Authorities;
pub use download::{Download, FileHead, PublicFiles, Resume};
#[cfg(any(test, fuzzing))]
pub use exchange::retry_after;
use grant::Tokens;
pub use login::{Login, LoginUrl};
pub use network::Network;
pub use ping::{PingUrl, ping};
pub use proxy::{NoProxy, Proxy};
use question::Question;
pub use refusal::{Refusal, Refused};
use retry::Attempted;
pub use retry::RetryPolicy;
pub use secret::{Secret, Token};

/// What is encoded in the value of a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b':')
    .remove(b'.')
    .remove(b'_');

/// What is encoded in a form.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A telephony system, as far as requests are concerned.
#[derive(Clone, Copy, Debug)]
pub struct System {
    /// As people write it.
    pub name: &'static str,
    pub locks: LockNames,
    /// What an answer means to it that is other than 200 or no JSON, also to a login; None
    /// where it means what HTTP says.
    pub refusal: fn(&Refused) -> Option<Refusal>,
}

/// An answer, and the permit until it is dropped or the next request is sent.
#[derive(Debug)]
pub struct Answer<'a, T> {
    pub body: T,
    pub permit: Permit<'a>,
}

impl<'a, T> Answer<'a, T> {
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Answer<'a, U> {
        Answer {
            body: map(self.body),
            permit: self.permit,
        }
    }
}

/// How to ask one system.
#[derive(Debug)]
pub struct Http {
    /// Made for the first request: it reads the certificates of the machine.
    client: OnceCell<Client>,
    /// For logins at another server.
    login_client: OnceCell<Client>,
    file_client: OnceCell<Client>,
    system: System,
    access: Access,
    tokens: Tokens,
    limiter: RateLimiter,
    policy: RetryPolicy,
    requests: Cell<i64>,
    /// See [`Self::may_be_done`].
    may_be_done: Cell<bool>,
    clock: Cell<Option<HeardClock>>,
    rate_limit_wait: Cell<Duration>,
    /// The waits for the rate limit since the last good answer.
    rate_limit_waits: Cell<u32>,
}

impl Http {
    pub fn new(system: System, access: Access, limiter: RateLimiter, policy: RetryPolicy) -> Self {
        Self {
            client: OnceCell::new(),
            login_client: OnceCell::new(),
            file_client: OnceCell::new(),
            system,
            access,
            tokens: Tokens::default(),
            limiter,
            policy,
            requests: Cell::new(0),
            may_be_done: Cell::new(false),
            clock: Cell::new(None),
            rate_limit_wait: Cell::new(Duration::ZERO),
            rate_limit_waits: Cell::new(0),
        }
    }

    /// Keeps every other process from asking until the reservation is dropped.
    pub fn reserve(&self) -> Result<Reservation<'_>> {
        self.limiter.reserve().map_err(|fault| self.error(fault))
    }

    pub fn base_url(&self) -> &str {
        self.access.base.as_str()
    }

    pub fn interval(&self) -> Duration {
        self.access.interval
    }

    /// Requests sent so far, failed ones too.
    pub fn requests(&self) -> i64 {
        self.requests.get()
    }

    /// Whether the system may have done what the last question asks: it may have come there,
    /// and was not plainly refused.
    pub fn may_be_done(&self) -> bool {
        self.may_be_done.get()
    }

    /// The clocks at the first good answer that told the time, else at the first good
    /// one; None before it. An error page may come from another machine.
    pub fn clock(&self) -> Option<HeardClock> {
        self.clock.get()
    }

    pub fn error(&self, fault: Fault) -> Error {
        let Access { base, network, .. } = &self.access;
        let error = Error::new(self.system.name, fault);
        error.asked_through(network.proxy_to(base))
    }

    pub fn post<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<Answer<'_, T>> {
        self.ask_with_body(Method::POST, path, body)
    }

    /// A GET that has a body.
    pub fn get<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<Answer<'_, T>> {
        self.ask_with_body(Method::GET, path, body)
    }

    fn ask_with_body<T: for<'de> Deserialize<'de>>(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Answer<'_, T>> {
        self.ask(&Question {
            method,
            path,
            query: String::new(),
            body: Some(body),
        })
    }

    /// A GET whose query has these names and values; a space becomes `%20`.
    pub fn get_by_query<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer<'_, T>> {
        let pairs = query.iter();
        let pairs =
            pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY)));
        self.ask(&Question {
            method: Method::GET,
            path,
            query: format!("?{}", pairs.collect::<Vec<_>>().join("&")),
            body: None,
        })
    }

    /// A GET of what may not be there (404): then None.
    pub fn get_if_there<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
    ) -> Result<Option<Answer<'_, T>>> {
        self.ask_if_there(&Question {
            method: Method::GET,
            path,
            query: String::new(),
            body: None,
        })
    }
}
