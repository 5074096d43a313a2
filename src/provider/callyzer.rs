//! Callyzer's REST API, v2.1 and v2.2: paths, requests and paging.
//!
//! What is not documented is met with care: the order of rows, whether bounds
//! are inclusive, what a page beyond the end brings. Nothing here relies on it.

mod record;
mod scalar;
mod summary;

use chrono::NaiveDate;
use chrono_tz::Tz;
use reqwest::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use self::scalar::Scalar;
use super::http::{Answer, Http};
use super::turn::Turn;
use super::{Employee, Error, Page, Question, Records, Result, Tally, Whose};
use crate::call::{Axis, Figures, Kind, Party};
use crate::moment::Window;
use crate::phone::{PhoneNumber, Region};

/// The most that the API gives at once.
const PAGE_SIZE: u64 = 100;

/// Enough to tell how an account writes times, also if some rows cannot be read.
const SAMPLE_SIZE: u64 = 10;

/// The most ids that may be asked for at once.
pub const IDS_AT_ONCE: usize = 20;

/// Which API is spoken, by the end of the base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Knows phone calls alone, and neither `call_method` nor `call_mode`.
    V2_1,
    V2_2,
}

/// How the account writes times and numbers.
#[derive(Clone, Copy, Debug)]
pub struct Writing {
    pub zone: Tz,
    pub region: Region,
}

#[derive(Debug)]
pub struct Callyzer {
    http: Http,
    version: Version,
    writing: Writing,
}

/// Every paged answer of v2.x.
#[derive(Deserialize)]
struct Envelope {
    result: Vec<Box<RawValue>>,
    #[serde(default)]
    total_records: Scalar,
    #[serde(default)]
    page_size: Scalar,
}

impl Envelope {
    fn total(&self) -> Option<u64> {
        self.total_records.whole_number()
    }

    /// How many rows a page has, which may be fewer than were asked for.
    fn page_size(&self) -> u64 {
        let size = self.page_size.whole_number();
        size.filter(|size| (1..PAGE_SIZE).contains(size))
            .unwrap_or(PAGE_SIZE)
    }
}

impl Callyzer {
    pub fn new(http: Http, version: Version, writing: Writing) -> Self {
        Self {
            http,
            version,
            writing,
        }
    }

    pub fn http(&self) -> &Http {
        &self.http
    }

    pub fn region(&self) -> Region {
        self.writing.region
    }

    /// Whether one question is for all kinds of call.
    pub fn knows_one_kind(&self) -> bool {
        self.version == Version::V2_1
    }

    /// The pages of a question, asked one by one as they are wanted.
    pub fn pages<'a>(&'a self, question: &'a Question<'a>) -> Pages<'a> {
        Pages {
            callyzer: self,
            question,
            paging: Paging::default(),
            tally: Tally::default(),
        }
    }

    /// Callyzer's own figures of one day, a row for each number that had calls.
    /// The turn is held from the last request on.
    pub fn figures(
        &self,
        numbers: &[PhoneNumber],
        kind: &Kind,
        day: Window,
    ) -> Result<Answer<'_, Vec<(Party, Figures)>>> {
        let question = Question {
            whose: Whose::Advisors(numbers),
            kind,
            axis: Axis::Call,
            window: day,
        };
        let path = "/call-log/employee-summary";
        let Rows { rows, turn, .. } =
            self.all_rows(&Method::POST, path, &self.filter(&question))?;
        let figures = rows
            .iter()
            .map(|row| summary::figures(row, self.writing.region));
        Ok(Answer {
            body: figures.collect::<Result<_>>()?,
            turn,
        })
    }

    /// Whose a record is and of which day, as far as one that could not be read says it.
    pub fn owner_and_day(&self, record: &str) -> Option<(Party, NaiveDate)> {
        record::owner_and_day(record, self.writing.region)
    }

    /// All employees that the account knows. Asked by POST, which every HTTP
    /// stack carries; by GET, as documented, where POST is refused.
    pub fn employees(&self) -> Result<Vec<Employee>> {
        let path = "/employee/get";
        let rows = match self.all_rows(&Method::POST, path, &json!({})) {
            Err(Error::BadAnswer(_)) => self.all_rows(&Method::GET, path, &json!({}))?.rows,
            rows => rows?.rows,
        };
        rows.iter()
            .map(|row| summary::employee(row, self.writing))
            .collect()
    }

    /// All rows of a paged question whose rows have no id, read once more if
    /// some are missing; if some still are, that is no answer.
    fn all_rows(&self, method: &Method, path: &str, filter: &Value) -> Result<Rows<'_>> {
        let mut rows = self.read_rows(method, path, filter)?;
        if rows.missing() > 0 {
            drop(rows);
            rows = self.read_rows(method, path, filter)?;
        }
        match rows.missing() {
            0 => Ok(rows),
            missing => Err(Error::BadAnswer(format!(
                "{path} kept back {missing} of its rows"
            ))),
        }
    }

    fn read_rows(&self, method: &Method, path: &str, filter: &Value) -> Result<Rows<'_>> {
        let mut rows = Vec::new();
        let mut paging = Paging::default();
        loop {
            let request = paging.request(filter);
            let Answer { body, turn }: Answer<Envelope> =
                self.http.ask(method.clone(), path, &request)?;
            let before = rows.len();
            for row in body.result.iter().map(|row| row.get()) {
                if !rows.iter().any(|known| known == row) {
                    rows.push(row.to_owned());
                }
            }
            if !paging.goes_on(&body, rows.len() > before, rows.len() as u64) {
                return Ok(Rows {
                    rows,
                    total: body.total(),
                    turn,
                });
            }
        }
    }

    fn filter(&self, question: &Question) -> Value {
        let (from, to) = match question.axis {
            Axis::Upload => ("synced_from", "synced_to"),
            Axis::Call => ("call_from", "call_to"),
        };
        let (whose, numbers) = match question.whose {
            Whose::Advisors(numbers) => (
                "emp_numbers",
                numbers.iter().map(PhoneNumber::hyphenated).collect(),
            ),
            // The documents do not say in which form.
            Whose::Client(number) => (
                "client_numbers",
                vec![number.hyphenated(), number.national().to_owned()],
            ),
        };
        let mut filter = json!({
            whose: numbers,
            from: question.window.from.timestamp(),
            to: question.window.to.timestamp(),
        });
        if self.version == Version::V2_2 {
            filter["call_method"] = question.kind.method.as_str().into();
            filter["call_mode"] = question.kind.mode.as_str().into();
        }
        filter
    }

    /// The first few calls of a question, to see how the account writes them.
    pub fn sample(&self, question: &Question) -> Result<Records> {
        let mut request = self.filter(question);
        request["page_no"] = 1.into();
        request["page_size"] = SAMPLE_SIZE.into();
        let Answer { body, .. }: Answer<Envelope> =
            self.http.post("/call-log/history", &request)?;
        Ok(self.records(&body, question.kind))
    }

    /// The calls with these ids, of those that Callyzer knows; at most [`IDS_AT_ONCE`].
    pub fn calls_by_id(&self, ids: &[&str]) -> Result<Answer<'_, Records>> {
        let Answer { body, turn }: Answer<Envelope> = self
            .http
            .post("/call-log/get", &json!({ "unique_ids": ids }))?;
        Ok(Answer {
            body: self.records(&body, &Kind::phone_call()),
            turn,
        })
    }

    fn records(&self, body: &Envelope, asked: &Kind) -> Records {
        let mut records = Records::default();
        for row in &body.result {
            match record::read(row.get(), asked, self.writing) {
                Ok(record) => {
                    records.odd_zone_word = records.odd_zone_word.or(record.odd_zone_word);
                    records.calls.push(record.call);
                }
                Err(unreadable) => records.unreadable.push(unreadable),
            }
        }
        records
    }
}

