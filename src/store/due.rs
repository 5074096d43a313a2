//! Calls of which something is still to be asked for, call by call.

use anyhow::Result;
use rusqlite::{Row, ToSql, params};

use super::Store;
use crate::moment::{self, Window};

/// How many of a system's calls are to be asked about now.
#[derive(Clone, Copy, Debug)]
pub struct DueQuestion<'a> {
    pub provider: &'a str,
    pub count: u64,
    /// One whose question failed in it waits. A failure in the future counts for nothing.
    pub resting: Window,
}

impl Store {
    /// Reads the calls by two statements: those that have not failed, then those that have.
    /// Both take the provider and a number of rows, the second also the bounds of `resting`.
    pub(super) fn due<T>(
        &self,
        [new, failed]: [&str; 2],
        question: DueQuestion,
        read: fn(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let DueQuestion {
            provider,
            count,
            resting,
        } = question;
        let rows = |sql: &str, values: &[&dyn ToSql]| -> Result<Vec<T>> {
            let mut query = self.connection.prepare_cached(sql)?;
            let rows = query.query_map(values, read)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let mut due = rows(new, params![provider, count.cast_signed()])?;
        let left = count.saturating_sub(due.len() as u64).cast_signed();
        let (from, to) = (moment::to_text(resting.from), moment::to_text(resting.to));
        due.extend(rows(failed, params![provider, left, from, to])?);
        Ok(due)
    }
}
