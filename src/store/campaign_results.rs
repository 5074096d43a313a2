//! Rows of campaigns' reports that say no time, so that they are no calls.

use anyhow::Result;
use rusqlite::{Transaction, params};

use super::json_array;
use super::runs::WriteContext;
use crate::call::Records;
use crate::moment;

/// Keeps the rows of an answer, and removes those that became calls since, which have the
/// provider's id as their key. A row that is there already is dated once a day: those that
/// a campaign no longer has keep the day on which they were read last.
pub fn put(tx: &Transaction, records: &Records, context: &WriteContext) -> Result<()> {
    let mut delete = tx.prepare_cached(
        "DELETE FROM campaign_results WHERE key IN (SELECT value FROM json_each(?1))",
    )?;
    let calls = records.calls.iter();
    delete.execute([json_array(calls.map(|call| &call.provider_call_id))?])?;
    let now = moment::to_text(context.now);
    let mut upsert = tx.prepare_cached(
        "INSERT INTO campaign_results (campaign_id, key, row, read_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET row = excluded.row, read_at = excluded.read_at
         WHERE row <> excluded.row OR substr(read_at, 1, 10) <> substr(excluded.read_at, 1, 10)",
    )?;
    for result in &records.results {
        upsert.execute(params![result.campaign_id, result.key, result.row, now])?;
    }
    Ok(())
}
