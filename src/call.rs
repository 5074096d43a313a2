//! A call, whichever telephony system it came from.

mod phase;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::moment::Moment;
use crate::phone::{PhoneNumber, Region};
use crate::reason::{Cause, Reason};
pub use phase::{Phase, PhaseName};

/// The years in which somebody may have phoned.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// The status of a call. Users see its text, and the database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Incoming,
    Outgoing,
    Missed,
    Rejected,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incoming => "Przychodzące",
            Self::Outgoing => "Wychodzące",
            Self::Missed => "Nieodebrane",
            Self::Rejected => "Odrzucone",
        }
    }
}

/// What carried the call, as `METHOD/MODE`: `PhoneCall/Voice`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    pub method: String,
    pub mode: String,
}

impl Kind {
    pub fn phone_call() -> Self {
        Self {
            method: "PhoneCall".into(),
            mode: "Voice".into(),
        }
    }

    /// A call that a campaign made.
    pub fn campaign_call() -> Self {
        Self {
            method: "Campaign".into(),
            mode: "Voice".into(),
        }
    }

    /// Compares without case.
    pub fn is_like(&self, other: &Self) -> bool {
        self.method.eq_ignore_ascii_case(&other.method)
            && self.mode.eq_ignore_ascii_case(&other.mode)
    }
}

impl FromStr for Kind {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Reason> {
        let word =
            |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match text.split_once('/') {
            Some((method, mode)) if word(method) && word(mode) => Ok(Self {
                method: method.into(),
                mode: mode.into(),
            }),
            _ => Err(Cause::NotKind.of(&[&text])),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.method, self.mode)
    }
}

/// The number at one end of a call, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    Number(PhoneNumber),
    /// No valid number, kept as received: `112`, `*100#`.
    Other(String),
    Hidden,
}

impl Party {
    /// What the database holds; null for a hidden number.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Number(number) => Some(number.as_str()),
            Self::Other(text) => Some(text),
            Self::Hidden => None,
        }
    }
}

#[derive(Clone, Debug, Hash)]
pub struct Call {
    /// The provider's own id, unique within the provider.
    pub provider_call_id: String,
    /// The advisor's number; hidden where the system has none.
    pub advisor: Party,
    /// The system's keys of the users who took part, where it names them by keys.
    pub advisor_keys: Vec<String>,
    pub client: Party,
    /// The client's name, as the advisor's phone book or the system has it.
    pub client_name: Option<String>,
    pub status: Status,
    pub kind: Kind,
    pub started_at: Moment,
    pub duration_s: u32,
    pub note: Option<String>,
    pub recording_url: Option<String>,
    /// Whether the system makes the recording's address anew for each answer: then the
    /// first one is kept, and another one is no change.
    pub recording_url_varies: bool,
    /// When the phone handed the call to the provider, if that could be read.
    pub uploaded_at: Option<Moment>,
    /// What else the system says of the call: a JSON object. Where the system gives no
    /// figures, its `status` is `answered` for a call that was.
    pub details: Option<String>,
    /// Whether the system has notes of the call that are asked for one by one.
    pub has_notes: bool,
    /// What the answer says beside the call itself; None: the system has none of it, or
    /// apart.
    pub attached: Option<Attached>,
}

/// What an answer says of a call beside the call itself, whole: it replaces what is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Attached {
    pub notes: Vec<Note>,
    /// Those that the call's own record tells, see [`PhaseName::is_of_history`].
    pub phases: Vec<Phase>,
}

/// A row of an answer that is in no register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// A call between two of the organisation's own.
    Internal,
    Sms,
    Fax,
    /// A conversation that is no phone call.
    Chat,
    /// A call that a chatbot took and nobody else.
    Bot,
    /// A client's wish for a call back that nobody has dialled.
    UnservedCallback,
    /// What a program began, and of which no dialling is known.
    ApiSession,
    /// A call that has not ended; it is read again until it has.
    Unfinished,
    /// A row of a campaign without a time; it is kept among the results.
    Timeless,
    /// A phase of a call that would have ended before it began. The call itself is kept.
    NegativePhase,
    /// A call with somebody who was forgotten since, or made before a purge.
    Forgotten,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Internal => "internal",
            Self::Sms => "SMS",
            Self::Fax => "fax",
            Self::Chat => "chat",
            Self::Bot => "chatbot",
            Self::UnservedCallback => "callback not served",
            Self::ApiSession => "API session without a dial result",
            Self::Unfinished => "unfinished",
            Self::Timeless => "result without a time",
            Self::NegativePhase => "negative phase",
            Self::Forgotten => "forgotten or purged",
        })
    }
}

