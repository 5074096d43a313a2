//! The leads that an import brings.

use std::collections::{BTreeSet, HashSet};

use anyhow::Result;
use rusqlite::{Statement, Transaction, params};

use super::matching::{self, Scope};
use super::{Store, runs};
use crate::import::leads::{Known, LeadRow};
use crate::moment::{self, Moment};
use crate::phone::PhoneNumber;

/// What an import of leads did.
#[derive(Clone, Copy, Debug, Default)]
pub struct SavedLeads {
    pub new: usize,
    pub changed: usize,
    /// Waiting calls that have a lead now.
    pub assigned: i64,
}

/// A row without a name, and one of a lead that is stored, is passed over.
const INSERT: &str = "
    INSERT OR IGNORE INTO leads (id, name, phone, number, advisor_id, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// Writes nothing where nothing differs.
const UPDATE: &str = "
    UPDATE leads SET name = new.name, phone = new.phone, number = new.number,
        advisor_id = new.advisor_id, created_at = new.created_at
    FROM (SELECT ifnull(?2, name) AS name,
                 iif(?3, ?4, phone) AS phone, iif(?3, ?5, number) AS number,
                 iif(?6, ?7, advisor_id) AS advisor_id,
                 ifnull(?8, created_at) AS created_at
          FROM leads WHERE id = ?1) AS new
    WHERE leads.id = ?1
      AND (leads.name, leads.phone, leads.number, leads.advisor_id, leads.created_at)
          IS NOT (new.name, new.phone, new.number, new.advisor_id, new.created_at)";

impl Store {
    pub fn known_leads(&self) -> Result<Known> {
        let mut query = self.connection.prepare_cached("SELECT id FROM leads")?;
        let leads = query.query_map([], |row| row.get(0))?;
        Ok(Known {
            leads: leads.collect::<rusqlite::Result<HashSet<_>>>()?,
            users: self.logins()?,
        })
    }

    /// Inserts and updates leads, and gives them the waiting calls from or to
    /// their numbers, all of it or nothing.
    pub fn save_leads(&mut self, run_id: i64, rows: &[LeadRow], now: Moment) -> Result<SavedLeads> {
        let now = moment::to_text(now);
        let tx = self.transaction()?;
        let mut saved = upsert(&tx, rows, &now)?;
        saved.assigned = assign(&tx, rows, &now)?;
        let counts = runs::Counts {
            assigned: saved.assigned,
            ..runs::Counts::default()
        };
        runs::add(&tx, run_id, &counts, 0)?;
        tx.commit()?;
        Ok(saved)
    }
}

fn upsert(tx: &Transaction, rows: &[LeadRow], now: &str) -> Result<SavedLeads> {
    let mut insert_lead = tx.prepare_cached(INSERT)?;
    let mut update_lead = tx.prepare_cached(UPDATE)?;
    let mut saved = SavedLeads::default();
    for row in rows {
        let inserted = insert(&mut insert_lead, row, now)?;
        saved.new += inserted;
        if inserted == 0 {
            saved.changed += update(&mut update_lead, row)?;
        }
    }
    Ok(saved)
}

fn insert(statement: &mut Statement, row: &LeadRow, now: &str) -> rusqlite::Result<usize> {
    let created_at = row.created_at.map(moment::to_text);
    statement.execute(params![
        row.id,
        row.name,
        given(row),
        number(row).map(PhoneNumber::as_str),
        row.advisor_id.flatten(),
        created_at.as_deref().unwrap_or(now),
    ])
}

fn update(statement: &mut Statement, row: &LeadRow) -> rusqlite::Result<usize> {
    statement.execute(params![
        row.id,
        row.name,
        row.phone.is_some(),
        given(row),
        number(row).map(PhoneNumber::as_str),
        row.advisor_id.is_some(),
        row.advisor_id.flatten(),
        row.created_at.map(moment::to_text),
    ])
}

fn given(row: &LeadRow) -> Option<&str> {
    row.phone.as_ref()?.given.as_deref()
}

fn number(row: &LeadRow) -> Option<&PhoneNumber> {
    row.phone.as_ref()?.number.as_ref()
}

fn assign(tx: &Transaction, rows: &[LeadRow], now: &str) -> Result<i64> {
    let numbers: BTreeSet<_> = rows
        .iter()
        .filter_map(|row| number(row).map(PhoneNumber::as_str))
        .collect();
    let numbers = serde_json::to_string(&numbers)?;
    matching::assign(tx, Scope::Numbers(&numbers), now)
}
