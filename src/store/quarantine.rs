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
    let mut update = tx.prepare_cached(
        "UPDATE quarantine SET reason = ?3, record = ?4, last_seen_at = ?5,
                               number = ?6, day = ?7, status = ?8
         WHERE provider = ?1
           AND CASE WHEN ?2 IS NULL THEN provider_call_id IS NULL AND record = ?4
                    ELSE provider_call_id = ?2 END",
    )?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO quarantine
             (provider, provider_call_id, reason, record, first_seen_at, last_seen_at,
              number, day, status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)",
    )?;
    for unreadable in records {
        let values = params![
            context.provider,
            unreadable.provider_call_id,
            unreadable.reason,
            unreadable.record,
            now,
            unreadable.advisor_number.as_ref().map(PhoneNumber::as_str),
            unreadable.day.map(|day| day.to_string()),
            unreadable.status.map(Status::as_str),
        ];
        if update.execute(values)? == 0 {
            insert.execute(values)?;
        }
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
