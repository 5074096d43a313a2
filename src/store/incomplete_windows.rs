//! Windows whose rows never reached the provider's total: table `doubtful_windows`.

use anyhow::Result;
use chrono::TimeDelta;
use rusqlite::{Row, ToSql, named_params};

use super::{Store, json_array};
use crate::call::{Kind, TimeFilter};
use crate::moment::{self, Moment, Window};
use crate::phone::{PhoneNumber, Region};
use crate::reason::{Cause, Reason};

#[derive(Clone, Debug)]
pub struct IncompleteWindow {
    pub provider: &'static str,
    pub kind: Kind,
    pub time_filter: TimeFilter,
    pub window: Window,
    /// The advisors' numbers that were asked for.
    pub numbers: Vec<PhoneNumber>,
}

impl IncompleteWindow {
    /// What a person should know of it. `missing`: the rows that never came.
    pub fn report(&self, missing: i64) -> Reason {
        let [from, to] = [self.window.from, self.window.to].map(moment::to_text);
        match missing {
            1 => Cause::RowMissing.of(&[&self.kind, &from, &to]),
            _ => Cause::RowsMissing.of(&[&missing, &self.kind, &from, &to]),
        }
    }
}

/// Age up to which a window is read again: what did not come for a month will not come.
const MAX_AGE: TimeDelta = TimeDelta::days(30);

/// Takes in a new window that lies within one of the same numbers.
pub(super) const TAKE_IN: &str = "
    UPDATE doubtful_windows
    SET missing = max(missing, :missing), found_at = min(found_at, :now)
    WHERE provider = :provider AND kind = :kind AND time_filter = :time_filter
      AND from_at <= :from AND to_at >= :to AND numbers = :numbers";

/// Replaces the windows that a new one overlaps by one window over all of them.
const MERGE: &str = "
    INSERT OR REPLACE INTO doubtful_windows
        (provider, kind, time_filter, from_at, to_at, missing, found_at, read_at, numbers)
    SELECT :provider, :kind, :time_filter,
           min(:from, ifnull(min(from_at), :from)), max(:to, ifnull(max(to_at), :to)),
           max(:missing, ifnull(max(missing), 0)), ifnull(min(found_at), :now), max(read_at),
           (SELECT json_group_array(DISTINCT number) FROM (
                SELECT value AS number FROM json_each(:numbers)
                UNION
                SELECT value FROM doubtful_windows, json_each(numbers)
                WHERE provider = :provider AND kind = :kind AND time_filter = :time_filter
                  AND from_at BETWEEN :earliest AND :to AND to_at >= :from))
    FROM doubtful_windows
    WHERE provider = :provider AND kind = :kind AND time_filter = :time_filter
      AND from_at BETWEEN :earliest AND :to AND to_at >= :from";

const REMOVE_MERGED: &str = "
    DELETE FROM doubtful_windows AS part
    WHERE EXISTS (SELECT 1 FROM doubtful_windows AS whole
                  WHERE whole.provider = part.provider AND whole.kind = part.kind
                    AND whole.time_filter = part.time_filter
                    AND whole.from_at <= part.from_at AND part.to_at <= whole.to_at
                    AND (whole.from_at <> part.from_at OR part.to_at <> whole.to_at))";

pub(super) const KEEP: &str = "
    UPDATE doubtful_windows SET missing = ifnull(:missing, missing), read_at = :now
    WHERE provider = :provider AND kind = :kind AND time_filter = :time_filter
      AND from_at <= :from AND to_at >= :to";

pub(super) const REMOVE: &str = "
    DELETE FROM doubtful_windows
    WHERE provider = :provider AND kind = :kind AND time_filter = :time_filter
      AND from_at = :from AND to_at = :to";

