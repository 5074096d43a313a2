//! Calls: what an answer brought is stored in one transaction, by the provider's id.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rusqlite::{CachedStatement, ToSql, Transaction, named_params, params};

use super::advisors::Owners;
use super::incoming::{Incoming, fold};
use super::matching::Matcher;
use super::runs::{Counts, WriteContext};
use super::stored_call::{StoredCall, stored};
use super::{Store, figures, json_array, notes, quarantine, runs};
use crate::call::{Call, Records};
use crate::exit::{Exit, failure};
use crate::moment;
use crate::reason::Cause;

const INSERT: &str = "
    INSERT INTO calls (provider, provider_call_id, kind, first_seen_at, changed_at,
        advisor_id, advisor_number, lead_id, client_number, client_name, status, started_at,
        duration_s, note, recording_url, details, uploaded_at)
    VALUES (:provider, :provider_call_id, :kind, :now, :now,
        :advisor_id, :advisor_number, :lead_id, :client_number, :client_name, :status, :started_at,
        :duration_s, :note, :recording_url, :details, :uploaded_at)";

/// A call's arrival is its first attempt.
const INSERT_UNMATCHED: &str =
    "INSERT INTO unmatched_calls (call_id, attempts, last_attempt_at) VALUES (?1, 1, ?2)";

const UPDATE: &str = "
    UPDATE calls SET changed_at = :now, advisor_id = :advisor_id, advisor_number = :advisor_number,
        client_number = :client_number, client_name = :client_name, status = :status,
        started_at = :started_at, duration_s = :duration_s, note = :note,
        recording_url = :recording_url, details = :details,
        uploaded_at = ifnull(:uploaded_at, uploaded_at)
    WHERE id = :id";

/// All zones of the world differ by quarters of an hour.
const QUARTER_HOUR_S: i64 = 15 * 60;
/// So many calls may move in time by themselves.
const FEW_CALLS: usize = 5;

impl Store {
    /// Stores what one answer brought: new calls with their leads, changed ones,
    /// records that could not be read, the figures that become due, and the run's
    /// counts. All of it or, on an error, nothing. Doing it twice changes nothing.
    pub fn save_page(&mut self, records: &Records, context: &WriteContext) -> Result<Counts> {
        let unseen = self.dry_run.as_mut().map(|dry_run| dry_run.unseen(records));
        let tx = self.transaction()?;
        let counts = write(&tx, unseen.as_ref().unwrap_or(records), context)?;
        tx.commit()?;
        // What comes again was read all the same.
        let read = records.len() as i64;
        self.count_if_dry(&Counts { read, ..counts });
        Ok(counts)
    }
}

/// [`Store::save_page`] within a transaction.
pub fn write(tx: &Transaction, records: &Records, context: &WriteContext) -> Result<Counts> {
    let ids = json_array(records.calls.iter().map(|call| &call.provider_call_id))?;
    let stored = stored(tx, &ids, context.provider)?;
    refuse_moved_times(&records.calls, &stored, context)?;
    let mut writer = Writer::new(tx, context)?;
    let owners = Owners::new(tx, context.provider);
    for incoming in fold(&records.calls, stored, owners)? {
        writer.write(&incoming)?;
    }
    let Writer {
        mut counts, due, ..
    } = writer;
    quarantine::release(tx, &ids, context)?;
    if !records.left_out.is_empty() {
        let left_out = records.left_out.iter().filter_map(|(_, id)| id.as_ref());
        quarantine::release(tx, &json_array(left_out)?, context)?;
    }
    // After those: a page may have an id on several rows.
    counts.quarantined = quarantine::put(tx, &records.unreadable, context)?;
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
    let rows = delete.query_map(values, |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let (mut counts, mut due) = (Counts::default(), DueDays::new());
    for row in rows {
        let (advisor_id, started_at) = row?;
        counts.removed += 1;
        due.extend(due_day(advisor_id, &started_at, context.zone)?);
    }
    figures::mark_due(tx, context.provider, due)?;
    runs::add(tx, context.run_id, &counts, context.requests)?;
    Ok(counts.removed)
}

/// Refuses calls of which most of those known move by quarters of an hour: the
/// account shows its times in another zone than it did.
fn refuse_moved_times(
    calls: &[Call],
    known: &HashMap<String, StoredCall>,
    context: &WriteContext,
) -> Result<()> {
    let mut moved = 0;
    for call in calls {
        let is_moved = |stored: &&StoredCall| stored.started_at != moment::to_text(call.started_at);
        if let Some(stored) = known.get(&call.provider_call_id).filter(is_moved) {
            let seconds = (call.started_at - moment::from_text(&stored.started_at)?).num_seconds();
            moved += usize::from(seconds % QUARTER_HOUR_S == 0);
        }
    }
    if context.accepts_moved_times || moved < FEW_CALLS || moved * 2 <= known.len() {
        return Ok(());
    }
    let variable = context.provider.to_uppercase();
    let reason = Cause::MovedTimes.of(&[&moved, &known.len(), &variable, &context.provider]);
    Err(failure(Exit::Protocol, reason))
}

type DueDays = BTreeSet<(i64, NaiveDate)>;

/// The day in whose figures a call counts; None: it is no advisor's.
fn due_day(
    advisor_id: Option<i64>,
    started_at: &str,
    zone: Tz,
) -> Result<Option<(i64, NaiveDate)>> {
    let Some(advisor_id) = advisor_id else {
        return Ok(None);
    };
    let day = moment::day_of(moment::from_text(started_at)?, zone);
    Ok(Some((advisor_id, day)))
}

/// Writes the calls of one page in one transaction.
struct Writer<'a> {
    tx: &'a Transaction<'a>,
    insert: CachedStatement<'a>,
    insert_unmatched: CachedStatement<'a>,
    update: CachedStatement<'a>,
    matcher: Matcher<'a>,
    context: &'a WriteContext,
    now: String,
    counts: Counts,
    /// The days whose figures become due.
    due: DueDays,
}

