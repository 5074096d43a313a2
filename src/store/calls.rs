//! Calls: what an answer brought is stored in one transaction, by the provider's id.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chrono::NaiveDate;
use chrono_tz::Tz;
use rusqlite::{CachedStatement, ToSql, Transaction, named_params, params};

use super::advisors::Owners;
use super::attached::StoredAttached;
use super::forgotten::suppressed::Suppressed;
use super::forgotten::suppression::suppress;
use super::incoming::{Incoming, fold};
use super::matching::Matcher;
use super::runs::{Counts, WriteContext};
use super::stored_call::{StoredCall, stored};
use super::{
    Store, attached, campaign_results, figures, json_array, moved_times, notes, phases, quarantine,
    runs, unfinished,
};
use crate::call::{Records, RenamedCall};
use crate::moment;

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

impl Store {
    /// Stores what one answer brought: new calls with their leads, changed ones,
    /// records that could not be read, the figures that become due, and the run's
    /// counts. All of it or, on an error, nothing. Doing it twice changes nothing. A call
    /// that comes later as a row of no register stays as it was.
    pub fn save_page(&mut self, records: &Records, context: &WriteContext) -> Result<Saved> {
        let unseen = self.dry_run.as_mut().map(|dry_run| dry_run.unseen(records));
        let tx = self.transaction()?;
        let saved = write(&tx, unseen.as_ref().unwrap_or(records), context)?;
        tx.commit()?;
        // What comes again was read all the same.
        let read = records.read();
        self.count_if_dry(&Counts {
            read,
            ..saved.counts
        });
        Ok(saved)
    }
}

/// What became of an answer.
#[derive(Debug)]
pub struct Saved {
    pub counts: Counts,
    /// What is never stored again.
    pub suppressed: Suppressed,
}

/// [`Store::save_page`] within a transaction.
pub fn write(tx: &Transaction, records: &Records, context: &WriteContext) -> Result<Saved> {
    let ids = json_array(records.calls.iter().map(|call| &call.provider_call_id))?;
    let mut known = stored(tx, &ids, context.provider)?;
    if rename(tx, records, &known, context.provider)? > 0 {
        known = stored(tx, &ids, context.provider)?;
    }
    moved_times::refuse(&records.calls, &known, context)?;
    let (kept, suppressed) = suppress(tx, records, &mut known, context)?;
    let incoming = fold(&kept.calls, known, Owners::new(tx, context.provider))?;
    let mut writer = Writer::new(tx, context)?;
    writer.attached = StoredAttached::beside(tx, &incoming)?;
    for incoming in &incoming {
        writer.write(incoming)?;
    }
    let Writer {
        mut counts, due, ..
    } = writer;
    quarantine::release(tx, &ids, context)?;
    if !records.left_out.is_empty() {
        let left_out = records.left_out.iter().filter_map(|(_, id)| id.as_ref());
        quarantine::release(tx, &json_array(left_out)?, context)?;
    }
    unfinished::settle(tx, records, &kept.unfinished, context)?;
    campaign_results::put(tx, records, &kept.results, context)?;
    // After those: a page may have an id on several rows.
    counts.quarantined = quarantine::put(tx, &kept.unreadable, context)?;
    figures::mark_due(tx, context.provider, due)?;
    counts.read = records.read();
    counts.removed = suppressed.removed;
    runs::add(tx, context.run_id, &counts, context.requests)?;
    Ok(Saved { counts, suppressed })
}

/// Gives calls the ids that they have now, but for those that are stored under these too.
/// Gives how many.
fn rename(
    tx: &Transaction,
    records: &Records,
    known: &HashMap<String, StoredCall>,
    provider: &str,
) -> Result<usize> {
    let mut update = tx.prepare_cached(
        "UPDATE OR IGNORE calls SET provider_call_id = ?3
         WHERE provider = ?1 AND provider_call_id = ?2",
    )?;
    let renamed = records.renamed.iter();
    let mut count = 0;
    for RenamedCall { from, to } in renamed.filter(|call| !known.contains_key(&call.to)) {
        count += update.execute([provider, from, to])?;
    }
    Ok(count)
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

/// Whether a call is still there.
pub(super) fn is_stored(tx: &Transaction, call_id: i64) -> Result<bool> {
    let mut query = tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM calls WHERE id = ?1)")?;
    Ok(query.query_row([call_id], |row| row.get(0))?)
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
    /// Of the page's calls that are stored.
    attached: StoredAttached,
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
            attached: StoredAttached::default(),
            context,
            now: moment::to_text(context.now),
            counts: Counts::default(),
            due: DueDays::new(),
        })
    }

    fn write(&mut self, incoming: &Incoming) -> Result<()> {
        let id = match &incoming.before {
            None => {
                let id = self.insert(incoming)?;
                notes::mark_new(self.tx, id, incoming.call, self.context)?;
                id
            }
            Some(before) if !self.is_changed(before, incoming) => {
                return self.mark_notes(before.id, incoming);
            }
            Some(before) => {
                self.update(incoming)?;
                self.mark_due(before)?;
                self.mark_notes(before.id, incoming)?;
                before.id
            }
        };
        if let Some(attached) = incoming.attached {
            attached::replace(self.tx, id, attached)?;
        }
        if self.context.wants_phases {
            phases::mark(self.tx, id, &incoming.after.started_at, self.context)?;
        }
        self.mark_due(&incoming.after)
    }

    /// Whether what is stored is another than what came.
    fn is_changed(&self, before: &StoredCall, incoming: &Incoming) -> bool {
        let differs = |attached| self.attached.differs(before.id, attached);
        *before != incoming.after || incoming.attached.is_some_and(differs)
    }

    /// Marks the notes of a known call that the system has apart from its calls.
    fn mark_notes(&self, id: i64, incoming: &Incoming) -> Result<()> {
        let details = |call: &StoredCall| call.details.clone();
        let has_other_details =
            incoming.before.as_ref().and_then(details) != details(&incoming.after);
        if incoming.attached.is_none() && (self.context.rereads_notes || has_other_details) {
            notes::mark_known(self.tx, id, incoming.call, self.context)?;
        }
        Ok(())
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