impl Store {
    /// Adds a window, to be read again by the next run. Overlapping windows are
    /// merged (up to a day), so that a total that is wrong for good does not add a
    /// row per run. One that is there already for another key, or within one, grows none.
    pub fn add_incomplete_window(
        &mut self,
        window: &IncompleteWindow,
        missing: i64,
        now: Moment,
    ) -> Result<()> {
        let Window { from, to } = window.window;
        let earliest = moment::to_text(to - TimeDelta::days(1));
        let numbers = json_array(window.numbers.iter().map(PhoneNumber::as_str))?;
        let values: &[(&str, &dyn ToSql)] = named_params! {
            ":provider": window.provider,
            ":kind": window.kind.to_string(),
            ":time_filter": window.time_filter.as_str(),
            ":from": moment::to_text(from),
            ":to": moment::to_text(to),
            ":missing": missing,
            ":now": moment::to_text(now),
            ":numbers": numbers,
        };
        let tx = self.transaction()?;
        if tx.execute(TAKE_IN, values)? == 0 {
            let earliest: (&str, &dyn ToSql) = (":earliest", &earliest);
            tx.execute(MERGE, &*[values, &[earliest]].concat())?;
            tx.execute(REMOVE_MERGED, [])?;
        }
        tx.commit()
    }

    /// Notes that a window was read again and is still incomplete, also if it was merged
    /// with another one meanwhile. `missing`: None if not all of its numbers could be
    /// asked for.
    pub fn keep_incomplete_window(
        &mut self,
        window: &IncompleteWindow,
        missing: Option<i64>,
        now: Moment,
    ) -> Result<()> {
        self.change(
            KEEP,
            window,
            &[(":missing", &missing), (":now", &moment::to_text(now))],
        )
    }

    /// Removes a window that was read whole.
    pub fn remove_incomplete_window(&mut self, window: &IncompleteWindow) -> Result<()> {
        self.change(REMOVE, window, &[])
    }

    /// Removes the windows that end before a moment: all of them was purged.
    pub fn remove_windows_before(&mut self, provider: &str, first: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "DELETE FROM doubtful_windows WHERE provider = ?1 AND to_at < ?2",
            [provider, &moment::to_text(first)],
        )?;
        tx.commit()
    }

    /// Does to the rows of a window's kind what `sql` says.
    fn change(
        &mut self,
        sql: &str,
        window: &IncompleteWindow,
        values: &[(&str, &dyn ToSql)],
    ) -> Result<()> {
        let kind = window.kind.to_string();
        let Window { from, to } = window.window;
        let (from, to) = (moment::to_text(from), moment::to_text(to));
        let key: [(&str, &dyn ToSql); 5] = [
            (":provider", &window.provider),
            (":kind", &kind),
            (":time_filter", &window.time_filter.as_str()),
            (":from", &from),
            (":to", &to),
        ];
        let tx = self.transaction()?;
        tx.execute(sql, &*[&key, values].concat())?;
        tx.commit()
    }

    /// The windows to be read again: those of the last month that were not read in `today`.
    pub fn windows_to_read_again(
        &self,
        provider: &'static str,
        today: Window,
        region: Region,
    ) -> Result<Vec<IncompleteWindow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT kind, time_filter, from_at, to_at, numbers FROM doubtful_windows
             WHERE provider = ?1 AND (read_at IS NULL OR read_at NOT BETWEEN ?2 AND ?3)
               AND to_at >= ?4
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
        let (from, to) = (moment::to_text(today.from), moment::to_text(today.to));
        let earliest = moment::to_text(today.from - MAX_AGE);
        let rows = query.query_map([provider, &from, &to, &earliest], columns)?;
        rows.map(|row| {
            let [kind, time_filter, from, to, numbers] = row?;
            let numbers: Vec<String> = serde_json::from_str(&numbers)?;
            let numbers = numbers
                .iter()
                .filter_map(|number| PhoneNumber::parse(number, region));
            Ok(IncompleteWindow {
                provider,
                kind: kind.parse().map_err(anyhow::Error::msg)?,
                time_filter: time_filter.parse().map_err(anyhow::Error::msg)?,
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
