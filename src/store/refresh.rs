//! Refreshing one lead: its numbers' calls of some months become what the provider has.

use anyhow::Result;
use rusqlite::params;

use super::calls::{self, Saved};
use super::runs::{self, Counts, Run, WriteContext};
use super::{Store, json_array, matching};
use crate::call::{Kind, Records};
use crate::moment::{self, Window};

/// What a provider has of a lead's numbers.
#[derive(Debug, Default)]
pub struct Refreshed {
    pub lead_id: i64,
    pub numbers: Vec<String>,
    pub records: Records,
    /// The ids of stored calls that it no longer knows.
    pub gone: Vec<String>,
}

impl Store {
    /// The provider's ids of some numbers' calls of some kinds in a window, whichever
    /// lead has them. The `+` has SQLite look for the number first.
    pub fn ids_of_calls(
        &self,
        provider: &str,
        numbers: &[String],
        kinds: &[Kind],
        window: Window,
    ) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id FROM calls
             WHERE +provider = ?1 AND client_number IN (SELECT value FROM json_each(?2))
               AND started_at BETWEEN ?3 AND ?4
               AND kind IN (SELECT value FROM json_each(?5))",
        )?;
        let (from, to) = (moment::to_text(window.from), moment::to_text(window.to));
        let kinds = json_array(kinds.iter().map(Kind::to_string))?;
        let values = params![provider, json_array(numbers)?, from, to, kinds];
        let rows = query.query_map(values, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The provider's ids of its newest calls. The `+` has SQLite look for the time first.
    pub fn newest_ids(&self, provider: &str, count: usize) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id FROM calls WHERE +provider = ?1
             ORDER BY started_at DESC, id DESC LIMIT ?2",
        )?;
        let rows = query.query_map(params![provider, count as i64], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every kind of call that the file has seen, but for phone calls.
    pub fn other_kinds_seen(&self) -> Result<Vec<Kind>> {
        let mut query = self.connection.prepare_cached(
            "WITH RECURSIVE seen (kind) AS (
                 SELECT min(kind) FROM calls WHERE kind <> 'PhoneCall/Voice'
                 UNION ALL
                 SELECT (SELECT min(kind) FROM calls
                         WHERE kind <> 'PhoneCall/Voice' AND kind > seen.kind)
                 FROM seen WHERE seen.kind IS NOT NULL)
             SELECT kind FROM seen WHERE kind IS NOT NULL",
        )?;
        let rows = query.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|kind| kind?.parse().map_err(anyhow::Error::msg))
            .collect()
    }

    /// Makes the numbers' calls what the provider has and completes the run's row, in
    /// one transaction: all of it or, on an error, nothing.
    pub fn replace_register(
        &mut self,
        refreshed: &Refreshed,
        context: &WriteContext,
        run: &Run,
    ) -> Result<Saved> {
        let now = moment::to_text(context.now);
        let tx = self.transaction()?;
        let mut saved = calls::write(&tx, &refreshed.records, context)?;
        saved.counts.removed += calls::remove(&tx, &refreshed.gone, context)?;
        let found = Counts {
            assigned: matching::assign(&tx, &refreshed.numbers, &now)?,
            ..Counts::default()
        };
        runs::add(&tx, run.id, &found, run.requests)?;
        tx.execute(
            "UPDATE leads SET refreshed_at = ?2 WHERE id = ?1",
            params![refreshed.lead_id, now],
        )?;
        runs::finish(&tx, run, None)?;
        tx.commit()?;
        Ok(saved)
    }
}
