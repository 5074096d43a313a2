//! Who was forgotten, and what was purged: what is never stored again.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use chrono_tz::Tz;
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension};
use sha2::Sha256;

use super::column::{optional_day, required_moment};
use crate::moment::{self, Moment};

/// What a file knows of those who were forgotten.
#[derive(Debug)]
pub struct Forgotten<'c> {
    connection: &'c Connection,
    /// Whether anybody was forgotten.
    has_any: bool,
    /// The latest day of a purge.
    purged_before: Option<NaiveDate>,
}

impl<'c> Forgotten<'c> {
    pub fn of(connection: &'c Connection) -> Result<Self> {
        let sql = "SELECT EXISTS (SELECT 1 FROM forgotten), purged_before FROM forgetting";
        let mut query = connection.prepare_cached(sql)?;
        let (has_any, purged_before) =
            query.query_row([], |row| Ok((row.get(0)?, optional_day(row, 1)?)))?;
        Ok(Self {
            connection,
            has_any,
            purged_before,
        })
    }

    /// Whether there is nothing that could be covered.
    pub fn is_empty(&self) -> bool {
        !self.has_any && self.purged_before.is_none()
    }

    /// Whether a call of this client's number (as the database holds it, None: hidden) is
    /// never stored again.
    pub fn covers(&self, number: Option<&str>, started_at: Moment, zone: Tz) -> Result<bool> {
        if self.covers_day(moment::day_of(started_at, zone)) {
            return Ok(true);
        }
        let forgotten_at = number.map(|number| self.forgotten_at(number)).transpose()?;
        Ok(forgotten_at.flatten().is_some_and(|at| started_at <= at))
    }

    /// Whether nothing made on that day is stored or compared.
    pub fn covers_day(&self, day: NaiveDate) -> bool {
        self.purged_before.is_some_and(|before| day < before)
    }

    /// When a number was last forgotten.
    pub fn forgotten_at(&self, number: &str) -> Result<Option<Moment>> {
        if !self.has_any {
            return Ok(None);
        }
        let sql = "SELECT forgotten_at FROM forgotten WHERE hash = ?1";
        let mut query = self.connection.prepare_cached(sql)?;
        let found = query.query_row([self.hash(number)?], |row| required_moment(row, 0));
        Ok(found.optional()?)
    }

    /// The keyed hash under which a number is remembered.
    pub fn hash(&self, number: &str) -> Result<String> {
        let mut query = self
            .connection
            .prepare_cached("SELECT key FROM forgetting")?;
        let key: Vec<u8> = query.query_row([], |row| row.get(0))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).context("the key of forgetting")?;
        mac.update(number.as_bytes());
        let mut hex = String::new();
        for byte in mac.finalize().into_bytes() {
            write!(hex, "{byte:02x}")?;
        }
        Ok(hex)
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Warsaw;

    use super::*;
    use crate::store::Store;

    #[test]
    fn a_call_made_until_a_number_was_forgotten_or_before_a_purge_is_covered() {
        let store = Store::empty().unwrap();
        let connection = &store.connection;
        let at = |text: &str| moment::from_text(text).unwrap();
        let covers = |number: Option<&str>, started_at: &str| {
            let forgotten = Forgotten::of(connection).unwrap();
            forgotten.covers(number, at(started_at), Warsaw).unwrap()
        };
        let jan = Some("+48601200301");
        assert!(Forgotten::of(connection).unwrap().is_empty());
        assert!(!covers(jan, "2026-11-20T10:00:00Z"));
        let hash = Forgotten::of(connection)
            .unwrap()
            .hash("+48601200301")
            .unwrap();
        assert_eq!(hash.len(), 64);
        let sql = "INSERT INTO forgotten VALUES (?1, '2026-11-20T10:00:00Z')";
        connection.execute(sql, [hash]).unwrap();
        assert!(covers(jan, "2026-11-20T10:00:00Z"));
        assert!(!covers(jan, "2026-11-20T10:00:01Z"));
        assert!(!covers(Some("+48601200302"), "2026-11-20T10:00:00Z"));
        assert!(!covers(None, "2026-11-20T10:00:00Z"));
        let sql = "UPDATE forgetting SET purged_before = '2026-11-19'";
        connection.execute(sql, []).unwrap();
        // Midnight in Warsaw.
        assert!(covers(None, "2026-11-18T22:59:59Z"));
        assert!(!covers(None, "2026-11-18T23:00:00Z"));
    }
}
