//! Requests to a telephony system: one at a time, in the pace, within a time
//! limit, tried again when the fault is a passing one. What an answer means, the
//! system says.

mod access;
mod authorities;
mod exchange;
mod network;
mod ping;
mod proxy;
mod refusal;
mod retry;

use std::cell::{Cell, OnceCell};
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::blocking::Client;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::clock::HeardClock;
use crate::interrupt;
use crate::provider::{Error, Fault, Result};
use crate::rate_limit::{self, LockNames, Permit, RateLimiter, Reservation};
use crate::reason::{Cause, Reason};
use crate::{text, tolerant_json};
pub use access::{Access, BaseUrl, Token};
pub use authorities::Authorities;
use exchange::{Answered, exchange};
pub use network::Network;
pub use ping::{PingUrl, ping};
pub use proxy::{NoProxy, Proxy};
pub use refusal::{Refusal, Refused};
pub use retry::RetryPolicy;

/// What is encoded in the value of a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b':')
    .remove(b'.')
    .remove(b'_');

/// A telephony system, as far as requests are concerned.
#[derive(Clone, Copy, Debug)]
pub struct System {
    /// As people write it.
    pub name: &'static str,
    pub locks: LockNames,
    /// What an answer other than 200 means to it; None where it means what HTTP says.
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
    system: System,
    access: Access,
    limiter: RateLimiter,
    policy: RetryPolicy,
    requests: Cell<i64>,
    clock: Cell<Option<HeardClock>>,
    rate_limit_wait: Cell<Duration>,
    /// The waits for the rate limit since the last good answer.
    rate_limit_waits: Cell<u32>,
}

/// One request, before it is sent.
struct HttpRequest<'a> {
    method: Method,
    path: &'a str,
    /// As it stands behind the path, encoded.
    query: String,
    body: Option<&'a Value>,
}

impl Http {
    pub fn new(system: System, access: Access, limiter: RateLimiter, policy: RetryPolicy) -> Self {
        Self {
            client: OnceCell::new(),
            system,
            access,
            limiter,
            policy,
            requests: Cell::new(0),
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
        self.ask(&HttpRequest {
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
        self.ask(&HttpRequest {
            method: Method::GET,
            path,
            query: format!("?{}", pairs.collect::<Vec<_>>().join("&")),
            body: None,
        })
    }

    /// Asks until `T` can be read from the answer, or the retry policy ends it.
    fn ask<T: for<'de> Deserialize<'de>>(&self, question: &HttpRequest) -> Result<Answer<'_, T>> {
        let path = question.path;
        let mut failures = 0;
        loop {
            if interrupt::requested() {
                return Err(self.error(Fault::Interrupted));
            }
            let permit = self.limiter.acquire().map_err(|fault| self.error(fault))?;
            match self.attempt(question) {
                Ok(body) => {
                    self.rate_limit_waits.set(0);
                    if failures > 0 {
                        log::info!("{path}: attempt {} succeeded", failures + 1);
                    }
                    return Ok(Answer { body, permit });
                }
                Err(Refusal::Final(Fault::Interrupted)) => {
                    // Its request may still be under way.
                    permit.keep_until_exit();
                    return Err(self.error(Fault::Interrupted));
                }
                Err(refusal) => {
                    drop(permit);
                    rate_limit::wait(self.pause_after(path, refusal, &mut failures)?)
                        .map_err(|fault| self.error(fault))?;
                }
            }
        }
    }

    fn client(&self) -> std::result::Result<&Client, Refusal> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let Access { base, network, .. } = &self.access;
        let client = network
            .client(base)
            .map_err(|error| Refusal::Final(Fault::Unavailable(Cause::NoClient.of(&[&error]))))?;
        Ok(self.client.get_or_init(|| client))
    }

    fn attempt<T: for<'de> Deserialize<'de>>(
        &self,
        question: &HttpRequest,
    ) -> std::result::Result<T, Refusal> {
        let HttpRequest {
            method,
            path,
            query,
            body,
        } = question;
        self.requests.set(self.requests.get() + 1);
        let start = Instant::now();
        let body = body.map(Value::to_string);
        let asked = body.as_deref().unwrap_or(query);
        log::trace!("{method} {path}: {}", text::quoted(asked));
        let request = self
            .client()?
            .request(method.clone(), format!("{}{path}{query}", self.base_url()))
            .bearer_auth(self.access.token.secret())
            .timeout(self.access.timeout);
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body),
            None => request,
        };
        let answered = exchange(request, &self.access.network)?;
        log::debug!(
            "{method} {path}: {}, {}, {} ms",
            answered.status,
            text::counted(answered.text.len(), "byte"),
            start.elapsed().as_millis()
        );
        let is_known = self
            .clock()
            .is_some_and(|clock| clock.reading.theirs.is_some());
        if answered.status == StatusCode::OK && !is_known {
            self.clock.set(Some(answered.clock));
        }
        self.read(&answered)
    }

    /// The content of an answer, or what the answer means instead.
    fn read<T: for<'de> Deserialize<'de>>(
        &self,
        answered: &Answered,
    ) -> std::result::Result<T, Refusal> {
        let token = &self.access.token;
        if answered.status == StatusCode::OK {
            let echoed = token.is_in(&answered.text);
            let text = if echoed {
                &token.removed_from(&answered.text)
            } else {
                &answered.text
            };
            return tolerant_json::from_str(text).map_err(|error| {
                let reason = format!("{error} in {}", answered.text);
                let reason = text::quoted(&token.removed_from(&reason));
                Refusal::Passing(Fault::BadAnswer(Reason::in_its_words(reason)))
            });
        }
        let text = token.removed_from(&answered.text);
        let refusal = (self.system.refusal)(&Refused {
            status: answered.status.as_u16(),
            text: &text,
            retry_after: answered.retry_after,
        });
        Err(refusal.unwrap_or_else(|| Refusal::by_status(answered, &text)))
    }
}
