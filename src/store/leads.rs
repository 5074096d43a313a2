//! The leads that an import brings.

use std::collections::BTreeSet;

use anyhow::Result;
use rusqlite::{Statement, Transaction, params};

use super::runs::{self, Counts, Run};
use super::users::SavedRows;
use super::{Store, matching};
use crate::moment::{self, Moment};
use crate::phone::PhoneNumber;

/// What is to be stored of a lead. None: what is stored stays.
#[derive(Debug, PartialEq)]
pub struct LeadChange {
    /// Where the row stands in its file.
    pub line: u64,
    pub id: i64,
    pub name: Option<String>,
    pub phone: Option<GivenPhone>,
    /// Some(None): no advisor.
    pub advisor_id: Option<Option<i64>>,
    /// None also where nothing is given: now, for a new lead.
    pub created_at: Option<Moment>,
}

/// Phone numbers as they were given.
#[derive(Debug, Default, PartialEq)]
pub struct GivenPhone {
    /// None: empty.
    pub given: Option<String>,
    /// The valid ones, each once.
    pub numbers: Vec<PhoneNumber>,
}

/// Skips a row without a name and the row of a lead that is stored.
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

/// `?2`: the numbers that stay, a space behind each. An array in JSON would cost an import
/// of many leads more than all the rest.
const LEAVE_NUMBERS: &str =
    "DELETE FROM lead_numbers WHERE lead_id = ?1 AND instr(?2, number || ' ') = 0";

const TAKE_NUMBER: &str = "INSERT OR IGNORE INTO lead_numbers (number, lead_id) VALUES (?2, ?1)";

impl Store {
    pub fn has_lead(&self, id: i64) -> Result<bool> {
        let mut query = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM leads WHERE id = ?1)")?;
        Ok(query.query_row([id], |row| row.get(0))?)
    }

    /// Inserts and updates leads and their numbers, assigns the waiting calls of their numbers, and
    /// completes the run's row. All of it or nothing.
    pub fn save_leads(&mut self, rows: &[LeadChange], run: &Run) -> Result<SavedRows> {
        let now = moment::to_text(run.started_at);
        let tx = self.transaction()?;
        let mut saved = upsert(&tx, rows, &now)?;
        saved.assigned = assign(&tx, rows, &now)?;
        let counts = Counts {
            assigned: saved.assigned,
            ..Counts::default()
        };
        runs::add(&tx, run.id, &counts, run.requests)?;
        runs::finish(&tx, run, None)?;
        tx.commit()?;
        Ok(saved)
    }
}

fn upsert(tx: &Transaction, rows: &[LeadChange], now: &str) -> Result<SavedRows> {
    let mut insert_lead = tx.prepare_cached(INSERT)?;
    let mut update_lead = tx.prepare_cached(UPDATE)?;
    let mut saved = SavedRows::default();
    for row in rows {
        let inserted = insert(&mut insert_lead, row, now)?;
        let updated = match inserted {
            0 => update(&mut update_lead, row)?,
            _ => 0,
        };
        let changes = updated + change_numbers(tx, row)?;
        saved.new += inserted;
        saved.changed += usize::from(inserted == 0 && changes > 0);
    }
    Ok(saved)
}

/// Makes a lead's numbers those that are given, if any are.
fn change_numbers(tx: &Transaction, row: &LeadChange) -> Result<usize> {
    let Some(phone) = &row.phone else {
        return Ok(0);
    };
    let numbers = || phone.numbers.iter().map(PhoneNumber::as_str);
    let all: String = numbers().flat_map(|number| [number, " "]).collect();
    let mut leave = tx.prepare_cached(LEAVE_NUMBERS)?;
    let mut take = tx.prepare_cached(TAKE_NUMBER)?;
    let mut changes = leave.execute(params![row.id, all])?;
    for number in numbers() {
        changes += take.execute(params![row.id, number])?;
    }
    Ok(changes)
}

fn insert(statement: &mut Statement, row: &LeadChange, now: &str) -> rusqlite::Result<usize> {
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

fn update(statement: &mut Statement, row: &LeadChange) -> rusqlite::Result<usize> {
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

fn given(row: &LeadChange) -> Option<&str> {
    row.phone.as_ref()?.given.as_deref()
}

/// The first valid one.
fn number(row: &LeadChange) -> Option<&PhoneNumber> {
    row.phone.as_ref()?.numbers.first()
}

fn assign(tx: &Transaction, rows: &[LeadChange], now: &str) -> Result<i64> {
    let numbers: BTreeSet<_> = rows
        .iter()
        .filter_map(|row| row.phone.as_ref())
        .flat_map(|phone| phone.numbers.iter().map(PhoneNumber::as_str))
        .collect();
    matching::assign(tx, numbers, now)
}