impl<'a> Writer<'a> {
    fn new(tx: &'a Transaction, context: &'a WriteContext) -> Result<Self> {
        Ok(Self {
            tx,
            insert: tx.prepare_cached(INSERT)?,
            insert_unmatched: tx.prepare_cached(INSERT_UNMATCHED)?,
            update: tx.prepare_cached(UPDATE)?,
            matcher: Matcher::new(tx)?,
            context,
            now: moment::to_text(context.now),
            counts: Counts::default(),
            due: DueDays::new(),
        })
    }

    fn write(&mut self, incoming: &Incoming) -> Result<()> {
        match &incoming.before {
            None => {
                let id = self.insert(incoming)?;
                notes::mark_new(self.tx, id, incoming.call, self.context)?;
            }
            Some(before) if *before == incoming.after => {
                if self.context.rereads_notes {
                    notes::mark_known(self.tx, before.id, incoming.call, self.context)?;
                }
                return Ok(());
            }
            Some(before) => {
                self.update(incoming)?;
                self.mark_due(before)?;
                if self.context.rereads_notes || before.details != incoming.after.details {
                    notes::mark_known(self.tx, before.id, incoming.call, self.context)?;
                }
            }
        }
        self.mark_due(&incoming.after)
    }

    /// Gives the new row's id.
    fn insert(&mut self, incoming: &Incoming) -> Result<i64> {
        let Incoming { call, after, .. } = incoming;
        let lead_id = self
            .matcher
            .lead_of(after.client_number.as_deref(), after.advisor_id)?;
        let kind = call.kind.to_string();
        let uploaded_at = incoming.uploaded_at.map(moment::to_text);
        let others: &[(&str, &dyn ToSql)] = named_params! {
            ":now": self.now,
            ":provider": self.context.provider,
            ":provider_call_id": call.provider_call_id,
            ":kind": kind,
            ":lead_id": lead_id,
            ":uploaded_at": uploaded_at,
        };
        self.insert
            .execute(&*[others, &after.parameters()].concat())?;
        let id = self.tx.last_insert_rowid();
        self.counts.new += 1;
        if lead_id.is_some() {
            self.counts.assigned += 1;
        } else {
            self.insert_unmatched.execute(params![id, self.now])?;
            self.counts.unmatched += 1;
        }
        Ok(id)
    }

    /// A new time of upload alone is no change: phones send a call again without one.
    fn update(&mut self, incoming: &Incoming) -> Result<()> {
        let uploaded_at = incoming.uploaded_at.map(moment::to_text);
        let others: &[(&str, &dyn ToSql)] = named_params! {
            ":now": self.now,
            ":id": incoming.after.id,
            ":uploaded_at": uploaded_at,
        };
        self.update
            .execute(&*[others, &incoming.after.parameters()].concat())?;
        self.counts.changed += 1;
        Ok(())
    }

    fn mark_due(&mut self, call: &StoredCall) -> Result<()> {
        let due = due_day(call.advisor_id, &call.started_at, self.context.zone)?;
        self.due.extend(due);
        Ok(())
    }
}
