//! Days on which an advisor's stored calls differ from the provider's figures.

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};

use super::column::required_day;
use super::{Store, json_array};
use crate::moment::{self, Moment};
use crate::period::Period;

/// An advisor's calls of a day, counted in the statuses that differ.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    pub user_id: i64,
    pub day: NaiveDate,
    pub ours: i64,
    pub theirs: i64,
}

impl Store {
    /// Replaces the stored differences of a day.
    pub fn keep_differences(
        &mut self,
        provider: &str,
        day: NaiveDate,
        differences: &[Difference],
        now: Moment,
    ) -> Result<()> {
        let (day, now) = (day.to_string(), moment::to_text(now));
        let tx = self.transaction()?;
        for difference in differences {
            tx.execute(
                "INSERT INTO differences (provider, user_id, day, ours, theirs, found_at, compared_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
                 ON CONFLICT DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs,
                                           compared_at = excluded.compared_at",
                params![provider, difference.user_id, day, difference.ours, difference.theirs, now],
            )?;
        }
        let user_ids = json_array(differences.iter().map(|one| one.user_id))?;
        tx.execute(
            "DELETE FROM differences WHERE provider = ?1 AND day = ?2
               AND user_id NOT IN (SELECT value FROM json_each(?3))",
            params![provider, day, user_ids],
        )?;
        Ok(tx.commit()?)
    }

    pub fn differing_days(&self, provider: &str) -> Result<Vec<NaiveDate>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT DISTINCT day FROM differences WHERE provider = ?1")?;
        let rows = query.query_map([provider], |row| required_day(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All differences with the advisor's login, the newest day first.
    pub fn differences_by_login(&self) -> Result<Vec<(String, Difference)>> {
        let mut query = self.connection.prepare_cached(
            "SELECT d.user_id, d.day, d.ours, d.theirs, u.login
             FROM differences d JOIN users u ON u.id = d.user_id
             ORDER BY d.day DESC, u.login",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(4)?, difference(row)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The differences of a period, by day and advisor.
pub(super) fn differences_in(connection: &Connection, period: Period) -> Result<Vec<Difference>> {
    let mut query = connection.prepare(
        "SELECT user_id, day, ours, theirs FROM differences
         WHERE day BETWEEN ?1 AND ?2 ORDER BY day, user_id",
    )?;
    let days = [period.from.to_string(), period.to.to_string()];
    let rows = query.query_map(days, difference)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Reads user, day, our count and theirs from the first four columns.
fn difference(row: &Row) -> rusqlite::Result<Difference> {
    Ok(Difference {
        user_id: row.get(0)?,
        day: required_day(row, 1)?,
        ours: row.get(2)?,
        theirs: row.get(3)?,
    })
}
