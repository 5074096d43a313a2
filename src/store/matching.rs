//! Which lead a call belongs to: the one place that decides it.

use anyhow::Result;
use rusqlite::{Connection, Transaction, named_params};

use super::{Store, runs};
use crate::moment::{self, Moment};

/// The waiting calls that are to be looked at.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Calls with a greater id.
    ArrivedAfter(i64),
    /// Calls up to an id that have had fewer attempts; none: any number of them.
    Waiting { until: i64, below: Option<i64> },
    /// Calls from or to these numbers, a JSON array.
    Numbers(&'a str),
}

impl Scope<'_> {
    /// A condition on `u`, a row of `unmatched_calls`, and `c`, its call.
    fn condition(self) -> &'static str {
        match self {
            Self::ArrivedAfter(_) => "u.call_id > :id",
            Self::Waiting { .. } => "u.call_id <= :id AND (:below IS NULL OR u.attempts < :below)",
            Self::Numbers(_) => "c.client_number IN (SELECT value FROM json_each(:numbers))",
        }
    }
}

/// Assigns the calls in `scope` that have a lead by now: of several leads with
/// the number the one assigned to the call's advisor, else the one created last,
/// else the greater id. Numbers of our own advisors match no lead. The cross
/// joins keep SQLite from beginning with the leads, of which there are more.
pub fn assign(tx: &Transaction, scope: Scope, now: &str) -> Result<i64> {
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
        scope.condition()
    );
    let mut update = tx.prepare_cached(&sql)?;
    let assigned = match scope {
        Scope::ArrivedAfter(id) => update.execute(named_params! {":id": id, ":now": now}),
        Scope::Waiting { until, below } => {
            update.execute(named_params! {":id": until, ":below": below, ":now": now})
        }
        Scope::Numbers(numbers) => update.execute(named_params! {":numbers": numbers, ":now": now}),
    }?;
    Ok(assigned as i64)
}

/// Counts an attempt for the calls that are still waiting.
fn count_attempts(tx: &Transaction, until: i64, below: Option<i64>, now: &str) -> Result<i64> {
    let scope = Scope::Waiting { until, below };
    let sql = format!(
        "UPDATE unmatched_calls AS u SET attempts = attempts + 1, last_attempt_at = :now WHERE {}",
        scope.condition()
    );
    Ok(tx.execute(
        &sql,
        named_params! {":id": until, ":below": below, ":now": now},
    )? as i64)
}

pub fn last_call_id(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("SELECT ifnull(max(id), 0) FROM calls", [], |row| row.get(0))?)
}

/// What a new try of the waiting calls did.
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

    /// Tries waiting calls up to the id `until` again, those with fewer than
    /// `below` attempts; counts and dates the attempt.
    pub fn retry_unmatched(
        &mut self,
        run_id: i64,
        until: i64,
        below: Option<i64>,
        now: Moment,
    ) -> Result<Retried> {
        let now = moment::to_text(now);
        let tx = self.transaction()?;
        let assigned = assign(&tx, Scope::Waiting { until, below }, &now)?;
        let still_waiting = count_attempts(&tx, until, below, &now)?;
        let counts = runs::Counts {
            assigned,
            ..runs::Counts::default()
        };
        runs::add(&tx, run_id, &counts, 0)?;
        tx.commit()?;
        Ok(Retried {
            tried: assigned + still_waiting,
            assigned,
        })
    }
}
