//! A number's calls of some months, made what the provider has.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chrono_tz::Tz;
use rusqlite::{Transaction, params};

use super::calls::{self, Arrival};
use super::matching::{self, Scope};
use super::runs::{self, Counts, Ending, Starter};
use super::{Store, statistics};
use crate::call::{Kind, PROVIDER};
use crate::lookup::LookedUp;
use crate::moment::{self, Moment, Window};

impl Store {
    /// The provider's ids of a number's calls in a window, whoever's lead they are.
    pub fn ids_of_calls(&self, number: &str, window: Window) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id FROM calls
             WHERE provider = ?1 AND client_number = ?2 AND started_at BETWEEN ?3 AND ?4",
        )?;
        let (from, to) = (moment::to_text(window.from), moment::to_text(window.to));
        let rows = query.query_map(params![PROVIDER, number, from, to], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The provider's ids of the newest calls in the file.
    pub fn newest_ids(&self, count: usize) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id FROM calls WHERE provider = ?1
             ORDER BY started_at DESC, id DESC LIMIT ?2",
        )?;
        let rows = query.query_map(params![PROVIDER, count as i64], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every kind of call that the file has seen.
    pub fn kinds_seen(&self) -> Result<Vec<Kind>> {
        let mut query = self.connection.prepare_cached(
            "WITH RECURSIVE seen (kind) AS (
                 SELECT min(kind) FROM calls
                 UNION ALL
                 SELECT (SELECT min(kind) FROM calls WHERE kind > seen.kind)
                 FROM seen WHERE seen.kind IS NOT NULL)
             SELECT kind FROM seen WHERE kind IS NOT NULL",
        )?;
        let rows = query.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|kind| kind?.parse().map_err(anyhow::Error::msg))
            .collect()
    }

    /// Makes a number's calls what the provider has, with the run's row, in one
    /// transaction: all of it or, on an error, nothing.
    pub fn replace_register(
        &mut self,
        starter: Starter,
        refreshed: &LookedUp,
        number: &str,
        requests: i64,
        (now, zone): (Moment, Tz),
    ) -> Result<Counts> {
        let owners: HashMap<String, i64> = self.number_owners()?;
        let tx = self.transaction()?;
        let run_id = runs::begin(&tx, starter, now)?;
        let arrival = Arrival {
            run_id,
            requests,
            now,
            zone,
            owners: owners.into(),
        };
        let mut counts = calls::write(&tx, &refreshed.calls, &refreshed.unreadable, &arrival)?;
        let removed = remove(&tx, &refreshed.gone, zone)?;
        let waiting = serde_json::to_string(&[number])?;
        let assigned = matching::assign(&tx, Scope::Numbers(&waiting), &moment::to_text(now))?;
        runs::add(
            &tx,
            run_id,
            &Counts {
                removed,
                assigned,
                ..Counts::default()
            },
            requests,
        )?;
        tx.execute(
            "UPDATE leads SET refreshed_at = ?2 WHERE id = ?1",
            params![starter.lead_id, moment::to_text(now)],
        )?;
        runs::finish(
            &tx,
            run_id,
            Ending {
                requests,
                ..Ending::default()
            },
            moment::now(),
        )?;
        tx.commit()?;
        counts.removed = removed;
        Ok(counts)
    }
}

/// Removes calls by the provider's ids; their days' statistics become due.
pub fn remove(tx: &Transaction, ids: &[String], zone: Tz) -> Result<i64> {
    let mut delete = tx.prepare_cached(
        "DELETE FROM calls
         WHERE provider = ?1 AND provider_call_id IN (SELECT value FROM json_each(?2))
         RETURNING advisor_id, started_at",
    )?;
    let rows = delete.query_map(params![PROVIDER, serde_json::to_string(ids)?], |row| {
        Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, String>(1)?))
    })?;
    let (mut removed, mut due) = (0, BTreeSet::new());
    for row in rows {
        let (advisor_id, started_at) = row?;
        removed += 1;
        let day = moment::day_of(moment::from_text(&started_at)?, zone);
        due.extend(advisor_id.map(|advisor_id| (advisor_id, day)));
    }
    for (advisor_id, day) in due {
        statistics::mark_due(tx, advisor_id, day)?;
    }
    Ok(removed)
}
