//! Records that could not be understood.

use anyhow::Result;
use chrono::TimeDelta;
use rusqlite::{Row, Transaction, params};

use super::Store;
use super::column::required_moment;
use super::runs::WriteContext;
use crate::call::{Status, Unreadable};
use crate::moment::{self, Moment};
use crate::phone::PhoneNumber;

/// Records that the status lists.
const LISTED: i64 = 5;

#[derive(Clone, Debug)]
pub struct QuarantinedRecord {
    pub first_seen_at: Moment,
    pub reason: String,
    pub record: String,
    // What could be read of it all the same.
    /// The advisor's number, and whose it is now.
    pub number: Option<String>,
    pub login: Option<String>,
    /// The day of the call on the account's clock.
    pub day: Option<String>,
    pub status: Option<String>,
}

#[derive(Clone, Debug)]
pub struct QuarantineReason {
    pub provider: String,
    pub reason: String,
    pub count: i64,
}

#[derive(Clone, Debug)]
pub struct Quarantine {
    /// Reasons of each system with their number of records, the most frequent first.
    pub reasons: Vec<QuarantineReason>,
    /// The newest records, newest first.
    pub newest: Vec<QuarantinedRecord>,
    /// Records seen first since the given moment.
    pub recent: i64,
}

impl Quarantine {
    pub fn count(&self) -> i64 {
        self.reasons.iter().map(|reason| reason.count).sum()
    }
}

/// Keeps the records as received; a record that is there already is only dated.
/// Gives their number.
pub fn put(tx: &Transaction, records: &[Unreadable], context: &WriteContext) -> Result<i64> {
    let now = moment::to_text(context.now);
    let mut upsert = tx.prepare_cached(
        "INSERT INTO quarantine
             (provider, provider_call_id, reason, record, first_seen_at, last_seen_at,
              number, day, status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)
         ON CONFLICT (provider, provider_call_id) WHERE provider_call_id IS NOT NULL
         DO UPDATE SET reason = excluded.reason, record = excluded.record,
             last_seen_at = excluded.last_seen_at, number = excluded.number,
             day = excluded.day, status = excluded.status
         ON CONFLICT (provider, record) WHERE provider_call_id IS NULL
         DO UPDATE SET reason = excluded.reason, last_seen_at = excluded.last_seen_at,
             number = excluded.number, day = excluded.day, status = excluded.status",
    )?;
    for unreadable in records {
        upsert.execute(params![
            context.provider,
            unreadable.provider_call_id,
            unreadable.reason.as_str(),
            unreadable.record,
            now,
            unreadable.advisor_number.as_ref().map(PhoneNumber::as_str),
            unreadable.day.map(|day| day.to_string()),
            unreadable.status.map(Status::as_str),
        ])?;
    }
    Ok(records.len() as i64)
}

/// Removes these records, under their ids or as they are.
pub fn remove(tx: &Transaction, records: &[&Unreadable], context: &WriteContext) -> Result<()> {
    let mut by_id =
        tx.prepare_cached("DELETE FROM quarantine WHERE provider = ?1 AND provider_call_id = ?2")?;
    let mut by_text = tx.prepare_cached(
        "DELETE FROM quarantine
         WHERE provider = ?1 AND record = ?2 AND provider_call_id IS NULL",
    )?;
    for record in records {
        match &record.provider_call_id {
            Some(id) => by_id.execute([context.provider, id])?,
            None => by_text.execute([context.provider, &record.record])?,
        };
    }
    Ok(())
}

/// Removes the records of calls that can be read now. `ids`: a JSON array.
pub fn release(tx: &Transaction, ids: &str, context: &WriteContext) -> Result<()> {
    let mut delete = tx.prepare_cached(
        "DELETE FROM quarantine
         WHERE provider = ?1 AND provider_call_id IN (SELECT value FROM json_each(?2))",
    )?;
    delete.execute(params![context.provider, ids])?;
    Ok(())
}

impl Store {
    pub fn quarantine(&self, recent_since: Moment) -> Result<Quarantine> {
        let mut reasons = self.connection.prepare_cached(
            "SELECT provider, reason, count(*) FROM quarantine
             GROUP BY provider, reason ORDER BY 3 DESC, 2, 1",
        )?;
        let reason = |row: &Row| {
            Ok(QuarantineReason {
                provider: row.get(0)?,
                reason: row.get(1)?,
                count: row.get(2)?,
            })
        };
        let mut newest = self.connection.prepare_cached(
            "SELECT first_seen_at, reason, record, number, day, status,
                    (SELECT u.login FROM advisor_numbers n JOIN users u ON u.id = n.user_id
                     WHERE n.number = quarantine.number)
             FROM quarantine
             ORDER BY first_seen_at DESC, id DESC LIMIT ?1",
        )?;
        let record = |row: &Row| {
            Ok(QuarantinedRecord {
                first_seen_at: required_moment(row, 0)?,
                reason: row.get(1)?,
                record: row.get(2)?,
                number: row.get(3)?,
                day: row.get(4)?,
                status: row.get(5)?,
                login: row.get(6)?,
            })
        };
        // A clock that was ahead may have dated a record years from now.
        let recent = "SELECT count(*) FROM quarantine WHERE first_seen_at BETWEEN ?1 AND ?2";
        let latest = recent_since + TimeDelta::days(2);
        let since = [recent_since, latest].map(moment::to_text);
        Ok(Quarantine {
            reasons: reasons
                .query_map([], reason)?
                .collect::<rusqlite::Result<_>>()?,
            newest: newest
                .query_map([LISTED], record)?
                .collect::<rusqlite::Result<_>>()?,
            recent: self.connection.query_row(recent, since, |row| row.get(0))?,
        })
    }
}
