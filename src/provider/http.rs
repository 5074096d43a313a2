//! One request to a provider, in turn and in time, tried again when the fault
//! is a passing one.

use std::cell::Cell;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use chrono::DateTime;
use reqwest::blocking::{Client, Response};
use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;

use super::turn::{self, Hold, Turn, Turns};
use super::{Error, Result};
use crate::moment::{self, Moment};
use crate::text;

/// Attempts at one request, and how many intervals apart they are.
const PAUSES: [u32; 2] = [2, 8];
/// The longest answer that is read, also after decompression: a page of 100 calls is about 100 KiB.
const MAX_ANSWER: u64 = 32 * 1024 * 1024;
/// The longest that a single 429 may make us wait.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
/// What a 429 without a usable Retry-After makes us wait, and the least of any.
const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The root of a provider's API: `https`, or `http` to a loopback address.
#[derive(Clone, Debug)]
pub struct BaseUrl(Url);

impl std::str::FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let url = Url::parse(text.trim_end_matches('/'))
            .map_err(|error| format!("not a URL: {error}"))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err("http only to a loopback address; write https".into()),
            other => return Err(format!("'{other}' is not https")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a user name or password does not belong here".into());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("a query or fragment does not belong here".into());
        }
        Ok(Self(url))
    }
}

impl BaseUrl {
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback()),
        None => false,
    }
}

/// A credential. It goes into the request header and nowhere else: it has no
/// Display, and its Debug shows nothing.
#[derive(Clone)]
pub struct Token(String);

impl std::str::FromStr for Token {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a token is one word of visible ASCII characters".into());
        }
        Ok(Self(text.into()))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What asking takes, from the settings.
#[derive(Clone, Debug)]
pub struct Access {
    pub base: BaseUrl,
    pub token: Token,
    /// For one whole request and answer.
    pub timeout: Duration,
    /// The least time between the starts of two requests.
    pub interval: Duration,
}

/// How long a run puts up with faults.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Whether a time-out is tried again as other passing faults are.
    retries_timeouts: bool,
    /// How long all 429 of a run together may make it wait.
    rate_limit: Duration,
}

impl Patience {
    /// Of a run that nobody waits for.
    pub const OF_CRON: Self = Self {
        retries_timeouts: true,
        rate_limit: Duration::from_secs(300),
    };
    /// Of a run that a person waits for, with a client on the line.
    pub const OF_A_PERSON: Self = Self {
        retries_timeouts: false,
        rate_limit: Duration::from_secs(10),
    };
}

/// An answer, and the turn at the provider until it is dropped.
#[derive(Debug)]
pub struct Answer<'a, T> {
    pub body: T,
    pub turn: Turn<'a>,
}

#[derive(Debug)]
pub struct Http {
    client: Client,
    access: Access,
    turns: Turns,
    patience: Patience,
    requests: Cell<i64>,
    first_date: Cell<Option<Moment>>,
    waited_for_429: Cell<Duration>,
}

impl Http {
    pub fn new(access: Access, turns: Turns, patience: Patience) -> anyhow::Result<Self> {
        let mut builder = Client::builder()
            .user_agent(concat!("callsync/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        if is_loopback(&access.base.0) {
            builder = builder.no_proxy();
        }
        Ok(Self {
            client: builder.build()?,
            access,
            turns,
            patience,
            requests: Cell::new(0),
            first_date: Cell::new(None),
            waited_for_429: Cell::new(Duration::ZERO),
        })
    }

    /// Lets nobody else ask until the hold is dropped.
    pub fn hold(&self) -> Result<Hold<'_>> {
        self.turns.hold()
    }

    pub fn interval(&self) -> Duration {
        self.access.interval
    }

    /// Requests sent so far, failed ones too.
    pub fn requests(&self) -> i64 {
        self.requests.get()
    }

    /// The provider's clock at its first answer.
    pub fn first_date(&self) -> Option<Moment> {
        self.first_date.get()
    }

