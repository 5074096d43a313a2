//! Calls: what an answer brought is stored in one transaction, by the provider's id.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rusqlite::{CachedStatement, Row, Rows, ToSql, Transaction, named_params, params};

use super::matching::{self, CallFilter};
use super::runs::{Counts, WriteContext};
use super::{Store, figures, json_array, quarantine, runs};
use crate::call::{Call, Records};
use crate::exit::{Exit, failure};
use crate::moment;

const INSERT: &str = "
    INSERT INTO calls (provider, provider_call_id, kind, first_seen_at, changed_at,
        advisor_id, advisor_number, client_number, client_name, status, started_at,
        duration_s, note, recording_url, uploaded_at)
    VALUES (:provider, :id, :kind, :now, :now,
        (SELECT user_id FROM advisor_numbers WHERE number = :advisor_number), :advisor_number,
        :client_number, :client_name, :status, :started_at,
        :duration_s, :note, :recording_url, :uploaded_at)
    RETURNING advisor_id, started_at";

/// Writes nothing where nothing differs. A null replaces nothing that is known. The
/// numbers and the advisor are set once; the advisor is the owner of the number now.
/// A new time of upload alone is no change: phones send a call again without one.
const UPDATE: &str = "
    UPDATE calls SET changed_at = :now, advisor_id = new.advisor_id,
        advisor_number = new.advisor_number, client_number = new.client_number,
        client_name = new.client_name, status = :status, started_at = :started_at,
        duration_s = :duration_s, note = new.note, recording_url = new.recording_url,
        uploaded_at = ifnull(:uploaded_at, uploaded_at)
    FROM (SELECT id,
                 ifnull(advisor_id, (SELECT user_id FROM advisor_numbers
                                     WHERE number = :advisor_number)) AS advisor_id,
                 ifnull(advisor_number, :advisor_number) AS advisor_number,
                 ifnull(client_number, :client_number) AS client_number,
                 ifnull(:client_name, client_name) AS client_name,
                 ifnull(:note, note) AS note,
                 ifnull(:recording_url, recording_url) AS recording_url
          FROM calls WHERE provider = :provider AND provider_call_id = :id) AS new
    WHERE calls.id = new.id
      AND (calls.advisor_id, calls.advisor_number, calls.client_number, calls.client_name,
           calls.status, calls.started_at, calls.duration_s, calls.note, calls.recording_url)
          IS NOT (new.advisor_id, new.advisor_number, new.client_number, new.client_name,
                  :status, :started_at, :duration_s, new.note, new.recording_url)
    RETURNING advisor_id, started_at";

/// All zones of the world differ by quarters of an hour.
const QUARTER_HOUR_S: i64 = 15 * 60;
/// So many calls may move in time by themselves.
const FEW_CALLS: usize = 5;

impl Store {
    /// Stores what one answer brought: new calls with their leads, changed ones,
    /// records that could not be read, the figures that become due, and the run's
    /// counts. All of it or, on an error, nothing. Doing it twice changes nothing.
    pub fn save_page(&mut self, records: &Records, context: &WriteContext) -> Result<Counts> {
        let tx = self.transaction()?;
        let counts = write(&tx, records, context)?;
        tx.commit()?;
        Ok(counts)
    }
}

/// [`Store::save_page`] within a transaction.
pub fn write(tx: &Transaction, records: &Records, context: &WriteContext) -> Result<Counts> {
    let last_id = matching::last_call_id(tx)?;
    let ids = json_array(records.calls.iter().map(|call| &call.provider_call_id))?;
    let writer = Writer::new(tx, &ids, context)?;
    refuse_moved_times(&records.calls, &writer.known, context)?;
    let (mut counts, due) = writer.write(&records.calls)?;
    let now = moment::to_text(context.now);
    counts.assigned = matching::assign(tx, CallFilter::ArrivedAfter(last_id), &now)?;
    counts.unmatched = counts.new - counts.assigned;
    counts.quarantined = quarantine::put(tx, &records.unreadable, context)?;
    quarantine::release(tx, &ids, context)?;
    figures::mark_due(tx, context.provider, due)?;
    counts.read = records.len() as i64;
    runs::add(tx, context.run_id, &counts, context.requests)?;
    Ok(counts)
}

/// Removes calls by the provider's ids and counts them in the run; their days'
/// figures become due.
pub fn remove(tx: &Transaction, ids: &[String], context: &WriteContext) -> Result<i64> {
    let mut delete = tx.prepare_cached(
        "DELETE FROM calls
         WHERE provider = ?1 AND provider_call_id IN (SELECT value FROM json_each(?2))
         RETURNING advisor_id, started_at",
    )?;
    let values = params![context.provider, json_array(ids)?];
    let rows = delete.query_map(values, AdvisorDay::from_row)?;
    let (mut counts, mut due) = (Counts::default(), DueDays::new());
    for day in rows {
        counts.removed += 1;
        due.extend(day?.due(context.zone)?);
    }
    figures::mark_due(tx, context.provider, due)?;
    runs::add(tx, context.run_id, &counts, context.requests)?;
    Ok(counts.removed)
}

