//! Records that could not be understood.

use anyhow::Result;
use rusqlite::{Transaction, params};

use super::runs::WriteContext;
use crate::call::{Status, Unreadable};
use crate::moment;
use crate::phone::PhoneNumber;

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
            unreadable.reason,
            unreadable.record,
            now,
            unreadable.advisor_number.as_ref().map(PhoneNumber::as_str),
            unreadable.day.map(|day| day.to_string()),
            unreadable.status.map(Status::as_str),
        ])?;
    }
    Ok(records.len() as i64)
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
