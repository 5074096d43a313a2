//! Callyzer's REST API, v2.1 and v2.2: questions in, pages of calls out.
//!
//! Nothing here relies on what is not documented: the order of rows, whether
//! bounds are inclusive, what a page after the last one brings.

use serde_json::{Value, json};

use super::envelope::{Envelope, SYSTEM, page};
use super::row::RowReader;
use crate::call::{AccountLocale, Kind, Records, TimeFilter};
use crate::clock::HeardClock;
use crate::http::{Answer, Http};
use crate::moment::Window;
use crate::phone::{PhoneNumber, Region};
use crate::provider::{Error, Fault, Result};
use crate::rate_limit::Reservation;
use crate::reading::{Pages, Paging, Rows};
use crate::reason::Reason;

const HISTORY: &str = "/call-log/history";
const CALLS_BY_ID: &str = "/call-log/get";

/// Enough to tell how an account writes times, also if some rows cannot be read.
const SAMPLE_SIZE: u64 = 10;

/// The most ids that may be asked for at once.
pub const MAX_IDS: usize = 20;

/// Which API is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// Knows phone calls alone, and neither `call_method` nor `call_mode`.
    V2_1,
    V2_2,
}

/// Whose calls are asked for.
#[derive(Clone, Copy, Debug)]
pub enum NumberFilter<'a> {
    Advisors(&'a [PhoneNumber]),
    Clients(&'a [PhoneNumber]),
}

/// Which calls are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub numbers: NumberFilter<'a>,
    pub kind: &'a Kind,
    pub time_filter: TimeFilter,
    pub window: Window,
}

/// The calls of an answer.
#[derive(Debug, Default)]
pub struct History {
    pub records: Records,
    /// A zone word behind a time of upload that is not the account's zone.
    pub odd_zone_word: Option<String>,
}

#[derive(Debug)]
pub struct Api {
    pub(super) http: Http,
    version: Version,
    pub(super) locale: AccountLocale,
    /// The configured kinds of call.
    kinds: Vec<Kind>,
    rows: RowReader,
}

impl Api {
    /// The base URL's end says which version is spoken. `kinds`: the configured ones.
    pub fn new(http: Http, locale: AccountLocale, kinds: Vec<Kind>) -> Self {
        let version = if http.base_url().ends_with("v2.1") {
            Version::V2_1
        } else {
            Version::V2_2
        };
        Self {
            http,
            version,
            locale,
            kinds,
            rows: RowReader::new(locale),
        }
    }

    pub fn region(&self) -> Region {
        self.locale.region
    }

    /// Whether one question is for all kinds of call.
    pub fn knows_one_kind(&self) -> bool {
        self.version == Version::V2_1
    }

    /// The kinds of call that are asked for one by one.
    pub fn kinds(&self) -> Vec<Kind> {
        if self.knows_one_kind() {
            vec![Kind::phone_call()]
        } else {
            self.kinds.clone()
        }
    }

    /// Requests sent so far, failed ones too.
    pub fn requests(&self) -> i64 {
        self.http.requests()
    }

    /// Callyzer's clock beside ours; None before its first good answer.
    pub fn clock(&self) -> Option<HeardClock> {
        self.http.clock()
    }

    pub fn interval(&self) -> std::time::Duration {
        self.http.interval()
    }

    /// Keeps every other process from asking until the reservation is dropped.
    pub fn reserve(&self) -> Result<Reservation<'_>> {
        self.http.reserve()
    }

    /// An answer that is not what the API documents.
    pub fn bad_answer(&self, reason: impl Into<Reason>) -> Error {
        self.http.error(Fault::BadAnswer(reason.into()))
    }

    /// The calls that a question is for, page by page. A page keeps the permit.
    pub fn history<'a>(
        &'a self,
        question: &'a Question<'a>,
    ) -> Pages<impl FnMut(u64) -> Result<Rows<Answer<'a, History>>>> {
        let filter = self.filter(question);
        Pages::new(SYSTEM.name, move |number| {
            let answer: Answer<Envelope> = self.http.post(HISTORY, &page(&filter, number))?;
            let history = self.read(&answer.body, question.kind);
            let unreadable = history.records.unreadable.iter();
            Ok(Rows {
                count: answer.body.result.len() as u64,
                ids: history.records.ids().cloned().collect(),
                texts_without_id: unreadable
                    .filter(|record| record.provider_call_id.is_none())
                    .map(|record| record.record.clone())
                    .collect(),
                total: answer.body.total(),
                page_size: answer.body.page_size(),
                paging: Paging::Counted,
                content: answer.map(|_| history),
            })
        })
    }

    /// The first few calls of a question, to see how the account writes them.
    pub fn sample(&self, question: &Question) -> Result<History> {
        let mut request = page(&self.filter(question), 1);
        request["page_size"] = SAMPLE_SIZE.into();
        let answer: Answer<Envelope> = self.http.post(HISTORY, &request)?;
        Ok(self.read(&answer.body, question.kind))
    }

    /// The calls with these ids, of those that Callyzer knows; at most [`MAX_IDS`].
    pub fn calls_by_id(&self, ids: &[&str]) -> Result<Answer<'_, Records>> {
        let request = json!({ "unique_ids": ids });
        let answer: Answer<Envelope> = self.http.post(CALLS_BY_ID, &request)?;
        let records = self.read(&answer.body, &Kind::phone_call()).records;
        Ok(answer.map(|_| records))
    }

    pub(super) fn filter(&self, question: &Question) -> Value {
        let (from, to) = match question.time_filter {
            TimeFilter::Upload => ("synced_from", "synced_to"),
            TimeFilter::Call => ("call_from", "call_to"),
        };
        let (key, numbers): (_, Vec<_>) = match question.numbers {
            NumberFilter::Advisors(numbers) => (
                "emp_numbers",
                numbers.iter().map(PhoneNumber::hyphenated).collect(),
            ),
            // The documents do not say in which form.
            NumberFilter::Clients(numbers) => (
                "client_numbers",
                numbers
                    .iter()
                    .flat_map(|number| [number.hyphenated(), number.national().to_owned()])
                    .collect(),
            ),
        };
        let mut filter = json!({
            key: numbers,
            from: question.window.from.timestamp(),
            to: question.window.to.timestamp(),
        });
        if self.version == Version::V2_2 {
            filter["call_method"] = question.kind.method.as_str().into();
            filter["call_mode"] = question.kind.mode.as_str().into();
        }
        filter
    }

    fn read(&self, body: &Envelope, asked: &Kind) -> History {
        History::of(body, &self.rows, asked)
    }
}

impl History {
    /// What the rows of an answer become. `asked`: see [`RowReader::read`].
    pub fn of(answer: &Envelope, reader: &RowReader, asked: &Kind) -> Self {
        let mut history = Self::default();
        for row in &answer.result {
            match reader.read(row.get(), asked) {
                Ok(read) => {
                    history.odd_zone_word = history.odd_zone_word.or(read.odd_zone_word);
                    history.records.calls.push(read.call);
                }
                Err(unreadable) => history.records.unreadable.push(unreadable),
            }
        }
        history
    }
}
