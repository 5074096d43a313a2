//! Closed days: which were read again, and what is stored of them. The `+` keeps
//! SQLite from looking for the provider first, which nearly all calls have.

use std::collections::HashMap;

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, params};

use super::calls::{self, Saved};
use super::column::{optional_moment, required_day, required_moment};
use super::forgotten::Forgotten;
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

/// What became of the reading of a closed day.
#[derive(Clone, Copy, Debug)]
pub struct RereadDay {
    pub day: NaiveDate,
    /// None: never read.
    pub read_at: Option<Moment>,
    /// Since the last reading.
    pub failed_at: Option<Moment>,
}

impl Store {
    pub fn reread_days(&self, provider: &str) -> Result<Vec<RereadDay>> {
        let mut query = self.connection.prepare_cached(
            "SELECT day, read_at, failed_at FROM reread_days WHERE provider = ?1 ORDER BY day",
        )?;
        let rows = query.query_map([provider], |row| {
            Ok(RereadDay {
                day: required_day(row, 0)?,
                read_at: optional_moment(row, 1)?,
                failed_at: optional_moment(row, 2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When a day was last read again, up to `now`.
    pub fn last_reading(
        &self,
        provider: &str,
        day: NaiveDate,
        now: Moment,
    ) -> Result<Option<Moment>> {
        let sql = "SELECT read_at FROM reread_days
                   WHERE provider = ?1 AND day = ?2 AND read_at <= ?3";
        let values = params![provider, day.to_string(), moment::to_text(now)];
        let read_at = self
            .connection
            .query_row(sql, values, |row| required_moment(row, 0));
        Ok(read_at.optional()?)
    }

    /// Notes that a day was read, unless it was purged meanwhile.
    pub fn mark_reread(&mut self, provider: &str, day: NaiveDate, now: Moment) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO reread_days (provider, day, read_at) VALUES (?1, ?2, ?3)";
        self.mark(sql, provider, day, now)
    }

    /// Notes that a day could not be read, unless it was purged meanwhile.
    pub fn mark_failed(&mut self, provider: &str, day: NaiveDate, now: Moment) -> Result<()> {
        let sql = "INSERT INTO reread_days (provider, day, failed_at) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET failed_at = excluded.failed_at";
        self.mark(sql, provider, day, now)
    }

    fn mark(&mut self, sql: &str, provider: &str, day: NaiveDate, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        if Forgotten::of(&tx)?.covers_day(day) {
            return Ok(());
        }
        tx.execute(
            sql,
            params![provider, day.to_string(), moment::to_text(now)],
        )?;
        tx.commit()
    }

    /// How many calls of a window are stored.
    pub fn count_calls(&self, provider: &str, window: Window) -> Result<u64> {
        let sql =
            "SELECT count(*) FROM calls WHERE +provider = ?1 AND started_at BETWEEN ?2 AND ?3";
        let (from, to) = (moment::to_text(window.from), moment::to_text(window.to));
        let count: i64 = self
            .connection
            .query_row(sql, params![provider, from, to], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The provider's ids of the stored calls.
    pub fn ids_of_day(&self, provider: &str, calls: &CallsOfDay) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id FROM calls
             WHERE +provider = ?1 AND started_at BETWEEN ?2 AND ?3
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
    ) -> Result<Saved> {
        let tx = self.transaction()?;
        let mut saved = calls::write(&tx, records, context)?;
        saved.counts.removed += calls::remove(&tx, gone, context)?;
        tx.commit()?;
        self.count_if_dry(&saved.counts);
        Ok(saved)
    }

    /// The day's records in quarantine that its last reading brought, or that came since,
    /// and of which number and status can be read, counted for each number.
    pub fn quarantined_figures(
        &self,
        provider: &str,
        day: NaiveDate,
        last_reading: Option<Moment>,
    ) -> Result<HashMap<String, Figures>> {
        let mut query = self.connection.prepare_cached(
            "SELECT number, sum(status = 'Przychodzące'), sum(status = 'Wychodzące'),
                    sum(status = 'Nieodebrane'), sum(status = 'Odrzucone')
             FROM quarantine
             WHERE provider = ?1 AND day = ?2 AND number IS NOT NULL AND status IS NOT NULL
               AND last_seen_at >= ifnull(?3, '')
             GROUP BY number",
        )?;
        let since = last_reading.map(moment::to_text);
        let rows = query.query_map(params![provider, day.to_string(), since], |row| {
            let counts = Figures {
                incoming: row.get(1)?,
                outgoing: row.get(2)?,
                missed: row.get(3)?,
                rejected: row.get(4)?,
                ..Figures::default()
            };
            Ok((row.get(0)?, counts))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
