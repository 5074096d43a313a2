//! Calls that had not ended when they were read: they are asked for again by their ids.

use anyhow::Result;
use rusqlite::{Transaction, params};

use super::column::required_moment;
use super::runs::WriteContext;
use super::{Store, json_array};
use crate::call::{LeftOut, Records, UnfinishedCall};
use crate::moment::{self, Moment};

/// Remembers the calls of an answer that have not ended, and forgets those that came
/// otherwise: as a call, as a record that cannot be read, or as a row of no register.
pub fn settle(tx: &Transaction, records: &Records, context: &WriteContext) -> Result<()> {
    put(tx, &records.unfinished, context)?;
    let left_out = records.left_out.iter();
    let left_out = left_out.filter_map(|(why, id)| id.as_ref().filter(|_| settles(*why)));
    let mut delete = tx.prepare_cached(
        "DELETE FROM unfinished_calls
         WHERE provider = ?1 AND provider_call_id IN (SELECT value FROM json_each(?2))",
    )?;
    let settled = json_array(records.ids().chain(left_out))?;
    delete.execute(params![context.provider, settled])?;
    Ok(())
}

/// Whether a row left out for that reason has ended.
fn settles(why: LeftOut) -> bool {
    !matches!(why, LeftOut::Unfinished | LeftOut::NegativePhase)
}

/// One that is there already keeps the moment at which it was asked for.
fn put(tx: &Transaction, calls: &[UnfinishedCall], context: &WriteContext) -> Result<()> {
    let mut upsert = tx.prepare_cached(
        "INSERT INTO unfinished_calls (provider, provider_call_id, started_at)
         VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET started_at = excluded.started_at
         WHERE started_at <> excluded.started_at",
    )?;
    for call in calls {
        let started_at = moment::to_text(call.started_at);
        upsert.execute(params![context.provider, call.provider_call_id, started_at])?;
    }
    Ok(())
}

impl Store {
    /// Calls begun since a moment that had not ended, those first that were asked for
    /// never or the longest ago, of these the newest.
    pub fn unfinished_calls(
        &self,
        provider: &str,
        since: Moment,
        limit: u64,
    ) -> Result<Vec<UnfinishedCall>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id, started_at FROM unfinished_calls
             WHERE provider = ?1 AND started_at >= ?2
             ORDER BY asked_at, started_at DESC LIMIT ?3",
        )?;
        let values = params![provider, moment::to_text(since), limit.cast_signed()];
        let rows = query.query_map(values, |row| {
            Ok(UnfinishedCall {
                provider_call_id: row.get(0)?,
                started_at: required_moment(row, 1)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Records that an unfinished call was asked for, whatever came of it.
    pub fn mark_unfinished_asked(&mut self, provider: &str, id: &str, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "UPDATE unfinished_calls SET asked_at = ?3
             WHERE provider = ?1 AND provider_call_id = ?2",
            params![provider, id, moment::to_text(now)],
        )?;
        tx.commit()
    }

    /// Forgets a call that its system no longer has.
    pub fn forget_unfinished(&mut self, provider: &str, id: &str) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "DELETE FROM unfinished_calls WHERE provider = ?1 AND provider_call_id = ?2",
            [provider, id],
        )?;
        tx.commit()
    }

    /// Gives up the calls begun before a moment; gives their number.
    pub fn forget_unfinished_before(&mut self, provider: &str, since: Moment) -> Result<i64> {
        let tx = self.transaction()?;
        let count = tx.execute(
            "DELETE FROM unfinished_calls WHERE provider = ?1 AND started_at < ?2",
            [provider, &moment::to_text(since)],
        )?;
        tx.commit()?;
        Ok(count as i64)
    }
}