/// A note that somebody wrote about a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Note {
    /// The provider's own id.
    pub id: String,
    pub author: Option<String>,
    pub text: String,
    pub created_at: Moment,
}

/// A record that could not be understood, to be kept as it came.
#[derive(Clone, Debug)]
pub struct Unreadable {
    pub provider_call_id: Option<String>,
    pub reason: Reason,
    /// The JSON as received.
    pub record: String,
    // What can be read of it all the same.
    pub advisor_number: Option<PhoneNumber>,
    /// The day of the call on the account's clock.
    pub day: Option<NaiveDate>,
    pub status: Option<Status>,
}

/// The records of an answer.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub calls: Vec<Call>,
    pub unreadable: Vec<Unreadable>,
    /// Rows that are in no register, with their ids.
    pub left_out: Vec<(LeftOut, Option<String>)>,
    /// Calls that have not ended; they are in `left_out` too.
    pub unfinished: Vec<UnfinishedCall>,
    /// Rows of campaigns' reports without a time.
    pub results: Vec<CampaignResult>,
    /// How many of the calls and unreadable records came before in the same window,
    /// otherwise than now: they count as read once.
    pub known: usize,
    /// Calls whose system shows an id now, and may not have done so before.
    pub renamed: Vec<RenamedCall>,
}

/// Under which id a call may be stored, and its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenamedCall {
    pub from: String,
    pub to: String,
}

/// A call that has not ended, to be read again by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedCall {
    pub provider_call_id: String,
    pub started_at: Moment,
}

/// A row of a campaign's report that says no time, so that it is no call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignResult {
    pub campaign_id: i64,
    /// What tells it from the campaign's other rows.
    pub key: String,
    /// The JSON as received.
    pub row: String,
}

impl Records {
    pub fn len(&self) -> usize {
        self.calls.len() + self.unreadable.len()
    }

    /// How many calls and unreadable records count as read.
    pub fn read(&self) -> i64 {
        self.len().saturating_sub(self.known) as i64
    }

    /// The provider's ids of all records that have one.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        let unreadable = self.unreadable.iter();
        let unreadable = unreadable.filter_map(|record| record.provider_call_id.as_ref());
        let calls = self.calls.iter().map(|call| &call.provider_call_id);
        calls.chain(unreadable)
    }

    pub fn append(&mut self, mut other: Self) {
        self.calls.append(&mut other.calls);
        self.unreadable.append(&mut other.unreadable);
        self.left_out.append(&mut other.left_out);
        self.unfinished.append(&mut other.unfinished);
        self.results.append(&mut other.results);
        self.known += other.known;
    }
}

/// A day's figures of an advisor, by the provider's own count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub incoming: i64,
    pub outgoing: i64,
    pub missed: i64,
    pub rejected: i64,
    pub connected: i64,
    pub talk_time_s: i64,
    pub incoming_time_s: i64,
    pub outgoing_time_s: i64,
}

impl Figures {
    pub fn calls(&self, status: Status) -> i64 {
        match status {
            Status::Incoming => self.incoming,
            Status::Outgoing => self.outgoing,
            Status::Missed => self.missed,
            Status::Rejected => self.rejected,
        }
    }
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.incoming += other.incoming;
        self.outgoing += other.outgoing;
        self.missed += other.missed;
        self.rejected += other.rejected;
        self.connected += other.connected;
        self.talk_time_s += other.talk_time_s;
        self.incoming_time_s += other.incoming_time_s;
        self.outgoing_time_s += other.outgoing_time_s;
    }
}

/// Which time of a call a window means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFilter {
    /// When the phone handed the call to the provider.
    Upload,
    /// When the call was made.
    Call,
}

impl TimeFilter {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Call => "call",
        }
    }
}

impl FromStr for TimeFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Upload, Self::Call]
            .into_iter()
            .find(|filter| filter.as_str() == text)
            .ok_or_else(|| format!("'{text}' is no time filter"))
    }
}

/// How an account writes times and numbers.
#[derive(Clone, Copy, Debug)]
pub struct AccountLocale {
    pub zone: Tz,
    pub region: Region,
}
