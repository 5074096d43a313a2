//! Windows whose rows never reached the provider's total.

use anyhow::Result;
use chrono::TimeDelta;
use rusqlite::params;

use super::Store;
use crate::call::{Axis, Kind, PROVIDER};
use crate::moment::{self, Moment, Window};

#[derive(Clone, Debug)]
pub struct DoubtfulWindow {
    pub kind: Kind,
    pub axis: Axis,
    pub window: Window,
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
                 (provider, kind, axis, from_at, to_at, missing, found_at)
             SELECT ?1, ?2, ?3, min(?4, ifnull(min(from_at), ?4)), max(?5, ifnull(max(to_at), ?5)),
                    ?7 + ifnull(sum(missing), 0), ifnull(min(found_at), ?8)
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
                moment::to_text(now)
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
    pub fn doubts_to_read(&self, since: Moment) -> Result<Vec<DoubtfulWindow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT kind, axis, from_at, to_at FROM doubtful_windows
             WHERE provider = ?1 AND (read_at IS NULL OR read_at < ?2)
             ORDER BY from_at",
        )?;
        let values = params![PROVIDER, moment::to_text(since)];
        let rows = query.query_map(values, |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, String>(3)?,
            ))
        })?;
        rows.map(|row| {
            let (kind, axis, from, to) = row?;
            Ok(DoubtfulWindow {
                kind: kind.parse().map_err(anyhow::Error::msg)?,
                axis: axis.parse().map_err(anyhow::Error::msg)?,
                window: Window {
                    from: moment::from_text(&from)?,
                    to: moment::from_text(&to)?,
                },
            })
        })
        .collect()
    }
}
