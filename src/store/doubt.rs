//! Windows whose rows never reached the provider's total.

use anyhow::Result;
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
    /// Remembers a window that came incomplete. `read_again`: it is known already
    /// and was read again without success.
    pub fn keep_doubt(
        &mut self,
        doubt: &DoubtfulWindow,
        missing: i64,
        read_again: bool,
        now: Moment,
    ) -> Result<()> {
        let now = moment::to_text(now);
        let tx = self.transaction()?;
        tx.execute(
            "INSERT INTO doubtful_windows (provider, kind, axis, from_at, to_at, missing, found_at, read_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, iif(?8, ?7, NULL))
             ON CONFLICT DO UPDATE SET missing = excluded.missing, read_at = excluded.read_at",
            params![
                PROVIDER,
                doubt.kind.to_string(),
                doubt.axis.as_str(),
                moment::to_text(doubt.window.from),
                moment::to_text(doubt.window.to),
                missing,
                now,
                read_again
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
