//! Which lead a call belongs to, decided here alone.

use anyhow::Result;
use rusqlite::{CachedStatement, Connection, Transaction, named_params, params};
use serde::Serialize;

use super::runs::{self, Counts, Run};
use super::{Store, json_array};
use crate::moment;

/// The lead of a call with this number and this advisor. Of several it is the one
/// assigned to the call's advisor, else the one created last, else the greater id: the
/// greatest text of the three, at the end of which is the id. (To sort even one row costs
/// SQLite more than to find it.) Numbers of our own advisors match no lead.
macro_rules! lead_of {
    ($number:literal, $advisor:literal) => {
        concat!(
            "(SELECT CAST(substr(max(ifnull(l.advisor_id = ",
            $advisor,
            ", 0) || l.created_at || printf('%019d', l.id)), -19) AS INTEGER)
              FROM lead_numbers n JOIN leads l ON l.id = n.lead_id WHERE n.number = ",
            $number,
            " AND n.number NOT IN (SELECT number FROM advisor_numbers))"
        )
    };
}

pub(super) const LEAD_OF: &str = concat!("SELECT ", lead_of!("?1", "?2"));

/// Finds the leads of calls that arrive.
pub struct Matcher<'a>(CachedStatement<'a>);

impl<'a> Matcher<'a> {
    pub fn new(connection: &'a Connection) -> Result<Self> {
        Ok(Self(connection.prepare_cached(LEAD_OF)?))
    }

    pub fn lead_of(
        &mut self,
        client_number: Option<&str>,
        advisor_id: Option<i64>,
    ) -> Result<Option<i64>> {
        let values = params![client_number, advisor_id];
        Ok(self.0.query_row(values, |row| row.get(0))?)
    }
}

/// Waiting calls up to an id with fewer than `below` attempts.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    pub until: i64,
    pub below: i64,
}

impl Waiting {
    /// More attempts than any call has.
    pub const ALL: i64 = i64::MAX;
}

/// Assigns calls that waited to the leads with their numbers.
pub(super) const ASSIGN_WAITING: &str = concat!(
    "UPDATE calls AS c SET lead_id = ",
    lead_of!("c.client_number", "c.advisor_id"),
    ", changed_at = :now
     WHERE c.id IN (SELECT call_id FROM unmatched_calls WHERE attempts < :below AND call_id <= :until)
       AND ",
    lead_of!("c.client_number", "c.advisor_id"),
    " IS NOT NULL"
);

/// The same for calls of some numbers, a JSON array. The `+` has SQLite look for the
/// number first.
pub(super) const ASSIGN_NUMBERS: &str = concat!(
    "UPDATE calls AS c SET lead_id = ",
    lead_of!("c.client_number", "c.advisor_id"),
    ", changed_at = :now
     WHERE c.client_number IN (SELECT value FROM json_each(:numbers)) AND +c.lead_id IS NULL
       AND ",
    lead_of!("c.client_number", "c.advisor_id"),
    " IS NOT NULL"
);

/// Assigns the waiting calls of some numbers and gives how many.
pub fn assign(
    tx: &Transaction,
    numbers: impl IntoIterator<Item: Serialize>,
    now: &str,
) -> Result<i64> {
    let numbers = json_array(numbers)?;
    let mut update = tx.prepare_cached(ASSIGN_NUMBERS)?;
    Ok(update.execute(named_params! {":numbers": numbers, ":now": now})? as i64)
}

fn assign_waiting(tx: &Transaction, waiting: Waiting, now: &str) -> Result<i64> {
    let Waiting { until, below } = waiting;
    let values = named_params! {":until": until, ":below": below, ":now": now};
    Ok(tx.execute(ASSIGN_WAITING, values)? as i64)
}

/// Counts an attempt for the calls that are still waiting.
fn count_attempts(tx: &Transaction, waiting: Waiting, now: &str) -> Result<i64> {
    let Waiting { until, below } = waiting;
    let sql = "UPDATE unmatched_calls SET attempts = attempts + 1, last_attempt_at = :now
               WHERE attempts < :below AND call_id <= :until";
    let values = named_params! {":until": until, ":below": below, ":now": now};
    Ok(tx.execute(sql, values)? as i64)
}

pub(super) fn unmatched_count(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT value FROM counters WHERE name = 'unmatched_calls'";
    connection.query_row(sql, [], |row| row.get(0))
}

/// The result of a new try of waiting calls.
#[derive(Clone, Copy, Debug)]
pub struct Retried {
    pub tried: i64,
    pub assigned: i64,
}

impl Store {
    /// How many calls have no lead; in a dry run, how many would.
    pub fn unmatched_count(&self) -> Result<i64> {
        let more = self.dry_run.as_ref().map(|dry_run| dry_run.more_unmatched);
        Ok(unmatched_count(&self.connection)? + more.unwrap_or_default())
    }

    /// The greatest id of a call so far; calls that arrive later have greater ones.
    pub fn last_call_id(&self) -> Result<i64> {
        let sql = "SELECT ifnull(max(id), 0) FROM calls";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// Tries waiting calls again, counts and dates the attempt, and completes the
    /// run's row: `failure` is what went wrong before.
    pub fn retry_unmatched(
        &mut self,
        waiting: Waiting,
        run: &Run,
        failure: Option<&anyhow::Error>,
    ) -> Result<Retried> {
        let now = moment::to_text(run.started_at);
        let tx = self.transaction()?;
        let assigned = assign_waiting(&tx, waiting, &now)?;
        let still_waiting = count_attempts(&tx, waiting, &now)?;
        let counts = Counts {
            assigned,
            ..Counts::default()
        };
        runs::add(&tx, run.id, &counts, run.requests)?;
        runs::finish(&tx, run, failure)?;
        tx.commit()?;
        self.count_if_dry(&counts);
        Ok(Retried {
            tried: assigned + still_waiting,
            assigned,
        })
    }
}
