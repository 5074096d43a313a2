//! Daily figures by a provider's own count, and which of them are due.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use rusqlite::{Row, Transaction, params};

use super::advisors::IS_ADVISOR;
use super::column::required_moment;
use super::runs::{self, WriteContext};
use super::{Store, forgotten_figures, json_array};
use crate::call::{Figures, Kind, YEARS};
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

/// Stored calls of one number, advisor and kind.
#[derive(Clone, Debug)]
pub struct StoredFigures {
    pub number: String,
    /// None: the number was no advisor's when the calls came.
    pub user_id: Option<i64>,
    pub kind: Kind,
    pub figures: Figures,
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

/// The figures that must be fetched.
#[derive(Debug)]
pub struct DueFigures {
    /// By day, the newest first.
    pub days: Vec<(NaiveDate, Vec<Due>)>,
    /// Days that no call can have: another program wrote them.
    pub impossible: BTreeSet<String>,
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
        tx.commit()
    }

    /// All that is due.
    pub fn figures_due(&self, provider: &str) -> Result<DueFigures> {
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
        let mut impossible = BTreeSet::new();
        for row in rows {
            let (text, due) = row?;
            match possible_day(&text) {
                Some(day) => days.entry(day).or_default().push(due),
                None => drop(impossible.insert(text)),
            }
        }
        Ok(DueFigures {
            days: days.into_iter().rev().collect(),
            impossible,
        })
    }

    /// The calls of a day, stored and forgotten ones, counted for each advisor's number,
    /// advisor and kind, in the order of their last calls. The `+` has SQLite look for the
    /// time first.
    pub fn stored_figures(
        &self,
        provider: &str,
        day: NaiveDate,
        zone: Tz,
    ) -> Result<Vec<StoredFigures>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT advisor_number,
                    (SELECT u.id FROM users u WHERE u.id = advisor_id AND {IS_ADVISOR}) AS user_id,
                    kind,
                    sum(status = 'Przychodzące'), sum(status = 'Wychodzące'),
                    sum(status = 'Nieodebrane'), sum(status = 'Odrzucone'),
                    sum(duration_s > 0), sum(duration_s),
                    sum(iif(status = 'Przychodzące', duration_s, 0)),
                    sum(iif(status = 'Wychodzące', duration_s, 0))
             FROM calls
             WHERE +provider = ?1 AND started_at BETWEEN ?2 AND ?3 AND advisor_number IS NOT NULL
             GROUP BY advisor_number, advisor_id, kind ORDER BY max(started_at)",
        ))?;
        let [from, to] = bounds(day, zone);
        let mut rows = query.query(params![provider, from, to])?;
        let mut stored = Vec::new();
        while let Some(row) = rows.next()? {
            let kind: String = row.get(2)?;
            stored.push(StoredFigures {
                number: row.get(0)?,
                user_id: row.get(1)?,
                kind: kind.parse().map_err(anyhow::Error::msg)?,
                figures: figures(row, 3)?,
            });
        }
        forgotten_figures::add_to(&mut stored, &self.connection, (provider, day))?;
        Ok(stored)
    }

    /// The figures of a provider that gives none: its calls of a day, stored and forgotten
    /// ones, counted for each advisor. Only an answered call has a talk time; whether the duration of
    /// another one is that of ringing is not documented.
    pub fn counted_figures(
        &self,
        provider: &str,
        day: NaiveDate,
        zone: Tz,
    ) -> Result<HashMap<i64, Figures>> {
        let mut query = self.connection.prepare_cached(
            "SELECT advisor_id,
                    sum(status = 'Przychodzące'), sum(status = 'Wychodzące'),
                    sum(status = 'Nieodebrane'), sum(status = 'Odrzucone'),
                    sum(answered), sum(duration_s * answered),
                    sum(iif(status = 'Przychodzące', duration_s * answered, 0)),
                    sum(iif(status = 'Wychodzące', duration_s * answered, 0))
             FROM (SELECT *, ifnull(details ->> 'status', '') = 'answered' AS answered FROM calls
                   WHERE +provider = ?1 AND started_at BETWEEN ?2 AND ?3
                     AND advisor_id IS NOT NULL)
             GROUP BY advisor_id",
        )?;
        let [from, to] = bounds(day, zone);
        let rows = query.query_map(params![provider, from, to], |row| {
            Ok((row.get(0)?, figures(row, 1)?))
        })?;
        let mut counted = rows.collect::<rusqlite::Result<_>>()?;
        forgotten_figures::add_to_users(&mut counted, &self.connection, (provider, day))?;
        Ok(counted)
    }

    /// When the figures of a day were fetched, for those of these users who have some.
    pub fn figures_fetched_at(
        &self,
        provider: &str,
        users: impl IntoIterator<Item = i64>,
        day: NaiveDate,
    ) -> Result<HashMap<i64, Moment>> {
        let mut query = self.connection.prepare_cached(
            "SELECT user_id, fetched_at FROM daily_stats
             WHERE provider = ?1 AND user_id IN (SELECT value FROM json_each(?2)) AND day = ?3",
        )?;
        let values = params![provider, json_array(users)?, day.to_string()];
        let rows = query.query_map(values, |row| Ok((row.get(0)?, required_moment(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Replaces a day's figures. The day is due no longer, unless it became due
    /// again meanwhile.
    pub fn save_figures(
        &mut self,
        day: NaiveDate,
        figures: &[(Due, Figures)],
        fetched_at: Moment,
        context: &WriteContext,
    ) -> Result<()> {
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
        tx.commit()
    }
}

/// The first and the last moment of a day.
fn bounds(day: NaiveDate, zone: Tz) -> [String; 2] {
    let day = Window::of_day(day, zone);
    [day.from, day.to].map(moment::to_text)
}

/// A day on which there can be a call.
fn possible_day(text: &str) -> Option<NaiveDate> {
    let day: Option<NaiveDate> = text.parse().ok();
    day.filter(|day| YEARS.contains(&day.year()))
}

/// Figures from the eight columns that begin with that one.
pub(super) fn figures(row: &Row, first: usize) -> rusqlite::Result<Figures> {
    Ok(Figures {
        incoming: row.get(first)?,
        outgoing: row.get(first + 1)?,
        missed: row.get(first + 2)?,
        rejected: row.get(first + 3)?,
        connected: row.get(first + 4)?,
        talk_time_s: row.get(first + 5)?,
        incoming_time_s: row.get(first + 6)?,
        outgoing_time_s: row.get(first + 7)?,
    })
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
