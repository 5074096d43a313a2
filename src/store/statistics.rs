//! Callyzer's daily figures, and which of them are due.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Transaction, params};

use super::{Store, runs};
use crate::call::{Figures, Kind, PROVIDER};
use crate::moment::{self, Moment, Window};

/// An advisor's day whose figures must be fetched, as it was when they were asked for.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub user_id: i64,
    /// How often the day had become due; if it grows meanwhile, the day stays due.
    pub marks: i64,
}

impl Due {
    /// Of a day that was not due: nothing is settled by its figures.
    pub const NOT_MARKED: i64 = 0;
}

pub fn mark_due(tx: &Transaction, user_id: i64, day: NaiveDate) -> Result<()> {
    let mut upsert = tx.prepare_cached(
        "INSERT INTO stats_due (provider, user_id, day) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET marks = marks + 1",
    )?;
    upsert.execute(params![PROVIDER, user_id, day.to_string()])?;
    Ok(())
}

impl Store {
    pub fn mark_due(&mut self, users: impl IntoIterator<Item = i64>, day: NaiveDate) -> Result<()> {
        let tx = self.transaction()?;
        for user_id in users {
            mark_due(&tx, user_id, day)?;
        }
        Ok(tx.commit()?)
    }

    /// All that is due, by day, the newest first.
    pub fn statistics_due(&self) -> Result<Vec<(NaiveDate, Vec<Due>)>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT day, user_id, marks FROM stats_due WHERE provider = ?1")?;
        let rows = query.query_map([PROVIDER], |row| {
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

    /// The kinds of which calls are stored in a window.
    pub fn kinds_of_calls(&self, window: Window) -> Result<Vec<Kind>> {
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT kind FROM calls
             WHERE provider = ?1 AND started_at BETWEEN ?2 AND ?3 ORDER BY kind",
        )?;
        let values = params![
            PROVIDER,
            moment::to_text(window.from),
            moment::to_text(window.to)
        ];
        let rows = query.query_map(values, |row| row.get::<_, String>(0))?;
        rows.map(|kind| kind?.parse().map_err(anyhow::Error::msg))
            .collect()
    }

    /// Which advisor called from which number in a window.
    pub fn callers_in(&self, window: Window) -> Result<Vec<(String, i64)>> {
        self.numbers_and_users(
            "SELECT DISTINCT advisor_number, advisor_id FROM calls
             WHERE provider = ?1 AND started_at BETWEEN ?2 AND ?3
               AND advisor_number IS NOT NULL AND advisor_id IS NOT NULL",
            window,
        )
    }

    /// Whose each number was in a window: its calls' advisor, else its owner now.
    pub fn owners_in(&self, window: Window) -> Result<Vec<(String, i64)>> {
        self.numbers_and_users(
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

    /// What a query of a window's numbers and their users answers.
    fn numbers_and_users(&self, sql: &str, window: Window) -> Result<Vec<(String, i64)>> {
        let mut query = self.connection.prepare_cached(sql)?;
        let (from, to) = (moment::to_text(window.from), moment::to_text(window.to));
        let rows = query.query_map(params![PROVIDER, from, to], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Replaces a day's figures; only then, and only if it did not become due
    /// again meanwhile, the day is no longer due.
    pub fn save_figures(
        &mut self,
        run_id: i64,
        requests: i64,
        day: NaiveDate,
        figures: &[(Due, Figures)],
        now: Moment,
    ) -> Result<()> {
        let tx = self.transaction()?;
        for (due, figures) in figures {
            replace(&tx, due.user_id, day, figures, now)?;
            tx.prepare_cached(
                "DELETE FROM stats_due WHERE provider = ?1 AND user_id = ?2 AND day = ?3 AND marks = ?4",
            )?
            .execute(params![PROVIDER, due.user_id, day.to_string(), due.marks])?;
        }
        runs::add(&tx, run_id, &runs::Counts::default(), requests)?;
        Ok(tx.commit()?)
    }
}

fn replace(
    tx: &Transaction,
    user_id: i64,
    day: NaiveDate,
    figures: &Figures,
    now: Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO daily_stats (provider, user_id, day, incoming, outgoing, missed,
             rejected, connected, talk_time_s, incoming_time_s, outgoing_time_s, fetched_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        PROVIDER,
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
        moment::to_text(now),
    ])?;
    Ok(())
}