    /// Asks until there is an answer that `T` can be read from, or the patience is at its end.
    pub fn post<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<Answer<'_, T>> {
        self.ask(Method::POST, path, body)
    }

    pub fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        method: Method,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<Answer<'_, T>> {
        let mut failures = 0;
        loop {
            let turn = self.turns.take()?;
            match self.attempt(&method, path, body) {
                Ok(body) => {
                    if failures > 0 {
                        log::info!("{path}: attempt {} succeeded", failures + 1);
                    }
                    return Ok(Answer { body, turn });
                }
                Err(attempt) => {
                    drop(turn);
                    turn::wait(self.pause_after(path, attempt, &mut failures)?)?;
                }
            }
        }
    }

    /// How long to wait before the next attempt, or the error that ends the asking.
    fn pause_after(&self, path: &str, failed: Failed, failures: &mut usize) -> Result<Duration> {
        match failed {
            Failed::ForGood(error) => Err(error),
            Failed::RateLimited(pause) => {
                let waited = self.waited_for_429.get() + pause;
                if waited > self.patience.rate_limit {
                    return Err(Error::RateLimited);
                }
                self.waited_for_429.set(waited);
                log::error!(
                    "{path}: rate limit (429); waiting {:.1} s",
                    pause.as_secs_f64()
                );
                Ok(pause)
            }
            Failed::ForNow(Error::Timeout) if !self.patience.retries_timeouts => {
                Err(Error::Timeout)
            }
            Failed::ForNow(error) => {
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

    fn attempt<T: for<'de> Deserialize<'de>>(
        &self,
        method: &Method,
        path: &str,
        body: &serde_json::Value,
    ) -> std::result::Result<T, Failed> {
        self.requests.set(self.requests.get() + 1);
        let start = Instant::now();
        let response = self
            .client
            .request(
                method.clone(),
                format!("{}{path}", self.access.base.as_str()),
            )
            .bearer_auth(&self.access.token.0)
            .header(CONTENT_TYPE, "application/json")
            .timeout(self.access.timeout)
            .body(body.to_string())
            .send()
            .map_err(|error| Failed::ForNow(transport_error(&error)))?;
        self.note_date(&response);
        let status = response.status();
        let pause = retry_after(&response);
        let bytes = read(response)?;
        log::debug!(
            "{method} {path}: {status}, {} bytes, {} ms",
            bytes.len(),
            start.elapsed().as_millis()
        );
        let text = || String::from_utf8_lossy(&bytes);
        if status == StatusCode::OK {
            serde_json::from_str(&text()).map_err(|error| {
                let reason = self.quote(&format!("{error} in {}", text()));
                Failed::ForNow(Error::BadAnswer(reason))
            })
        } else {
            Err(self.refusal(status, &text(), pause))
        }
    }

    fn note_date(&self, response: &Response) {
        if self.first_date.get().is_none() {
            let date = response
                .headers()
                .get(DATE)
                .and_then(|date| date.to_str().ok());
            self.first_date.set(date.and_then(http_date));
        }
    }

    /// What an answer other than 200 means.
    fn refusal(&self, status: StatusCode, text: &str, pause: Duration) -> Failed {
        let message = documented_message(text);
        let quoted = self.quote(message.as_deref().unwrap_or(text));
        match status.as_u16() {
            401 => Failed::ForGood(Error::TokenRefused(quoted)),
            403 => Failed::ForGood(Error::SubscriptionExpired(quoted)),
            429 => Failed::RateLimited(pause),
            400 if message.is_some() => Failed::ForGood(Error::Refused(
                message
                    .unwrap_or_default()
                    .replace(&self.access.token.0, "***"),
            )),
            400 => Failed::ForNow(Error::Unavailable(format!("database error: {quoted}"))),
            408 | 500..=599 => Failed::ForNow(Error::Unavailable(format!("{status}: {quoted}"))),
            300..=399 => Failed::ForGood(Error::BadAnswer(format!("a redirect ({status})"))),
            _ => Failed::ForGood(Error::BadAnswer(format!("{status}: {quoted}"))),
        }
    }

    /// A short piece of the provider's text that may be shown: one line, no token, no whole number.
    fn quote(&self, text: &str) -> String {
        text::quoted(&text.replace(&self.access.token.0, "***"))
    }
}

enum Failed {
    /// Tried again until the attempts are used up.
    ForNow(Error),
    /// Waited for, and not counted among the attempts.
    RateLimited(Duration),
    ForGood(Error),
}

/// The message of an error body as documented, `{"message": "…"}`.
fn documented_message(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    serde_json::from_str(text)
        .ok()
        .map(|refusal: Refusal| refusal.message)
}

fn transport_error(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        return Error::Timeout;
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Error::Unavailable(format!("no connection: {cause}"))
}

/// Reads no more than the limit, so that an endless answer ends too.
fn read(response: Response) -> std::result::Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    response
        .take(MAX_ANSWER + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failed::ForNow(read_error(&error)))?;
    if bytes.len() as u64 > MAX_ANSWER {
        return Err(Failed::ForGood(Error::BadAnswer("more than 32 MiB".into())));
    }
    Ok(bytes)
}

fn read_error(error: &io::Error) -> Error {
    let timed_out = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    if timed_out.is_some_and(reqwest::Error::is_timeout) || error.kind() == io::ErrorKind::TimedOut
    {
        Error::Timeout
    } else {
        Error::Unavailable("the answer was cut off".into())
    }
}

/// How long a 429 asks us to wait: seconds or a date.
fn retry_after(response: &Response) -> Duration {
    let text = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let seconds = match (text.trim().parse(), http_date(text)) {
        (Ok(seconds), _) => seconds,
        (_, Some(date)) => u64::try_from((date - moment::now()).num_seconds()).unwrap_or_default(),
        _ => 0,
    };
    Duration::from_secs(seconds).clamp(MIN_RETRY_AFTER, MAX_RETRY_AFTER)
}

/// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<Moment> {
    DateTime::parse_from_rfc2822(text.trim())
        .ok()
        .map(|date| date.to_utc())
}