/// Rows about employees; one that a moving page brings twice is there once.
struct Rows<'a> {
    rows: Vec<String>,
    total: Option<u64>,
    turn: Turn<'a>,
}

impl Rows<'_> {
    fn missing(&self) -> u64 {
        self.total
            .unwrap_or(0)
            .saturating_sub(self.rows.len() as u64)
    }
}

/// Where a paged question stands.
#[derive(Debug, Default)]
struct Paging {
    pages: u64,
    ended: bool,
}

impl Paging {
    fn request(&self, filter: &Value) -> Value {
        let mut request = filter.clone();
        request["page_no"] = (self.pages + 1).into();
        request["page_size"] = PAGE_SIZE.into();
        request
    }

    /// How many pages will follow the one that `page` came with.
    fn left(&self, page: &Envelope) -> u64 {
        page.total().map_or(0, |total| {
            total
                .div_ceil(page.page_size())
                .saturating_sub(self.pages + 1)
        })
    }

    /// Whether to ask for another page, after one that brought something `new`
    /// or did not, with `rows` distinct rows in hand.
    fn goes_on(&mut self, page: &Envelope, new: bool, rows: u64) -> bool {
        self.pages += 1;
        let more = match page.total() {
            Some(total) => rows < total && self.pages * page.page_size() < total,
            None => page.result.len() as u64 >= page.page_size(),
        };
        self.ended = !(more && new);
        !self.ended
    }
}

/// The pages of one question. After the last, [`Pages::tally`] tells whether it was whole.
#[derive(Debug)]
pub struct Pages<'a> {
    callyzer: &'a Callyzer,
    question: &'a Question<'a>,
    paging: Paging,
    tally: Tally,
}

impl<'a> Pages<'a> {
    pub fn tally(self) -> Tally {
        self.tally
    }

    fn next_page(&mut self) -> Result<Page<'a>> {
        let filter = self.callyzer.filter(self.question);
        let Answer { body, turn }: Answer<Envelope> = self
            .callyzer
            .http
            .post("/call-log/history", &self.paging.request(&filter))?;
        let page = Page {
            records: self.callyzer.records(&body, self.question.kind),
            number: self.paging.pages + 1,
            left: self.paging.left(&body),
            turn,
        };
        let new = self.count(&page.records, body.total());
        self.paging.goes_on(&body, new, self.tally.rows());
        Ok(page)
    }

    /// True if the page brought anything that no page before it had.
    fn count(&mut self, page: &Records, total: Option<u64>) -> bool {
        self.tally.total_changed |= self.paging.pages > 0 && self.tally.total != total;
        // A page that lost rows may count without them.
        self.tally.total = self.tally.total.max(total);
        let unreadable = page.unreadable.iter();
        let named = unreadable
            .clone()
            .filter_map(|record| record.provider_call_id.as_ref());
        let nameless = unreadable.filter(|record| record.provider_call_id.is_none());
        let ids = page.calls.iter().map(|call| &call.provider_call_id);
        self.tally
            .add(ids.chain(named), nameless.map(|record| &record.record))
    }
}

impl<'a> Iterator for Pages<'a> {
    type Item = Result<Page<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.paging.ended {
            return None;
        }
        let page = self.next_page();
        self.paging.ended |= page.is_err();
        Some(page)
    }
}
