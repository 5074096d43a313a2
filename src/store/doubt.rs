//! Windows whose rows never reached the provider's total.

use anyhow::Result;
use chrono::TimeDelta;
use rusqlite::{Row, params};

use super::Store;
use crate::call::{Axis, Kind, PROVIDER};
use crate::moment::{self, Moment, Window};
use crate::phone::{PhoneNumber, Region};

#[derive(Clone, Debug)]
pub struct DoubtfulWindow {
    pub kind: Kind,
    pub axis: Axis,
    pub window: Window,
    /// The advisors' numbers that were asked for.
    pub numbers: Vec<PhoneNumber>,
}

impl Store {
    /// Remembers a window that came incomplete, to be read again by the next run.
    /// It is joined with those that it overlaps, up to a day: where a total is
    /// wrong for good, windows would else be more every quarter of an hour.
    pub fn find_doubt(&mut self, doubt: &DoubtfulWindow, missing: i64, now: Moment) -> Result<()> {
        let (from, to) = (doubt.window.from, doubt.window.to);
        let tx = self.transaction()?;
        tx.execute(
            "INSERT OR REPLACE INTO doubtful_windows
                 (provider, kind, axis, from_at, to_at, missing, found_at, numbers)
             SELECT ?1, ?2, ?3, min(?4, ifnull(min(from_at), ?4)), max(?5, ifnull(max(to_at), ?5)),
                    max(?7, ifnull(max(missing), 0)), ifnull(min(found_at), ?8),
                    (SELECT json_group_array(DISTINCT number) FROM (
                         SELECT value AS number FROM json_each(?9)
                         UNION
                         SELECT value FROM doubtful_windows, json_each(numbers)
                         WHERE provider = ?1 AND kind = ?2 AND axis = ?3
                           AND from_at BETWEEN ?6 AND ?5 AND to_at >= ?4))
             FROM doubtful_windows
             WHERE provider = ?1 AND kind = ?2 AND axis = ?3
               AND from_at BETWEEN ?6 AND ?5 AND to_at >= ?4",
            params![
                PROVIDER,
                doubt.kind.to_string(),
                doubt.axis.as_str(),
                moment::to_text(from),
                moment::to_text(to),
                moment::to_text(to - TimeDelta::days(1)),
                missing,
                moment::to_text(now),
                numbers_json(&doubt.numbers)?
            ],
        )?;
        tx.execute(
            "DELETE FROM doubtful_windows AS part
             WHERE EXISTS (SELECT 1 FROM doubtful_windows AS whole
                           WHERE whole.provider = part.provider AND whole.kind = part.kind
                             AND whole.axis = part.axis
                             AND whole.from_at <= part.from_at AND part.to_at <= whole.to_at
                             AND (whole.from_at <> part.from_at OR part.to_at <> whole.to_at))",
            [],
        )?;
        Ok(tx.commit()?)
    }

    /// Notes that a doubtful window was read again and is still incomplete.
    pub fn keep_doubt(&mut self, doubt: &DoubtfulWindow, missing: i64, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "UPDATE doubtful_windows SET missing = ?6, read_at = ?7
             WHERE provider = ?1 AND kind = ?2 AND axis = ?3 AND from_at = ?4 AND to_at = ?5",
            params![
                PROVIDER,
                doubt.kind.to_string(),
                doubt.axis.as_str(),
                moment::to_text(doubt.window.from),
                moment::to_text(doubt.window.to),
                missing,
                moment::to_text(now)
            ],
        )?;
        Ok(tx.commit()?)
    }

    pub fn end_doubt(&mut self, doubt: &DoubtfulWindow) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "DELETE FROM doubtful_windows
             WHERE provider = ?1 AND kind = ?2 AND axis = ?3 AND from_at = ?4 AND to_at = ?5",
            params![
                PROVIDER,
                doubt.kind.to_string(),
                doubt.axis.as_str(),
                moment::to_text(doubt.window.from),
                moment::to_text(doubt.window.to)
            ],
        )?;
        Ok(tx.commit()?)
    }

    /// The windows to be read again: those that were not yet, or not since `since`.
    pub fn doubts_to_read(&self, since: Moment, region: Region) -> Result<Vec<DoubtfulWindow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT kind, axis, from_at, to_at, numbers FROM doubtful_windows
             WHERE provider = ?1 AND (read_at IS NULL OR read_at < ?2)
             ORDER BY from_at",
        )?;
        let columns = |row: &Row| -> rusqlite::Result<[String; 5]> {
            Ok([
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ])
        };
        let rows = query.query_map(params![PROVIDER, moment::to_text(since)], columns)?;
        rows.map(|row| {
            let [kind, axis, from, to, numbers] = row?;
            let numbers: Vec<String> = serde_json::from_str(&numbers)?;
            let numbers = numbers
                .iter()
                .filter_map(|number| PhoneNumber::parse(number, region));
            Ok(DoubtfulWindow {
                kind: kind.parse().map_err(anyhow::Error::msg)?,
                axis: axis.parse().map_err(anyhow::Error::msg)?,
                window: Window {
                    from: moment::from_text(&from)?,
                    to: moment::from_text(&to)?,
                },
                numbers: numbers.collect(),
            })
        })
        .collect()
    }
}

fn numbers_json(numbers: &[PhoneNumber]) -> Result<String> {
    let numbers: Vec<_> = numbers.iter().map(PhoneNumber::as_str).collect();
    Ok(serde_json::to_string(&numbers)?)
}
