//! mluvii's REST API: windows in, pages of calls out; one session by its id, its routing
//! history, its recordings and files.
//!
//! Nothing here relies on what is not documented: the order of rows, whether bounds are
//! inclusive, how many rows the server lets a page have.

use chrono::{SecondsFormat, TimeDelta};
use chrono_tz::Tz;
use serde_json::value::RawValue;

use super::files::SessionFiles;
use super::phases::Phases;
use super::refusal::SYSTEM;
use super::routing::RoutingHistory;
use super::row::RowReader;
use super::session::Session;
use crate::call::Records;
use crate::http::{Answer, Http};
use crate::moment::{self, Moment, Window};
use crate::phone::Region;
use crate::provider::{Fault, Result};
use crate::reading::{Pages, Paging, Rows};
use crate::reason::Reason;

const SESSIONS: &str = "/api/v1/Sessions";

/// How many rows of a page are asked for; the server may give fewer.
const LIMIT: &str = "200";

#[derive(Debug)]
pub struct Api {
    http: Http,
    rows: RowReader,
}

impl Api {
    /// `zone`: of times that name no offset.
    pub fn new(http: Http, zone: Tz, region: Region) -> Self {
        let rows = RowReader { zone, region };
        Self { http, rows }
    }

    pub fn region(&self) -> Region {
        self.rows.region
    }

    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The phone sessions created in a window, page by page, until one is empty. A page
    /// keeps the permit.
    pub fn history<'a>(
        &'a self,
        window: Window,
    ) -> Pages<impl FnMut(u64) -> Result<Rows<Answer<'a, Records>>>> {
        let mut offset = 0;
        Pages::new(SYSTEM.name, move |_| {
            let rows = self.page(window, offset)?;
            offset += rows.count;
            Ok(rows)
        })
    }

    /// The first page of a window.
    pub fn sample(&self, window: Window) -> Result<Records> {
        Ok(self.page(window, 0)?.content.body)
    }

    /// `offset`: how many rows came before.
    fn page(&self, window: Window, offset: u64) -> Result<Rows<Answer<'_, Records>>> {
        // A session created within the last second may be later by a fraction of it.
        let to = window.to + TimeDelta::milliseconds(999);
        // In UTC, which needs no guess at a zone.
        let query = [
            ("Created.Min", moment::to_text(window.from)),
            (
                "Created.Max",
                to.to_rfc3339_opts(SecondsFormat::Millis, true),
            ),
            ("Channel", "Phone".into()),
            ("limit", LIMIT.into()),
            ("offset", offset.to_string()),
        ];
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer: Answer<Vec<Box<RawValue>>> = self.http.get_by_query(SESSIONS, &query)?;
        let (mut records, mut ids) = (Records::default(), Vec::new());
        let mut texts_without_id = Vec::new();
        for row in &answer.body {
            match self.rows.read_into(row.get(), moment::now(), &mut records) {
                Some(id) => ids.push(id),
                None => texts_without_id.push(row.get().to_owned()),
            }
        }
        let count = answer.body.len() as u64;
        Ok(Rows {
            count,
            ids,
            texts_without_id,
            total: None,
            // The server may have a limit of its own: a page with fewer rows than asked for is
            // as full as any, and a failure after it is none of an end.
            page_size: count,
            paging: Paging::Open,
            content: answer.map(|_| records),
        })
    }

    /// The session with that id; None: mluvii has it no longer. It keeps the permit.
    pub fn session(&self, id: &str) -> Result<Option<Answer<'_, Records>>> {
        let answer = self.http.get_if_there(&format!("{SESSIONS}/{id}"))?;
        Ok(answer.map(|answer: Answer<Box<RawValue>>| {
            answer.map(|row| {
                let mut records = Records::default();
                self.rows.read_into(row.get(), moment::now(), &mut records);
                records
            })
        }))
    }

    /// What the routing history tells of the session that began at `started_at`; None:
    /// mluvii has none. It keeps the permit.
    pub fn phases(&self, id: &str, started_at: Moment) -> Result<Option<Answer<'_, Phases>>> {
        let path = format!("{SESSIONS}/{id}/routingHistory");
        let answer = self.http.get_if_there(&path)?;
        self.translated(answer, |history: RoutingHistory| {
            history.phases(started_at, self.rows.zone)
        })
    }

    /// The recordings and files of a session, with addresses for the time being; None:
    /// mluvii has it no longer. They keep the permit.
    pub fn recordings(&self, id: &str) -> Result<Option<Answer<'_, SessionFiles>>> {
        let answer = self.http.get_if_there(&format!("{SESSIONS}/{id}"))?;
        self.translated(answer, |session: Session| SessionFiles::of(&session))
    }

    /// What cannot be translated is not what the API documents.
    fn translated<'a, T, U>(
        &self,
        answer: Option<Answer<'a, T>>,
        translate: impl FnOnce(T) -> std::result::Result<U, Reason>,
    ) -> Result<Option<Answer<'a, U>>> {
        let Some(Answer { body, permit }) = answer else {
            return Ok(None);
        };
        let body = translate(body);
        let body = body.map_err(|reason| self.http.error(Fault::BadAnswer(reason)))?;
        Ok(Some(Answer { body, permit }))
    }
}
