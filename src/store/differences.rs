//! Days on which a number's stored calls differ from the provider's figures.

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};

use super::column::required_day;
use super::forgotten::Forgotten;
use super::{Store, json_array};
use crate::moment::{self, Moment};

/// A number's calls of a day, counted in the statuses that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub number: String,
    pub day: NaiveDate,
    /// Whose the number was.
    pub user_id: i64,
    pub ours: i64,
    pub theirs: i64,
}

/// A difference as the status shows it.
#[derive(Clone, Debug)]
pub struct ShownDifference {
    pub login: String,
    pub difference: Difference,
    /// A record in quarantine of which too little can be read may be what is lacking.
    pub may_be_quarantined: bool,
}

impl Store {
    /// Replaces what is known of these numbers on a day that was not purged meanwhile.
    pub fn keep_differences<'a>(
        &mut self,
        provider: &str,
        day: NaiveDate,
        numbers: impl IntoIterator<Item = &'a str>,
        differences: &[Difference],
        now: Moment,
    ) -> Result<()> {
        let now = moment::to_text(now);
        let tx = self.transaction()?;
        if Forgotten::of(&tx)?.covers_day(day) {
            return Ok(());
        }
        for difference in differences {
            tx.execute(
                "INSERT INTO differences
                     (provider, number, day, user_id, ours, theirs, found_at, compared_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
                 ON CONFLICT DO UPDATE SET user_id = excluded.user_id, ours = excluded.ours,
                     theirs = excluded.theirs, compared_at = excluded.compared_at",
                params![
                    provider,
                    difference.number,
                    day.to_string(),
                    difference.user_id,
                    difference.ours,
                    difference.theirs,
                    now
                ],
            )?;
        }
        let is_equal = |number: &&str| differences.iter().all(|one| one.number != **number);
        tx.execute(
            "DELETE FROM differences WHERE provider = ?1 AND day = ?2
               AND number IN (SELECT value FROM json_each(?3))",
            params![
                provider,
                day.to_string(),
                json_array(numbers.into_iter().filter(is_equal))?
            ],
        )?;
        tx.commit()
    }

    pub fn differing_days(&self, provider: &str) -> Result<Vec<NaiveDate>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT DISTINCT day FROM differences WHERE provider = ?1")?;
        let rows = query.query_map([provider], |row| required_day(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A day's differences, as far as they are known.
    pub fn differences_of(&self, provider: &str, day: NaiveDate) -> Result<Vec<Difference>> {
        let mut query = self.connection.prepare_cached(
            "SELECT number, day, user_id, ours, theirs FROM differences
             WHERE provider = ?1 AND day = ?2 ORDER BY number",
        )?;
        let rows = query.query_map(params![provider, day.to_string()], difference)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All differences, the newest day first.
    pub fn shown_differences(&self) -> Result<Vec<ShownDifference>> {
        let mut query = self.connection.prepare_cached(
            "SELECT d.number, d.day, d.user_id, d.ours, d.theirs, u.login,
                    d.theirs > d.ours AND (
                        EXISTS (SELECT 1 FROM quarantine q
                                WHERE q.provider = d.provider AND q.day = d.day
                                  AND ifnull(q.number = d.number, 1)
                                  AND (q.number IS NULL OR q.status IS NULL))
                        OR EXISTS (SELECT 1 FROM quarantine q
                                   WHERE q.provider = d.provider AND q.day IS NULL
                                     AND ifnull(q.number = d.number, 1)))
             FROM differences d JOIN users u ON u.id = d.user_id
             ORDER BY d.day DESC, u.login, d.number",
        )?;
        let rows = query.query_map([], |row| {
            Ok(ShownDifference {
                difference: difference(row)?,
                login: row.get(5)?,
                may_be_quarantined: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The differences from one day to another, of one provider or all, by day and advisor.
pub(super) fn differences_in(
    connection: &Connection,
    bounds: [Option<String>; 3],
) -> Result<Vec<Difference>> {
    let mut query = connection.prepare(
        "SELECT number, day, user_id, ours, theirs FROM differences
         WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR provider = ?3)
         ORDER BY day, user_id, number",
    )?;
    let rows = query.query_map(bounds, difference)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Reads a difference from the first five columns.
fn difference(row: &Row) -> rusqlite::Result<Difference> {
    Ok(Difference {
        number: row.get(0)?,
        day: required_day(row, 1)?,
        user_id: row.get(2)?,
        ours: row.get(3)?,
        theirs: row.get(4)?,
    })
}
