//! The clocks of the telephony systems.

use anyhow::Result;
use rusqlite::{OptionalExtension, params};

use super::Store;
use super::column::{optional_moment, required_moment};
use crate::clock::ClockReading;
use crate::moment::{self, Moment};

/// The calls of some days.
const MANY_CALLS: i64 = 20_000;

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
        Ok(tx.commit()?)
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

    /// The latest time of upload of the calls that came last.
    pub fn newest_upload(&self, provider: &str) -> Result<Option<Moment>> {
        let sql = "SELECT max(uploaded_at)
                   FROM (SELECT uploaded_at FROM calls WHERE +provider = ?1
                         ORDER BY id DESC LIMIT ?2)";
        let values = params![provider, MANY_CALLS];
        Ok(self
            .connection
            .query_row(sql, values, |row| optional_moment(row, 0))?)
    }
}
