//! The rows of each table that hold something of a person.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rusqlite::{Connection, Row};
use serde_json::Value;

use super::super::person::Person;
use super::super::record::holds;
use super::{FoundCall, FoundCampaign};
use crate::phone::SoughtNumber;

/// The calls with the numbers, and of a lead all that are in its register.
pub fn calls(connection: &Connection, person: &Person) -> Result<Vec<FoundCall>> {
    let mut calls = BTreeMap::new();
    let sql = "SELECT id, provider, lead_id FROM calls WHERE client_number = ?1";
    let mut query = connection.prepare_cached(sql)?;
    for number in &person.numbers {
        let found = query.query_map([number.as_str()], call)?;
        let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
        calls.extend(found.into_iter().map(|call| (call.id, call)));
    }
    if let Some(lead_id) = person.lead_id.filter(|_| person.is_lead) {
        let sql = "SELECT id, provider, lead_id FROM calls WHERE lead_id = ?1";
        let mut query = connection.prepare_cached(sql)?;
        let found = query.query_map([lead_id], call)?;
        let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
        calls.extend(found.into_iter().map(|call| (call.id, call)));
    }
    Ok(calls.into_values().collect())
}

fn call(row: &Row) -> rusqlite::Result<FoundCall> {
    Ok(FoundCall {
        id: row.get(0)?,
        provider: row.get(1)?,
        lead_id: row.get(2)?,
    })
}

/// How many notes calls have, a JSON array of their ids.
pub fn notes(connection: &Connection, ids: &str) -> Result<i64> {
    let mut query = connection.prepare_cached(
        "SELECT (SELECT count(note) FROM calls WHERE id IN (SELECT value FROM json_each(?1)))
              + (SELECT count(*) FROM call_notes
                 WHERE call_id IN (SELECT value FROM json_each(?1)))",
    )?;
    Ok(query.query_row([ids], |row| row.get(0))?)
}

pub fn files(connection: &Connection, ids: &str) -> Result<Vec<String>> {
    let mut query = connection.prepare_cached(
        "SELECT file FROM recordings
         WHERE call_id IN (SELECT value FROM json_each(?1)) AND file IS NOT NULL ORDER BY file",
    )?;
    let files = query.query_map([ids], |row| row.get(0))?;
    Ok(files.collect::<rusqlite::Result<_>>()?)
}

pub fn quarantine(connection: &Connection, numbers: &[SoughtNumber]) -> Result<Vec<i64>> {
    let mut query = connection.prepare_cached("SELECT id, record, reason FROM quarantine")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut ids = Vec::new();
    for row in rows {
        let (id, record, reason): (i64, String, String) = row?;
        let is_about = |number: &SoughtNumber| holds(&record, number) || holds(&reason, number);
        if numbers.iter().any(is_about) {
            ids.push(id);
        }
    }
    Ok(ids)
}

pub fn results(connection: &Connection, numbers: &[SoughtNumber]) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT campaign_id, key, row FROM campaign_results";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut results = Vec::new();
    for row in rows {
        let (campaign_id, key, row): (i64, String, String) = row?;
        if numbers.iter().any(|number| holds(&row, number)) {
            results.push((campaign_id, key));
        }
    }
    Ok(results)
}

pub fn campaigns(connection: &Connection, numbers: &[SoughtNumber]) -> Result<Vec<FoundCampaign>> {
    let sql = "SELECT request_id, name, numbers FROM campaigns";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([], |row| {
        Ok(FoundCampaign {
            request_id: row.get(0)?,
            name: row.get(1)?,
            numbers: row.get(2)?,
        })
    })?;
    let mut campaigns = Vec::new();
    for row in rows {
        let before = row?;
        let after = without(&before, numbers)
            .with_context(|| format!("the numbers of request {}", before.request_id))?;
        if (&after.name, &after.numbers) != (&before.name, &before.numbers) {
            campaigns.push(after);
        }
    }
    Ok(campaigns)
}

/// A campaign without the numbers.
fn without(campaign: &FoundCampaign, numbers: &[SoughtNumber]) -> Result<FoundCampaign> {
    let is_of = |text: &str| numbers.iter().any(|number| number.is_in(text));
    let mut called: Vec<Value> = serde_json::from_str(&campaign.numbers)?;
    let count = called.len();
    called.retain(|value| !value.as_str().is_some_and(is_of));
    Ok(FoundCampaign {
        request_id: campaign.request_id,
        name: masked(&campaign.name, numbers),
        numbers: match called.len() == count {
            true => campaign.numbers.clone(),
            false => serde_json::to_string(&called)?,
        },
    })
}

/// Errors are stored without numbers, but an older version, or a system's own words, may
/// have brought one.
pub fn errors(connection: &Connection, numbers: &[SoughtNumber]) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT id, error FROM sync_runs WHERE error IS NOT NULL";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut errors = Vec::new();
    for row in rows {
        let (id, error): (i64, String) = row?;
        let masked = masked(&error, numbers);
        if masked != error {
            errors.push((id, masked));
        }
    }
    Ok(errors)
}

/// A text without the numbers.
fn masked(text: &str, numbers: &[SoughtNumber]) -> String {
    let named = numbers.iter().filter(|number| number.is_in(text));
    named.fold(text.to_owned(), |text, number| number.masked_in(&text))
}