/// Refuses calls of which most of those known move by quarters of an hour: the
/// account shows its times in another zone than it did.
fn refuse_moved_times(
    calls: &[Call],
    known: &HashMap<String, AdvisorDay>,
    context: &WriteContext,
) -> Result<()> {
    let mut moved = 0;
    for call in calls {
        if let Some(stored) = known.get(&call.provider_call_id) {
            let seconds = (call.started_at - moment::from_text(&stored.started_at)?).num_seconds();
            moved += usize::from(seconds != 0 && seconds % QUARTER_HOUR_S == 0);
        }
    }
    if context.accepts_moved_times || moved < FEW_CALLS || moved * 2 <= known.len() {
        return Ok(());
    }
    let reason = format!(
        "{moved} of {} known calls in one answer have moved in time, as if the account's zone had \
         changed; nothing of it is stored. Check {}_TIMEZONE, then accept the new times by \
         callsync sync --since the first day that they concern",
        known.len(),
        context.provider.to_uppercase()
    );
    Err(failure(Exit::Protocol, reason))
}

type DueDays = BTreeSet<(i64, NaiveDate)>;

/// Whose figures a stored call counts in, and when it began.
#[derive(Clone, Debug)]
struct AdvisorDay {
    advisor_id: Option<i64>,
    started_at: String,
}

impl AdvisorDay {
    fn from_row(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            advisor_id: row.get("advisor_id")?,
            started_at: row.get("started_at")?,
        })
    }

    fn due(&self, zone: Tz) -> Result<Option<(i64, NaiveDate)>> {
        let day = moment::day_of(moment::from_text(&self.started_at)?, zone);
        Ok(self.advisor_id.map(|advisor_id| (advisor_id, day)))
    }
}

/// Writes the calls of one page in one transaction.
struct Writer<'a> {
    insert: CachedStatement<'a>,
    update: CachedStatement<'a>,
    /// What is stored of the page's calls.
    known: HashMap<String, AdvisorDay>,
    context: &'a WriteContext,
    now: String,
}

impl<'a> Writer<'a> {
    /// `ids`: those of the page, as a JSON array.
    fn new(tx: &'a Transaction, ids: &str, context: &'a WriteContext) -> Result<Self> {
        Ok(Self {
            insert: tx.prepare_cached(INSERT)?,
            update: tx.prepare_cached(UPDATE)?,
            known: known(tx, ids, context.provider)?,
            context,
            now: moment::to_text(context.now),
        })
    }

    /// Gives how many calls are new and changed, and the days that become due.
    fn write(mut self, calls: &[Call]) -> Result<(Counts, DueDays)> {
        let (mut counts, mut due) = (Counts::default(), DueDays::new());
        for call in calls {
            let Some(written) = self.write_call(call)? else {
                continue;
            };
            due.extend(written.due(self.context.zone)?);
            match self.known.insert(call.provider_call_id.clone(), written) {
                None => counts.new += 1,
                Some(before) => {
                    counts.changed += 1;
                    due.extend(before.due(self.context.zone)?);
                }
            }
        }
        Ok((counts, due))
    }

    /// None: nothing differs from what is stored.
    fn write_call(&mut self, call: &Call) -> Result<Option<AdvisorDay>> {
        let id = &call.provider_call_id;
        let (kind, started_at) = (call.kind.to_string(), moment::to_text(call.started_at));
        let uploaded_at = call.uploaded_at.map(moment::to_text);
        let values = named_params! {
            ":provider": self.context.provider,
            ":id": id,
            ":now": self.now,
            ":advisor_number": call.advisor.as_str(),
            ":client_number": call.client.as_str(),
            ":client_name": call.client_name,
            ":status": call.status.as_str(),
            ":started_at": started_at,
            ":duration_s": call.duration_s,
            ":note": call.note,
            ":recording_url": call.recording_url,
            ":uploaded_at": uploaded_at,
        };
        if self.known.contains_key(id) {
            return returned(self.update.query(values)?);
        }
        let kind: &[(&str, &dyn ToSql)] = named_params! {":kind": kind};
        returned(self.insert.query(&*[values, kind].concat())?)
    }
}

/// The row that a statement wrote, which is done only when read to its end.
fn returned(mut rows: Rows) -> Result<Option<AdvisorDay>> {
    let written = rows.next()?.map(AdvisorDay::from_row).transpose()?;
    while rows.next()?.is_some() {}
    Ok(written)
}

/// What is stored already of a page's calls, by the provider's id. The cross
/// join keeps SQLite from reading the page once for each call of the file.
fn known(tx: &Transaction, ids: &str, provider: &str) -> Result<HashMap<String, AdvisorDay>> {
    let mut query = tx.prepare_cached(
        "SELECT c.provider_call_id, c.advisor_id, c.started_at FROM json_each(?2) ids
         CROSS JOIN calls c ON c.provider = ?1 AND c.provider_call_id = ids.value",
    )?;
    let rows = query.query_map(params![provider, ids], |row| {
        Ok((row.get(0)?, AdvisorDay::from_row(row)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
