//! One request and its answer, read whole or not at all.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike};
use reqwest::StatusCode;
use reqwest::blocking::{RequestBuilder, Response};
use reqwest::header::{DATE, HeaderName, RETRY_AFTER};

use super::Network;
use crate::clock::{ClockReading, HeardClock};
use crate::interrupt::{self, Grace};
use crate::moment::{self, Moment};
use crate::provider::Fault;
use crate::reason::Cause;

/// The longest answer that is read, also after decompression: a page of 100
/// calls is about 100 KiB.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// The longest that one 429 may make a run wait.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
/// The least wait after a 429.
const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);

/// A clock that shows an earlier year was never set.
const FIRST_YEAR: i32 = 2020;

/// An answer as it came.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    /// Bytes that are no UTF-8 are replaced.
    pub text: String,
    pub clock: HeardClock,
    /// How long the answer asks the run to wait, within limits.
    pub retry_after: Option<Duration>,
}

impl Answered {
    /// Whether it says that nothing was done. A 408 says only that the system waited.
    pub fn is_plain_refusal(&self) -> bool {
        self.status.is_client_error() && self.status != StatusCode::REQUEST_TIMEOUT
    }
}

/// Why a request brought no answer.
#[derive(Debug)]
pub struct NoAnswer {
    pub fault: Fault,
    /// Whether the system may have received the request: false if no connection came about.
    pub may_have_arrived: bool,
}

impl From<Fault> for NoAnswer {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            may_have_arrived: true,
        }
    }
}

/// Sends a request and reads the answer, within the request's own time limit.
/// The work is done by a thread of its own, so that a signal ends the wait.
pub fn exchange(request: RequestBuilder, network: &Network) -> Result<Answered, NoAnswer> {
    Ok(waited_for(|| request.send().map(read), network)??)
}

/// Sends a request and reads the answer up to its content.
pub fn sent(request: RequestBuilder, network: &Network) -> Result<Response, Fault> {
    waited_for(|| request.send(), network).map_err(|none| none.fault)
}

fn waited_for<T: Send + 'static>(
    work: impl FnOnce() -> reqwest::Result<T> + Send + 'static,
    network: &Network,
) -> Result<T, NoAnswer> {
    match interrupt::wait_for(work, Grace::Answer) {
        Ok(Some(done)) => done.map_err(|error| NoAnswer {
            fault: network.fault(&error),
            may_have_arrived: !error.is_connect(),
        }),
        Ok(None) if interrupt::requested() => Err(Fault::Interrupted.into()),
        Ok(None) => Err(Fault::Unavailable(Cause::ThreadEnded.into()).into()),
        Err(error) => Err(NoAnswer {
            fault: Fault::Unavailable(Cause::NoThread.of(&[&error])),
            may_have_arrived: false,
        }),
    }
}

fn read(response: Response) -> Result<Answered, Fault> {
    let head = head(&response);
    let text = body(response)?;
    Ok(Answered { text, ..head })
}

/// What an answer says before its content.
pub fn head(response: &Response) -> Answered {
    let status = response.status();
    let theirs = header(response, &DATE).and_then(http_date);
    let clock = HeardClock {
        reading: ClockReading {
            theirs: theirs.filter(|date| date.year() >= FIRST_YEAR),
            ours: moment::now(),
        },
        at: Instant::now(),
    };
    let retry_after = header(response, &RETRY_AFTER).and_then(retry_after);
    Answered {
        status,
        clock,
        retry_after,
        text: String::new(),
    }
}

/// Reads no more than the limit, so that an endless answer ends too.
fn body(response: Response) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    response
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| read_fault(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Fault::BadAnswer(Cause::TooLong.into()));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

pub fn header<'a>(response: &'a Response, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

pub fn read_fault(error: &io::Error) -> Fault {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    if inner.is_some_and(reqwest::Error::is_timeout) || error.kind() == io::ErrorKind::TimedOut {
        Fault::Timeout
    } else {
        Fault::Unavailable(Cause::CutOff.into())
    }
}

/// Reads seconds or a date.
pub fn retry_after(text: &str) -> Option<Duration> {
    let seconds = match (text.trim().parse(), http_date(text)) {
        (Ok(seconds), _) => seconds,
        (_, Some(date)) => u64::try_from((date - moment::now()).num_seconds()).unwrap_or_default(),
        _ => return None,
    };
    Some(Duration::from_secs(seconds).clamp(MIN_RETRY_AFTER, MAX_RETRY_AFTER))
}

/// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<Moment> {
    DateTime::parse_from_rfc2822(text.trim())
        .ok()
        .map(|date| date.to_utc())
}
