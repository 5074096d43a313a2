//! Which lead a call belongs to, decided here alone.

use anyhow::Result;
use rusqlite::{Connection, Transaction, named_params};

use super::Store;
use super::runs::{self, Counts, Run};
use crate::moment;

/// Which waiting calls are tried.
#[derive(Clone, Copy, Debug)]
pub enum CallFilter<'a> {
    /// Calls with a greater id.
    ArrivedAfter(i64),
    Waiting(Waiting),
    /// Calls from or to these numbers, a JSON array.
    Numbers(&'a str),
}

/// Waiting calls up to an id with fewer than `below` attempts; None: with any number.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    pub until: i64,
    pub below: Option<i64>,
}

impl CallFilter<'_> {
    /// A condition on `u`, a row of `unmatched_calls`, and `c`, its call.
    fn condition(self) -> &'static str {
        match self {
            Self::ArrivedAfter(_) => "u.call_id > :id",
            Self::Waiting(_) => "u.call_id <= :id AND (:below IS NULL OR u.attempts < :below)",
            Self::Numbers(_) => "c.client_number IN (SELECT value FROM json_each(:numbers))",
        }
    }
}

/// Assigns the calls in `filter` to the leads with their numbers. Of several leads
/// it takes the one assigned to the call's advisor, else the one created last,
/// else the greater id. Numbers of our own advisors match no lead. The cross
/// joins keep SQLite from beginning with the leads, of which there are more.
pub fn assign(tx: &Transaction, filter: CallFilter, now: &str) -> Result<i64> {
    let sql = format!(
        "UPDATE calls SET lead_id = choice.lead_id, changed_at = :now
         FROM (SELECT c.id AS call_id, l.id AS lead_id,
                      row_number() OVER (PARTITION BY c.id
                          ORDER BY ifnull(l.advisor_id = c.advisor_id, 0) DESC,
                                   l.created_at DESC, l.id DESC) AS place
               FROM unmatched_calls u
               CROSS JOIN calls c ON c.id = u.call_id
               CROSS JOIN leads l ON l.number = c.client_number
               WHERE {} AND c.client_number NOT IN (SELECT number FROM advisor_numbers)) AS choice
         WHERE choice.place = 1 AND calls.id = choice.call_id",
        filter.condition()
    );
    let mut update = tx.prepare_cached(&sql)?;
    let assigned = match filter {
        CallFilter::ArrivedAfter(id) => update.execute(named_params! {":id": id, ":now": now}),
        CallFilter::Waiting(Waiting { until, below }) => {
            update.execute(named_params! {":id": until, ":below": below, ":now": now})
        }
        CallFilter::Numbers(numbers) => {
            update.execute(named_params! {":numbers": numbers, ":now": now})
        }
    }?;
    Ok(assigned as i64)
}

/// Counts an attempt for the calls that are still waiting.
fn count_attempts(tx: &Transaction, waiting: Waiting, now: &str) -> Result<i64> {
    let Waiting { until, below } = waiting;
    let sql = format!(
        "UPDATE unmatched_calls AS u SET attempts = attempts + 1, last_attempt_at = :now WHERE {}",
        CallFilter::Waiting(waiting).condition()
    );
    Ok(tx.execute(
        &sql,
        named_params! {":id": until, ":below": below, ":now": now},
    )? as i64)
}

pub fn last_call_id(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("SELECT ifnull(max(id), 0) FROM calls", [], |row| row.get(0))?)
}

/// The result of a new try of waiting calls.
#[derive(Clone, Copy, Debug)]
pub struct Retried {
    pub tried: i64,
    pub assigned: i64,
}

impl Store {
    /// How many calls have no lead.
    pub fn unmatched_count(&self) -> Result<i64> {
        let sql = "SELECT count(*) FROM unmatched_calls";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The greatest id of a call so far; calls that arrive later have greater ones.
    pub fn last_call_id(&self) -> Result<i64> {
        last_call_id(&self.connection)
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
        let assigned = assign(&tx, CallFilter::Waiting(waiting), &now)?;
        let still_waiting = count_attempts(&tx, waiting, &now)?;
        let counts = Counts {
            assigned,
            ..Counts::default()
        };
        runs::add(&tx, run.id, &counts, run.requests)?;
        runs::finish(&tx, run, failure)?;
        tx.commit()?;
        Ok(Retried {
            tried: assigned + still_waiting,
            assigned,
        })
    }
}
