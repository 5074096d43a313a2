//! What a provider of calls promises: it is asked a question and yields pages of
//! calls, one request at a time, and knows nothing of the database. Every page
//! holds the turn at the provider, so that nobody else asks before the page is
//! stored and dropped.

pub mod callyzer;
pub mod http;
pub mod ping;
pub mod turn;

use std::collections::HashSet;
use std::fmt;
use std::io;

use crate::call::{Axis, Call, Kind, Party, Unreadable};
use crate::moment::{Moment, Window};
use crate::phone::PhoneNumber;
use crate::text;
use turn::Turn;

/// Why a question got no answer. The text never holds the token or a whole phone number.
#[derive(Debug)]
pub enum Error {
    /// 401.
    TokenRefused(String),
    /// 403.
    SubscriptionExpired(String),
    Timeout,
    /// No connection, an answer cut off, 5xx, a database error: gone a moment later.
    Unavailable(String),
    /// 429 for longer than we wait.
    RateLimited,
    /// Not what the API documents.
    BadAnswer(String),
    /// 400 with the API's own message, whole: the request was wrong.
    Refused(String),
    /// The lock file beside the database failed.
    Lock(io::Error),
    /// A signal ended the wait.
    Interrupted,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::TokenRefused(message) => {
                write!(
                    f,
                    "Callyzer refused the token (401: {message}); renew CALLYZER_TOKEN"
                )
            }
            Self::SubscriptionExpired(message) => {
                write!(
                    f,
                    "Callyzer's subscription has expired (403: {message}); renew it"
                )
            }
            Self::Timeout => f.write_str("Callyzer did not answer in time"),
            Self::Unavailable(reason) => write!(f, "Callyzer is unavailable: {reason}"),
            Self::RateLimited => f.write_str("Callyzer's rate limit (429) did not lift"),
            Self::BadAnswer(reason) => {
                write!(
                    f,
                    "Callyzer's answer is not what its API documents: {reason}"
                )
            }
            Self::Refused(message) => {
                let message = text::quoted(message);
                write!(f, "Callyzer refused the request (400: {message})")
            }
            Self::Lock(error) => write!(
                f,
                "could not use the lock file beside the database: {error}"
            ),
            Self::Interrupted => f.write_str("ended by a signal"),
        }
    }
}

impl std::error::Error for Error {}

pub type Result<T> = std::result::Result<T, Error>;

/// Whose calls are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    Advisors(&'a [PhoneNumber]),
    Client(&'a PhoneNumber),
}

/// Which calls are asked for: of somebody, of one kind, in one window.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub whose: Whose<'a>,
    pub kind: &'a Kind,
    pub axis: Axis,
    pub window: Window,
}

/// The records of an answer.
#[derive(Debug, Default)]
pub struct Records {
    pub calls: Vec<Call>,
    pub unreadable: Vec<Unreadable>,
    /// A zone word behind a time of upload that is not the account's zone.
    pub odd_zone_word: Option<String>,
}

/// What one answer to a question brought.
#[derive(Debug)]
pub struct Page<'a> {
    pub records: Records,
    /// The first is 1.
    pub number: u64,
    /// How many pages of the question are still to come, as far as the provider says.
    pub left: u64,
    /// Held until the page is dropped.
    #[expect(dead_code, reason = "held for its drop")]
    turn: Turn<'a>,
}

impl Page<'_> {
    pub fn into_records(self) -> Records {
        self.records
    }
}

/// An employee of the account, and how their phone is.
#[derive(Clone, Debug)]
pub struct Employee {
    pub party: Party,
    /// When the phone was last in touch, if that could be read.
    pub last_contact_at: Option<Moment>,
    pub is_app_uninstalled: bool,
}

/// How a question ended, once its pages are all read.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Ids that were read.
    pub ids: HashSet<String>,
    /// Rows without an id, and their texts, by which pages that repeat are known.
    pub nameless: u64,
    pub nameless_texts: HashSet<String>,
    pub total: Option<u64>,
    /// The total was another one on an earlier page.
    pub total_changed: bool,
}

impl Tally {
    pub fn rows(&self) -> u64 {
        self.ids.len() as u64 + self.nameless
    }

    /// Takes in the ids and the texts without one that a page brought; true if any of them is new.
    pub fn add<'a>(
        &mut self,
        ids: impl Iterator<Item = &'a String>,
        nameless: impl Iterator<Item = &'a String>,
    ) -> bool {
        let before = self.rows();
        self.ids.extend(ids.cloned());
        let new: Vec<_> = nameless
            .filter(|text| !self.nameless_texts.contains(*text))
            .collect();
        self.nameless += new.len() as u64;
        self.nameless_texts.extend(new.into_iter().cloned());
        self.rows() > before
    }

    /// Rows that the provider counts and did not bring; negative if it brought more.
    pub fn missing(&self) -> i64 {
        self.total
            .map_or(0, |total| total.cast_signed() - self.rows().cast_signed())
    }

    pub fn is_whole(&self) -> bool {
        self.missing() <= 0 && !self.total_changed
    }
}
