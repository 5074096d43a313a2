//! Calls: a page of them is stored in one transaction, by the provider's id.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use anyhow::Result;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rusqlite::{CachedStatement, Row, Transaction, params};

use super::matching::{self, Scope};
use super::runs::Counts;
use super::{Store, quarantine, runs, statistics};
use crate::call::{Call, PROVIDER, Unreadable};
use crate::moment::{self, Moment};

/// The circumstances under which calls arrive.
#[derive(Debug)]
pub struct Arrival {
    pub run_id: i64,
    /// Requests that the run has sent so far.
    pub requests: i64,
    pub now: Moment,
    pub zone: Tz,
    /// Whose number is whose.
    pub owners: Rc<HashMap<String, i64>>,
}

impl Store {
    /// Stores what one answer brought: new calls with their leads, changed ones,
    /// records that could not be read, the statistics that are due for it, and
    /// the run's counts. All of it or, on an error, nothing. Doing it twice changes nothing.
    pub fn save_page(
        &mut self,
        calls: &[Call],
        unreadable: &[Unreadable],
        arrival: &Arrival,
    ) -> Result<Counts> {
        let tx = self.transaction()?;
        let counts = write(&tx, calls, unreadable, arrival)?;
        tx.commit()?;
        Ok(counts)
    }
}

/// [`Store::save_page`] within a transaction.
pub fn write(
    tx: &Transaction,
    calls: &[Call],
    unreadable: &[Unreadable],
    arrival: &Arrival,
) -> Result<Counts> {
    let now = moment::to_text(arrival.now);
    let last_id = matching::last_call_id(tx)?;
    let (mut counts, due) = Writer::new(tx, calls, arrival)?.write(calls)?;
    counts.assigned = matching::assign(tx, Scope::ArrivedAfter(last_id), &now)?;
    counts.unmatched = counts.new - counts.assigned;
    counts.quarantined = quarantine::put(tx, unreadable, &now)?;
    quarantine::release(tx, calls)?;
    for (user_id, day) in due {
        statistics::mark_due(tx, user_id, day)?;
    }
    counts.read = (calls.len() + unreadable.len()) as i64;
    runs::add(tx, arrival.run_id, &counts, arrival.requests)?;
    Ok(counts)
}

type DueDays = BTreeSet<(i64, NaiveDate)>;

/// What the database holds of a call, apart from its id, its lead and when it was seen.
#[derive(Clone, Debug, PartialEq)]
struct Content {
    advisor_id: Option<i64>,
    advisor_number: Option<String>,
    client_number: Option<String>,
    client_name: Option<String>,
    status: String,
    started_at: String,
    duration_s: u32,
    note: Option<String>,
    recording_url: Option<String>,
    uploaded_at: Option<String>,
}

impl Content {
    fn of(call: &Call, owners: &HashMap<String, i64>) -> Self {
        let advisor_number = call.advisor.as_str();
        Self {
            advisor_id: advisor_number.and_then(|number| owners.get(number).copied()),
            advisor_number: advisor_number.map(Into::into),
            client_number: call.client.as_str().map(Into::into),
            client_name: call.client_name.clone(),
            status: call.status.as_str().into(),
            started_at: moment::to_text(call.started_at),
            duration_s: call.duration_s,
            note: call.note.clone(),
            recording_url: call.recording_url.clone(),
            uploaded_at: call.uploaded_at.map(moment::to_text),
        }
    }

    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            advisor_id: row.get("advisor_id")?,
            advisor_number: row.get("advisor_number")?,
            client_number: row.get("client_number")?,
            client_name: row.get("client_name")?,
            status: row.get("status")?,
            started_at: row.get("started_at")?,
            duration_s: row.get("duration_s")?,
            note: row.get("note")?,
            recording_url: row.get("recording_url")?,
            uploaded_at: row.get("uploaded_at")?,
        })
    }

    /// What is to be stored when `self` is and `new` arrives: the numbers and the
    /// advisor are set once, and nothing known is replaced by nothing.
    fn updated_by(&self, new: &Self) -> Self {
        let Self {
            advisor_id,
            advisor_number,
            client_number,
            ..
        } = self.clone();
        let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
        Self {
            advisor_id: advisor_id.or(new.advisor_id),
            advisor_number: or(&advisor_number, &new.advisor_number),
            client_number: or(&client_number, &new.client_number),
            client_name: or(&new.client_name, &self.client_name),
            note: or(&new.note, &self.note),
            recording_url: or(&new.recording_url, &self.recording_url),
            uploaded_at: or(&new.uploaded_at, &self.uploaded_at),
            ..new.clone()
        }
    }

    /// A new time of upload alone is no change: phones send a call again without one.
    fn differs_from(&self, other: &Self) -> bool {
        let uploaded_at = other.uploaded_at.clone();
        Self {
            uploaded_at,
            ..self.clone()
        } != *other
    }

    fn due_day(&self, zone: Tz) -> Result<Option<(i64, NaiveDate)>> {
        let Some(advisor_id) = self.advisor_id else {
            return Ok(None);
        };
        Ok(Some((
            advisor_id,
            moment::day_of(moment::from_text(&self.started_at)?, zone),
        )))
    }
}

