//! Who was forgotten, and what was purged: what is never stored again.

pub mod suppressed;
pub mod suppression;

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use sha2::Sha256;

use super::column::{optional_day, required_moment};
use super::{Store, json_array};
use crate::moment::Moment;

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

    /// Whether nothing made on that day is stored or compared.
    pub fn covers_day(&self, day: NaiveDate) -> bool {
        self.purged_before.is_some_and(|before| day < before)
    }

    /// When those of these numbers were last forgotten that ever were; one query for all.
    pub fn moments<'n>(
        &self,
        numbers: impl IntoIterator<Item = &'n str>,
    ) -> Result<HashMap<&'n str, Moment>> {
        if !self.has_any {
            return Ok(HashMap::new());
        }
        let key = self.key()?;
        let mut by_hash = HashMap::new();
        for number in numbers {
            by_hash.insert(hash(&key, number)?, number);
        }
        let mut query = self.connection.prepare_cached(
            "SELECT f.hash, f.forgotten_at FROM json_each(?1) hashes
             CROSS JOIN forgotten f ON f.hash = hashes.value",
        )?;
        let mut rows = query.query([json_array(by_hash.keys())?])?;
        let mut moments = HashMap::new();
        while let Some(row) = rows.next()? {
            if let Some(number) = by_hash.get(row.get_ref(0)?.as_str()?) {
                moments.insert(*number, required_moment(row, 1)?);
            }
        }
        Ok(moments)
    }

    /// The keyed hash under which a number is remembered.
    pub fn hash(&self, number: &str) -> Result<String> {
        hash(&self.key()?, number)
    }

    fn key(&self) -> Result<HashKey> {
        let mut query = self
            .connection
            .prepare_cached("SELECT key FROM forgetting")?;
        let key: Vec<u8> = query.query_row([], |row| row.get(0))?;
        HashKey::new_from_slice(&key).context("the key of forgetting")
    }
}

type HashKey = Hmac<Sha256>;

fn hash(key: &HashKey, number: &str) -> Result<String> {
    let mac = key.clone().chain_update(number).finalize();
    let mut hex = String::with_capacity(64);
    for byte in mac.into_bytes() {
        write!(hex, "{byte:02x}")?;
    }
    Ok(hex)
}

impl Store {
    /// The latest day of a purge: nothing made before it is read, stored or compared.
    pub fn purged_before(&self) -> Result<Option<NaiveDate>> {
        Ok(Forgotten::of(&self.connection)?.purged_before)
    }

    /// Whether any number was forgotten.
    pub fn has_forgotten(&self) -> Result<bool> {
        Ok(Forgotten::of(&self.connection)?.has_any)
    }

    /// When those of these numbers were last forgotten that ever were.
    pub fn forgotten<'n>(
        &self,
        numbers: impl IntoIterator<Item = &'n str>,
    ) -> Result<HashMap<&'n str, Moment>> {
        Forgotten::of(&self.connection)?.moments(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment;

    #[test]
    fn a_number_is_known_by_its_hash_and_a_day_by_the_latest_purge() {
        let store = Store::empty().unwrap();
        let connection = &store.connection;
        assert!(Forgotten::of(connection).unwrap().is_empty());
        let hash = Forgotten::of(connection)
            .unwrap()
            .hash("+48601200301")
            .unwrap();
        assert_eq!(hash.len(), 64);
        let sql = "INSERT INTO forgotten VALUES (?1, '2026-11-20T10:00:00Z')";
        connection.execute(sql, [hash]).unwrap();
        let forgotten = Forgotten::of(connection).unwrap();
        let at = moment::from_text("2026-11-20T10:00:00Z").unwrap();
        let numbers = ["+48601200302", "+48601200301"];
        let moments = forgotten.moments(numbers).unwrap();
        assert_eq!(moments, HashMap::from([("+48601200301", at)]));
        let sql = "UPDATE forgetting SET purged_before = '2026-11-19'";
        connection.execute(sql, []).unwrap();
        let forgotten = Forgotten::of(connection).unwrap();
        assert!(forgotten.covers_day("2026-11-18".parse().unwrap()));
        assert!(!forgotten.covers_day("2026-11-19".parse().unwrap()));
    }
}
