//! TeleCube's REST API: windows in, pages of calls out; and the notes of a call.
//!
//! Nothing here relies on what is not documented: the order of rows, whether bounds are
//! inclusive, what a page after the last one brings.

use chrono_tz::Tz;

use super::envelope::{Envelope, PAGE_SIZE, SYSTEM};
use super::legs::Legs;
use super::row::RowReader;
use super::{note, time};
use crate::call::{Note, Records, Unreadable};
use crate::http::{Answer, Http};
use crate::moment::Window;
use crate::phone::Region;
use crate::provider::Result;
use crate::reading::{Pages, Paging, Rows};

const HISTORY: &str = "/callHistory";
const NOTES: &str = "/notes";

/// The notes of a call.
#[derive(Debug, Default)]
pub struct CallNotes {
    pub notes: Vec<Note>,
    pub unreadable: Vec<Unreadable>,
    /// Whether all came that TeleCube counts.
    pub is_whole: bool,
}

#[derive(Debug)]
pub struct Api {
    http: Http,
    rows: RowReader,
}

impl Api {
    /// `zone`: of TeleCube's times.
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

    /// The calls made in a window, page by page. A page keeps the permit.
    pub fn history<'a>(
        &'a self,
        window: Window,
    ) -> Pages<impl FnMut(u64) -> Result<Rows<Answer<'a, Records>>>> {
        let mut legs = Legs::default();
        Pages::new(SYSTEM.name, move |number| {
            self.page(window, number, &mut legs)
        })
    }

    /// The first page of a window.
    pub fn sample(&self, window: Window) -> Result<Records> {
        Ok(self.page(window, 1, &mut Legs::default())?.content.body)
    }

    fn page(
        &self,
        window: Window,
        number: u64,
        legs: &mut Legs,
    ) -> Result<Rows<Answer<'_, Records>>> {
        let (from, to) = time::bounds(window, self.rows.zone);
        let page = number.to_string();
        let mut query = vec![("dateFrom", from.as_str()), ("dateTo", to.as_str())];
        if number > 1 {
            query.push(("page", &page));
        }
        let answer: Answer<Envelope> = self.http.get_by_query(HISTORY, &query)?;
        let Envelope { rows, total } = &answer.body;
        let (mut records, mut ids) = (Records::default(), Vec::new());
        let mut texts_without_id = Vec::new();
        for row in &rows.0 {
            match self.rows.read_into(row.get(), &mut records) {
                Some(id) => ids.push(id),
                None => texts_without_id.push(row.get().to_owned()),
            }
        }
        records.calls = legs.join(records.calls);
        Ok(Rows {
            count: rows.0.len() as u64,
            ids,
            texts_without_id,
            total: *total,
            page_size: PAGE_SIZE,
            paging: Paging::Open,
            content: answer.map(|_| records),
        })
    }

    /// The notes of the call with that uuid. They keep the permit.
    pub fn notes(&self, uuid: &str) -> Result<Answer<'_, CallNotes>> {
        let answer: Answer<Envelope> = self.http.get_by_query(NOTES, &[("callHistory", uuid)])?;
        let rows = &answer.body.rows.0;
        let mut read = CallNotes {
            is_whole: answer
                .body
                .total
                .is_none_or(|total| total <= rows.len() as u64),
            ..CallNotes::default()
        };
        for row in rows {
            match note::read(row.get(), self.rows.zone) {
                Ok(note) => read.notes.extend(note),
                Err(unreadable) => read.unreadable.push(unreadable),
            }
        }
        Ok(answer.map(|_| read))
    }
}
