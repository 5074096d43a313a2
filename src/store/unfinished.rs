//! Calls that had not ended when they were read: they are asked for again by their ids.

use anyhow::Result;
use rusqlite::{Transaction, params};

use super::column::required_moment;
use super::runs::WriteContext;
use super::{Store, json_array};
use crate::call::{LeftOut, Records, UnfinishedCall};
use crate::moment::{self, Moment};

/// Remembers those calls of an answer that have not ended, and drops those that came
/// otherwise: as a call, as a record that cannot be read, or as a row of no register.
pub fn settle(
    tx: &Transaction,
    records: &Records,
    unfinished: &[UnfinishedCall],
    context: &WriteContext,
) -> Result<()> {
    put(tx, unfinished, context)?;
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

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Warsaw;

    use super::*;
    use crate::call::Unreadable;
    use crate::reason::Cause;

    fn at(text: &str) -> Moment {
        moment::from_text(text).unwrap()
    }

    fn context() -> WriteContext {
        WriteContext {
            provider: "mluvii",
            run_id: 1,
            requests: 1,
            now: at("2026-11-20T12:00:00Z"),
            zone: Warsaw,
            region: "PL".parse().unwrap(),
            accepts_moved_times: false,
            rereads_notes: false,
            wants_phases: false,
        }
    }

    fn save(store: &mut Store, records: &Records) {
        store.save_page(records, &context()).unwrap();
    }

    /// As many as there are ids, one a day, the last on 20 November.
    fn unfinished(ids: &[&str]) -> Records {
        let days = (21 - ids.len())..;
        let calls = ids.iter().zip(days).map(|(id, day)| UnfinishedCall {
            provider_call_id: (*id).to_owned(),
            started_at: at(&format!("2026-11-{day:02}T10:00:00Z")),
        });
        let left_out = ids
            .iter()
            .map(|id| (LeftOut::Unfinished, Some((*id).into())));
        Records {
            unfinished: calls.collect(),
            left_out: left_out.collect(),
            ..Records::default()
        }
    }

    fn ids(store: &Store, since: &str) -> Vec<String> {
        let calls = store.unfinished_calls("mluvii", at(since), 9).unwrap();
        let ids = calls.into_iter().map(|call| call.provider_call_id);
        ids.collect()
    }

    const LONG_AGO: &str = "2026-01-01T00:00:00Z";

    #[test]
    fn the_call_that_was_asked_for_the_longest_ago_is_the_first() {
        let mut store = Store::empty().unwrap();
        save(&mut store, &unfinished(&["1", "2", "3"]));
        assert_eq!(ids(&store, LONG_AGO), ["3", "2", "1"]);
        for (id, hour) in [("3", 14), ("2", 13)] {
            let now = at(&format!("2026-11-20T{hour}:00:00Z"));
            store.mark_unfinished_asked("mluvii", id, now).unwrap();
        }
        // It comes again, and was asked for all the same.
        save(&mut store, &unfinished(&["1", "2", "3"]));
        assert_eq!(ids(&store, LONG_AGO), ["1", "2", "3"]);
        assert_eq!(ids(&store, "2026-11-19T00:00:00Z"), ["2", "3"]);
        let since = at("2026-11-19T00:00:00Z");
        assert_eq!(store.forget_unfinished_before("mluvii", since).unwrap(), 1);
        store.forget_unfinished("mluvii", "2").unwrap();
        assert_eq!(ids(&store, LONG_AGO), ["3"]);
    }

    #[test]
    fn a_call_begun_before_a_purge_is_not_asked_for() {
        let mut store = Store::empty().unwrap();
        let sql = "UPDATE forgetting SET purged_before = '2026-11-20'";
        store.connection.execute(sql, []).unwrap();
        save(&mut store, &unfinished(&["1", "2", "3"]));
        assert_eq!(ids(&store, LONG_AGO), ["3"]);
    }

    #[test]
    fn a_call_that_comes_otherwise_is_asked_for_no_more() {
        let mut store = Store::empty().unwrap();
        save(&mut store, &unfinished(&["1", "2", "3"]));
        let records = Records {
            left_out: vec![
                (LeftOut::Chat, Some("1".into())),
                (LeftOut::NegativePhase, Some("3".into())),
            ],
            unreadable: vec![Unreadable {
                provider_call_id: Some("2".into()),
                reason: Cause::NotKind.of(&[&"x"]),
                record: "{}".into(),
                advisor_number: None,
                day: None,
                status: None,
            }],
            ..Records::default()
        };
        save(&mut store, &records);
        assert_eq!(ids(&store, LONG_AGO), ["3"]);
    }
}
