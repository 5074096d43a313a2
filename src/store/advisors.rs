//! Advisors' numbers and keys, and the dates of last synchronisation.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::column::plausible_moment;
use crate::call::Call;
use crate::moment::{self, Moment};
use crate::phone::{PhoneNumber, Region};

/// Whether `u`, a row of `users`, is an advisor.
pub(super) const IS_ADVISOR: &str = "u.role IN ('advisor-bik', 'advisor-cesje')";

/// Owners of numbers and of a system's keys, read when first needed.
pub(super) struct Owners<'a> {
    connection: &'a Connection,
    provider: &'a str,
    numbers: Option<HashMap<String, i64>>,
    keys: Option<HashMap<String, KeyOwner>>,
}

#[derive(Clone, Copy)]
struct KeyOwner {
    user_id: i64,
    is_advisor: bool,
}

impl<'a> Owners<'a> {
    pub fn new(connection: &'a Connection, provider: &'a str) -> Self {
        Self {
            connection,
            provider,
            numbers: None,
            keys: None,
        }
    }

    /// The user, with any role, whose call it is. Of several keys the first of an advisor
    /// counts, else the first that is known.
    pub fn of(&mut self, call: &Call) -> Result<Option<i64>> {
        if let Some(number) = call.advisor.as_str() {
            let numbers = match &mut self.numbers {
                Some(numbers) => numbers,
                none => none.insert(all_owners(self.connection)?),
            };
            return Ok(numbers.get(number).copied());
        }
        if call.advisor_keys.is_empty() {
            return Ok(None);
        }
        let keys = match &mut self.keys {
            Some(keys) => keys,
            none => none.insert(key_owners(self.connection, self.provider)?),
        };
        let known: Vec<_> = call
            .advisor_keys
            .iter()
            .filter_map(|key| keys.get(key))
            .collect();
        let advisor = known.iter().find(|owner| owner.is_advisor);
        Ok(advisor.or(known.first()).map(|owner| owner.user_id))
    }
}

fn all_owners(connection: &Connection) -> Result<HashMap<String, i64>> {
    let mut query = connection.prepare_cached("SELECT number, user_id FROM advisor_numbers")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn key_owners(connection: &Connection, provider: &str) -> Result<HashMap<String, KeyOwner>> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT k.key, u.id, {IS_ADVISOR}
         FROM advisor_keys k JOIN users u ON u.id = k.user_id WHERE k.provider = ?1",
    ))?;
    let rows = query.query_map([provider], |row| {
        let owner = KeyOwner {
            user_id: row.get(1)?,
            is_advisor: row.get(2)?,
        };
        Ok((row.get(0)?, owner))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The number under which a system without numbers keeps its one date.
pub const ALL_NUMBERS: &str = "";

/// A number that is to be synchronised.
#[derive(Clone, Debug)]
pub struct AdvisorNumber {
    pub number: PhoneNumber,
    pub user_id: i64,
    /// None: never yet.
    pub last_synced_at: Option<Moment>,
}

impl Store {
    /// The numbers of all active users with an advisor's role, in order.
    pub fn advisor_numbers(&self, provider: &str, region: Region) -> Result<Vec<AdvisorNumber>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT n.number, n.user_id, d.last_synced_at
             FROM advisor_numbers n
             JOIN users u ON u.id = n.user_id
             LEFT JOIN sync_dates d ON d.provider = ?1 AND d.number = n.number
             WHERE u.active AND {IS_ADVISOR}
             ORDER BY n.number",
        ))?;
        let rows = query.query_map([provider], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get(1)?,
                plausible_moment(row, 2)?,
            ))
        })?;
        rows.map(|row| {
            let (number, user_id, last_synced_at) = row?;
            Ok(AdvisorNumber {
                number: PhoneNumber::parse(&number, region).with_context(|| {
                    format!("advisor_numbers holds '{number}', which is no number")
                })?,
                user_id,
                last_synced_at,
            })
        })
        .collect()
    }

    /// The advisor, active or not, who has each number now.
    pub fn number_owners(&self) -> Result<HashMap<String, i64>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT n.number, n.user_id
             FROM advisor_numbers n JOIN users u ON u.id = n.user_id
             WHERE {IS_ADVISOR}",
        ))?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Moves the numbers' dates forward to `date`; a later one stays.
    pub fn move_dates<'a>(
        &mut self,
        provider: &str,
        numbers: impl Iterator<Item = &'a str>,
        date: Moment,
    ) -> Result<()> {
        let tx = self.transaction()?;
        {
            let mut upsert = tx.prepare_cached(
                "INSERT INTO sync_dates (provider, number, last_synced_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET last_synced_at = max(last_synced_at, excluded.last_synced_at)",
            )?;
            for number in numbers {
                upsert.execute(params![provider, number, moment::to_text(date)])?;
            }
        }
        tx.commit()
    }

    /// The date of last synchronisation of a number, a campaign, or of [`ALL_NUMBERS`].
    pub fn date_of(&self, provider: &str, number: &str) -> Result<Option<Moment>> {
        let sql = "SELECT last_synced_at FROM sync_dates WHERE provider = ?1 AND number = ?2";
        let values = [provider, number];
        let date = self
            .connection
            .query_row(sql, values, |row| plausible_moment(row, 0));
        Ok(date.optional()?.flatten())
    }

    /// The providers that have a date of last synchronisation.
    pub fn providers_with_dates(&self) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT provider FROM sync_dates ORDER BY provider";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The keys of a system that somebody has.
    pub fn known_keys(&self, provider: &str) -> Result<HashSet<String>> {
        Ok(key_owners(&self.connection, provider)?
            .into_keys()
            .collect())
    }

    /// Whether a date lies after `limit`.
    pub fn has_dates_after(&self, provider: &str, limit: Moment) -> Result<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM sync_dates WHERE provider = ?1 AND last_synced_at > ?2)";
        let values = [provider, &moment::to_text(limit)];
        Ok(self.connection.query_row(sql, values, |row| row.get(0))?)
    }

    /// Sets every date after `limit` back to `date`: a clock that ran ahead made
    /// them. Gives the numbers that it concerns.
    pub fn set_back_dates(
        &mut self,
        provider: &str,
        limit: Moment,
        date: Moment,
    ) -> Result<Vec<String>> {
        let tx = self.transaction()?;
        let numbers = {
            let mut update = tx.prepare_cached(
                "UPDATE sync_dates SET last_synced_at = ?3
                 WHERE provider = ?1 AND last_synced_at > ?2 RETURNING number",
            )?;
            let rows = update.query_map(
                params![provider, moment::to_text(limit), moment::to_text(date)],
                |row| row.get(0),
            )?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        tx.commit()?;
        Ok(numbers)
    }
}
