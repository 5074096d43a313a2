//! What is stored of a call, and what an answer makes of it.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::{Row, ToSql, Transaction, params};

use crate::call::Call;
use crate::moment;

/// What is stored of a call, as far as an answer may change it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCall {
    /// 0 until it is there.
    pub id: i64,
    pub advisor_id: Option<i64>,
    advisor_number: Option<String>,
    pub client_number: Option<String>,
    client_name: Option<String>,
    status: String,
    pub started_at: String,
    duration_s: u32,
    note: Option<String>,
    recording_url: Option<String>,
    pub details: Option<String>,
}

impl StoredCall {
    /// From the columns behind the provider's id.
    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(1)?,
            advisor_id: row.get(2)?,
            advisor_number: row.get(3)?,
            client_number: row.get(4)?,
            client_name: row.get(5)?,
            status: row.get(6)?,
            started_at: row.get(7)?,
            duration_s: row.get(8)?,
            note: row.get(9)?,
            recording_url: row.get(10)?,
            details: row.get(11)?,
        })
    }

    /// What is to be stored of a call that is not there yet.
    pub fn new(call: &Call) -> Self {
        Self {
            id: 0,
            advisor_id: None,
            advisor_number: text(call.advisor.as_str()),
            client_number: text(call.client.as_str()),
            client_name: call.client_name.clone(),
            status: call.status.as_str().to_owned(),
            started_at: moment::to_text(call.started_at),
            duration_s: call.duration_s,
            note: call.note.clone(),
            recording_url: call.recording_url.clone(),
            details: call.details.clone(),
        }
    }

    /// Takes in what an answer says. A null replaces nothing that is known; the numbers
    /// are set once.
    pub fn take_in(&mut self, call: &Call) {
        let given = Self::new(call);
        fill(&mut self.advisor_number, given.advisor_number);
        fill(&mut self.client_number, given.client_number);
        replace(&mut self.client_name, given.client_name);
        replace(&mut self.note, given.note);
        match call.recording_url_varies {
            true => fill(&mut self.recording_url, given.recording_url),
            false => replace(&mut self.recording_url, given.recording_url),
        }
        replace(&mut self.details, given.details);
        self.status = given.status;
        self.started_at = given.started_at;
        self.duration_s = given.duration_s;
    }

    /// The columns that an answer may change, by the names of their parameters.
    pub fn parameters(&self) -> [(&'static str, &dyn ToSql); 10] {
        [
            (":advisor_id", &self.advisor_id),
            (":advisor_number", &self.advisor_number),
            (":client_number", &self.client_number),
            (":client_name", &self.client_name),
            (":status", &self.status),
            (":started_at", &self.started_at),
            (":duration_s", &self.duration_s),
            (":note", &self.note),
            (":recording_url", &self.recording_url),
            (":details", &self.details),
        ]
    }
}

fn fill<T>(known: &mut Option<T>, given: Option<T>) {
    if known.is_none() {
        *known = given;
    }
}

fn replace<T>(known: &mut Option<T>, given: Option<T>) {
    if given.is_some() {
        *known = given;
    }
}

fn text(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// What is stored already of a page's calls, by the provider's id. The cross
/// join keeps SQLite from reading the page once for each call of the file.
pub fn stored(tx: &Transaction, ids: &str, provider: &str) -> Result<HashMap<String, StoredCall>> {
    let mut query = tx.prepare_cached(
        "SELECT c.provider_call_id, c.id, c.advisor_id, c.advisor_number, c.client_number,
                c.client_name, c.status, c.started_at, c.duration_s, c.note, c.recording_url,
                c.details
         FROM json_each(?2) ids
         CROSS JOIN calls c ON c.provider = ?1 AND c.provider_call_id = ids.value",
    )?;
    let rows = query.query_map(params![provider, ids], |row| {
        Ok((row.get(0)?, StoredCall::from_row(row)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