/// Writes the calls of one page in one transaction.
struct Writer<'a> {
    insert: CachedStatement<'a>,
    update: CachedStatement<'a>,
    known: HashMap<String, Content>,
    arrival: &'a Arrival,
    now: String,
    counts: Counts,
    due: DueDays,
}

impl<'a> Writer<'a> {
    fn new(tx: &'a Transaction, calls: &[Call], arrival: &'a Arrival) -> Result<Self> {
        Ok(Self {
            insert: tx.prepare_cached(
                "INSERT INTO calls (provider, provider_call_id, kind, first_seen_at, changed_at,
                     advisor_id, advisor_number, client_number, client_name, status, started_at,
                     duration_s, note, recording_url, uploaded_at)
                 VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?,
            update: tx.prepare_cached(
                "UPDATE calls SET changed_at = ?3,
                     advisor_id = ?4, advisor_number = ?5, client_number = ?6, client_name = ?7,
                     status = ?8, started_at = ?9, duration_s = ?10, note = ?11,
                     recording_url = ?12, uploaded_at = ?13
                 WHERE provider = ?1 AND provider_call_id = ?2",
            )?,
            known: known(tx, calls)?,
            arrival,
            now: moment::to_text(arrival.now),
            counts: Counts::default(),
            due: DueDays::new(),
        })
    }

    fn write(mut self, calls: &[Call]) -> Result<(Counts, DueDays)> {
        for call in calls {
            let arrived = Content::of(call, &self.arrival.owners);
            let stored = match self.known.get(&call.provider_call_id).cloned() {
                Some(known) => self.update(call, known, &arrived)?,
                None => self.insert(call, arrived)?,
            };
            self.known.insert(call.provider_call_id.clone(), stored);
        }
        Ok((self.counts, self.due))
    }

    fn insert(&mut self, call: &Call, content: Content) -> Result<Content> {
        self.insert.execute(params![
            PROVIDER,
            call.provider_call_id,
            call.kind.to_string(),
            self.now,
            content.advisor_id,
            content.advisor_number,
            content.client_number,
            content.client_name,
            content.status,
            content.started_at,
            content.duration_s,
            content.note,
            content.recording_url,
            content.uploaded_at,
        ])?;
        self.counts.new += 1;
        self.due.extend(content.due_day(self.arrival.zone)?);
        Ok(content)
    }

    fn update(&mut self, call: &Call, known: Content, arrived: &Content) -> Result<Content> {
        let content = known.updated_by(arrived);
        if !content.differs_from(&known) {
            return Ok(known);
        }
        self.update.execute(params![
            PROVIDER,
            call.provider_call_id,
            self.now,
            content.advisor_id,
            content.advisor_number,
            content.client_number,
            content.client_name,
            content.status,
            content.started_at,
            content.duration_s,
            content.note,
            content.recording_url,
            content.uploaded_at,
        ])?;
        self.counts.changed += 1;
        self.due.extend(known.due_day(self.arrival.zone)?);
        self.due.extend(content.due_day(self.arrival.zone)?);
        Ok(content)
    }
}

/// What is stored already of a page's calls, by the provider's id. The cross
/// join keeps SQLite from reading the page once for each call of the file.
fn known(tx: &Transaction, calls: &[Call]) -> Result<HashMap<String, Content>> {
    let mut query = tx.prepare_cached(
        "SELECT c.* FROM json_each(?2) ids
         CROSS JOIN calls c ON c.provider = ?1 AND c.provider_call_id = ids.value",
    )?;
    let rows = query.query_map(params![PROVIDER, ids(calls)?], |row| {
        Ok((row.get("provider_call_id")?, Content::from_row(row)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The provider's ids as a JSON array, for SQL that takes a page at once.
pub(super) fn ids(calls: &[Call]) -> Result<String> {
    let ids: Vec<_> = calls
        .iter()
        .map(|call| call.provider_call_id.as_str())
        .collect();
    Ok(serde_json::to_string(&ids)?)
}
