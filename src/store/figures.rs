//! Daily figures by a provider's own count, and which of them are due.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Transaction, params};

use super::Store;
use super::runs::{self, WriteContext};
use crate::call::{Figures, Kind};
use crate::moment::{self, Moment, Window};

/// An advisor's day for which figures must be fetched.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub user_id: i64,
    /// How often the day had become due when the figures were asked for. If it
    /// becomes due again meanwhile, it stays due.
    pub marks: i64,
}

impl Due {
    /// Marks of a day that was not due.
    pub const NOT_MARKED: i64 = 0;
}

/// Marks users' days whose figures must be fetched.
pub fn mark_due(
    tx: &Transaction,
    provider: &str,
    days: impl IntoIterator<Item = (i64, NaiveDate)>,
) -> Result<()> {
    let mut upsert = tx.prepare_cached(
        "INSERT INTO stats_due (provider, user_id, day) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET marks = marks + 1",
    )?;
    for (user_id, day) in days {
        upsert.execute(params![provider, user_id, day.to_string()])?;
    }
    Ok(())
}

impl Store {
    /// Marks one day of several users.
    pub fn mark_due(
        &mut self,
        provider: &str,
        users: impl IntoIterator<Item = i64>,
        day: NaiveDate,
    ) -> Result<()> {
        let tx = self.transaction()?;
        let days = users.into_iter().map(|user_id| (user_id, day));
        mark_due(&tx, provider, days)?;
        Ok(tx.commit()?)
    }

    /// All that is due, by day, the newest first.
    pub fn figures_due(&self, provider: &str) -> Result<Vec<(NaiveDate, Vec<Due>)>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT day, user_id, marks FROM stats_due WHERE provider = ?1")?;
        let rows = query.query_map([provider], |row| {
            Ok((
                row.get::<_, String>(0)?,
                Due {
                    user_id: row.get(1)?,
                    marks: row.get(2)?,
                },
            ))
        })?;
        let mut days: BTreeMap<NaiveDate, Vec<Due>> = BTreeMap::new();
        for row in rows {
            let (day, due) = row?;
            days.entry(day.parse()?).or_default().push(due);
        }
        Ok(days.into_iter().rev().collect())
    }

    /// The kinds of the calls that are stored in a window.
    pub fn kinds_of_calls(&self, provider: &str, window: Window) -> Result<Vec<Kind>> {
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT kind FROM calls
             WHERE provider = ?1 AND started_at BETWEEN ?2 AND ?3 ORDER BY kind",
        )?;
        let values = params![
            provider,
            moment::to_text(window.from),
            moment::to_text(window.to)
        ];
        let rows = query.query_map(values, |row| row.get::<_, String>(0))?;
        rows.map(|kind| kind?.parse().map_err(anyhow::Error::msg))
            .collect()
    }

    /// The numbers with calls in a window, each with the advisor of its calls.
    pub fn callers_in(&self, provider: &str, window: Window) -> Result<Vec<(String, i64)>> {
        self.numbers_and_users(
            provider,
            "SELECT DISTINCT advisor_number, advisor_id FROM calls
             WHERE provider = ?1 AND started_at BETWEEN ?2 AND ?3
               AND advisor_number IS NOT NULL AND advisor_id IS NOT NULL",
            window,
        )
    }

    /// All numbers, each with the advisor of its calls in a window, else with its
    /// owner now.
    pub fn owners_in(&self, provider: &str, window: Window) -> Result<Vec<(String, i64)>> {
        self.numbers_and_users(
            provider,
            "WITH callers AS (
                 SELECT advisor_number AS number, advisor_id AS user_id, max(started_at) FROM calls
                 WHERE provider = ?1 AND started_at BETWEEN ?2 AND ?3
                   AND advisor_number IS NOT NULL AND advisor_id IS NOT NULL
                 GROUP BY advisor_number)
             SELECT number, user_id FROM callers
             UNION ALL
             SELECT number, user_id FROM advisor_numbers
             WHERE number NOT IN (SELECT number FROM callers)",
            window,
        )
    }

    fn numbers_and_users(
        &self,
        provider: &str,
        sql: &str,
        window: Window,
    ) -> Result<Vec<(String, i64)>> {
        let mut query = self.connection.prepare_cached(sql)?;
        let (from, to) = (moment::to_text(window.from), moment::to_text(window.to));
        let rows = query.query_map(params![provider, from, to], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Replaces a day's figures. The day is due no longer, unless it became due
    /// again meanwhile.
    pub fn save_figures(
        &mut self,
        day: NaiveDate,
        figures: &[(Due, Figures)],
        context: &WriteContext,
    ) -> Result<()> {
        let fetched_at = moment::now();
        let tx = self.transaction()?;
        for (due, figures) in figures {
            replace(
                &tx,
                context.provider,
                (due.user_id, day),
                figures,
                fetched_at,
            )?;
            tx.prepare_cached(
                "DELETE FROM stats_due WHERE provider = ?1 AND user_id = ?2 AND day = ?3 AND marks = ?4",
            )?
            .execute(params![context.provider, due.user_id, day.to_string(), due.marks])?;
        }
        let nothing = runs::Counts::default();
        runs::add(&tx, context.run_id, &nothing, context.requests)?;
        Ok(tx.commit()?)
    }
}

fn replace(
    tx: &Transaction,
    provider: &str,
    (user_id, day): (i64, NaiveDate),
    figures: &Figures,
    fetched_at: Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO daily_stats (provider, user_id, day, incoming, outgoing, missed,
             rejected, connected, talk_time_s, incoming_time_s, outgoing_time_s, fetched_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        provider,
        user_id,
        day.to_string(),
        figures.incoming,
        figures.outgoing,
        figures.missed,
        figures.rejected,
        figures.connected,
        figures.talk_time_s,
        figures.incoming_time_s,
        figures.outgoing_time_s,
        moment::to_text(fetched_at),
    ])?;
    Ok(())
}
