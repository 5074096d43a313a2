//! The clocks of the telephony systems.

use anyhow::Result;
use rusqlite::{OptionalExtension, params};

use super::Store;
use super::column::{optional_moment, required_moment};
use crate::call::TimeFilter;
use crate::clock::ClockReading;
use crate::moment::{self, Moment};

/// The calls of some weeks, whichever system they came from.
const MANY_CALLS: i64 = 50_000;

impl Store {
    /// Replaces what is known of a provider's clock.
    pub fn keep_clock(&mut self, provider: &str, clock: ClockReading) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "INSERT OR REPLACE INTO clocks (provider, theirs, ours) VALUES (?1, ?2, ?3)",
            params![
                provider,
                clock.theirs.map(moment::to_text),
                moment::to_text(clock.ours)
            ],
        )?;
        tx.commit()
    }

    /// None before the provider's first answer.
    pub fn clock(&self, provider: &str) -> Result<Option<ClockReading>> {
        let sql = "SELECT theirs, ours FROM clocks WHERE provider = ?1";
        let clock = self.connection.query_row(sql, [provider], |row| {
            Ok(ClockReading {
                theirs: optional_moment(row, 0)?,
                ours: required_moment(row, 1)?,
            })
        });
        Ok(clock.optional()?)
    }

    /// The latest time of upload, or of the call, of a provider's calls that came last.
    pub fn newest_time(&self, provider: &str, time_filter: TimeFilter) -> Result<Option<Moment>> {
        let sql = match time_filter {
            TimeFilter::Upload => {
                "SELECT max(uploaded_at)
                 FROM (SELECT provider, uploaded_at FROM calls ORDER BY id DESC LIMIT ?2)
                 WHERE provider = ?1"
            }
            TimeFilter::Call => {
                "SELECT max(started_at)
                 FROM (SELECT provider, started_at FROM calls ORDER BY id DESC LIMIT ?2)
                 WHERE provider = ?1"
            }
        };
        let values = params![provider, MANY_CALLS];
        Ok(self
            .connection
            .query_row(sql, values, |row| optional_moment(row, 0))?)
    }
}
