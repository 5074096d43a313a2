//! Rows of campaigns' reports that say no time, so that they are no calls.

use anyhow::Result;
use rusqlite::{Transaction, params};

use super::json_array;
use super::runs::WriteContext;
use crate::call::{CampaignResult, Kind, Records};
use crate::moment;

/// Keeps these rows of an answer, and removes those that became calls since, which have the
/// provider's id as their key. A row that is there already is dated once a day: those that
/// a campaign no longer has keep the day on which they were read last.
pub fn put(
    tx: &Transaction,
    records: &Records,
    results: &[CampaignResult],
    context: &WriteContext,
) -> Result<()> {
    let calls = records.calls.iter();
    let calls = calls.filter(|call| call.kind == Kind::campaign_call());
    release(tx, &json_array(calls.map(|call| &call.provider_call_id))?)?;
    let now = moment::to_text(context.now);
    let mut upsert = tx.prepare_cached(
        "INSERT INTO campaign_results (campaign_id, key, row, read_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET row = excluded.row, read_at = excluded.read_at
         WHERE row <> excluded.row OR substr(read_at, 1, 10) <> substr(excluded.read_at, 1, 10)",
    )?;
    for result in results {
        upsert.execute(params![result.campaign_id, result.key, result.row, now])?;
    }
    Ok(())
}

/// Removes what is kept of these rows.
pub fn remove(tx: &Transaction, results: &[&CampaignResult]) -> Result<()> {
    let mut delete =
        tx.prepare_cached("DELETE FROM campaign_results WHERE campaign_id = ?1 AND key = ?2")?;
    for result in results {
        delete.execute(params![result.campaign_id, result.key])?;
    }
    Ok(())
}

/// `keys`: a JSON array.
fn release(tx: &Transaction, keys: &str) -> Result<()> {
    let mut delete = tx.prepare_cached(
        "DELETE FROM campaign_results WHERE key IN (SELECT value FROM json_each(?1))",
    )?;
    delete.execute([keys])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Warsaw;

    use super::*;
    use crate::call::{Call, Party, Status};
    use crate::store::Store;

    fn context(now: &str) -> WriteContext {
        WriteContext {
            provider: "dialog",
            run_id: 1,
            requests: 1,
            now: moment::from_text(now).unwrap(),
            zone: Warsaw,
            region: "PL".parse().unwrap(),
            accepts_moved_times: false,
            rereads_notes: false,
            wants_phases: false,
        }
    }

    #[test]
    fn a_campaign_s_row_is_written_again_if_it_differs_or_on_another_day() {
        let mut store = Store::empty().unwrap();
        let mut write = |row: &str, now: &str| {
            let result = CampaignResult {
                campaign_id: 7001,
                key: "r-1".into(),
                row: row.into(),
            };
            let records = Records {
                results: vec![result],
                ..Records::default()
            };
            store.save_page(&records, &context(now)).unwrap();
            let sql = "SELECT row || ' ' || read_at FROM campaign_results";
            let row: String = store
                .connection
                .query_row(sql, [], |row| row.get(0))
                .unwrap();
            row
        };
        let first = write("[1]", "2026-11-20T12:00:00Z");
        assert_eq!(first, "[1] 2026-11-20T12:00:00Z");
        assert_eq!(write("[1]", "2026-11-20T13:00:00Z"), first);
        assert_eq!(
            write("[2]", "2026-11-20T14:00:00Z"),
            "[2] 2026-11-20T14:00:00Z"
        );
        assert_eq!(
            write("[2]", "2026-11-21T00:00:00Z"),
            "[2] 2026-11-21T00:00:00Z"
        );
    }

    #[test]
    fn a_campaign_s_row_that_has_become_a_call_is_no_result_any_more() {
        let mut store = Store::empty().unwrap();
        let results = ["r-1", "r-2"].map(|key| CampaignResult {
            campaign_id: 7001,
            key: key.into(),
            row: "[]".into(),
        });
        let mut records = Records {
            results: results.to_vec(),
            ..Records::default()
        };
        let context = context("2026-11-20T12:00:00Z");
        store.save_page(&records, &context).unwrap();
        records.results.clear();
        for (id, kind) in [("r-1", Kind::campaign_call()), ("r-2", Kind::phone_call())] {
            records.calls.push(call(id, kind));
        }
        store.save_page(&records, &context).unwrap();
        let sql = "SELECT group_concat(key) FROM campaign_results";
        let left: String = store
            .connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap();
        assert_eq!(left, "r-2");
    }

    fn call(id: &str, kind: Kind) -> Call {
        Call {
            provider_call_id: id.into(),
            advisor: Party::Hidden,
            advisor_keys: Vec::new(),
            client: Party::Hidden,
            client_name: None,
            status: Status::Outgoing,
            kind,
            started_at: moment::from_text("2026-11-20T10:00:00Z").unwrap(),
            duration_s: 30,
            note: None,
            recording_url: None,
            recording_url_varies: false,
            uploaded_at: None,
            details: None,
            has_notes: false,
            attached: None,
        }
    }
}
