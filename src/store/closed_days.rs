//! Closed days: which were read again, and how they compare with the provider's figures.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Row, params};

use super::calls;
use super::runs::WriteContext;
use super::{Store, json_array};
use crate::call::{Figures, Kind, Records};
use crate::moment::{self, Moment, Window};
use crate::phone::PhoneNumber;

/// Which calls of a day are meant.
#[derive(Clone, Copy, Debug)]
pub struct CallsOfDay<'a> {
    pub numbers: &'a [PhoneNumber],
    pub kinds: &'a [Kind],
    pub window: Window,
}

impl Store {
    pub fn last_reread_day(&self, provider: &str) -> Result<Option<NaiveDate>> {
        let sql = "SELECT max(day) FROM reread_days WHERE provider = ?1";
        let day: Option<String> = self
            .connection
            .query_row(sql, [provider], |row| row.get(0))?;
        Ok(day.map(|day| day.parse()).transpose()?)
    }

    pub fn mark_reread(&mut self, provider: &str, day: NaiveDate, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "INSERT OR REPLACE INTO reread_days (provider, day, read_at) VALUES (?1, ?2, ?3)",
            params![provider, day.to_string(), moment::to_text(now)],
        )?;
        Ok(tx.commit()?)
    }

    /// The provider's ids of the stored calls.
    pub fn ids_of_day(&self, provider: &str, calls: &CallsOfDay) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id FROM calls
             WHERE provider = ?1 AND started_at BETWEEN ?2 AND ?3
               AND advisor_number IN (SELECT value FROM json_each(?4))
               AND kind IN (SELECT value FROM json_each(?5))",
        )?;
        let values = params![
            provider,
            moment::to_text(calls.window.from),
            moment::to_text(calls.window.to),
            json_array(calls.numbers.iter().map(PhoneNumber::as_str))?,
            json_array(calls.kinds.iter().map(Kind::to_string))?
        ];
        let rows = query.query_map(values, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Stores what a look-up by id brought and removes the calls that are gone, in
    /// one transaction.
    pub fn save_look_up(
        &mut self,
        records: &Records,
        gone: &[String],
        context: &WriteContext,
    ) -> Result<()> {
        let tx = self.transaction()?;
        calls::write(&tx, records, context)?;
        calls::remove(&tx, gone, context)?;
        Ok(tx.commit()?)
    }

    /// The stored calls of a day and the provider's figures, of each advisor who
    /// has figures of that day.
    pub fn ours_and_theirs(
        &self,
        provider: &str,
        day: NaiveDate,
        window: Window,
    ) -> Result<Vec<(i64, Figures, Figures)>> {
        let ours = self.counts_by_advisor(provider, window)?;
        let mut query = self.connection.prepare_cached(
            "SELECT user_id, incoming, outgoing, missed, rejected FROM daily_stats
             WHERE provider = ?1 AND day = ?2 ORDER BY user_id",
        )?;
        let rows = query.query_map(params![provider, day.to_string()], |row| {
            Ok((row.get::<_, i64>(0)?, counts(row)?))
        })?;
        rows.map(|row| {
            let (user_id, theirs) = row?;
            Ok((
                user_id,
                ours.get(&user_id).copied().unwrap_or_default(),
                theirs,
            ))
        })
        .collect()
    }

    fn counts_by_advisor(&self, provider: &str, window: Window) -> Result<BTreeMap<i64, Figures>> {
        let mut query = self.connection.prepare_cached(
            "SELECT advisor_id,
                    sum(status = 'Przychodzące'), sum(status = 'Wychodzące'),
                    sum(status = 'Nieodebrane'), sum(status = 'Odrzucone')
             FROM calls
             WHERE provider = ?1 AND started_at BETWEEN ?2 AND ?3 AND advisor_id IS NOT NULL
             GROUP BY advisor_id",
        )?;
        let values = params![
            provider,
            moment::to_text(window.from),
            moment::to_text(window.to)
        ];
        let rows = query.query_map(values, |row| Ok((row.get(0)?, counts(row)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The records in quarantine, as received.
    pub fn quarantined_records(&self, provider: &str) -> Result<Vec<String>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT record FROM quarantine WHERE provider = ?1")?;
        let rows = query.query_map([provider], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Columns 1 to 4 of a row: calls in, out, missed, rejected.
fn counts(row: &Row) -> rusqlite::Result<Figures> {
    Ok(Figures {
        incoming: row.get(1)?,
        outgoing: row.get(2)?,
        missed: row.get(3)?,
        rejected: row.get(4)?,
        ..Figures::default()
    })
}
