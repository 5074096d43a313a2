//! The unmatched calls, as they are shown. Those with the organisation's own advisors wait
//! for nobody and stand in a list of their own.

use anyhow::Result;
use rusqlite::{Row, params};

use super::Store;
use super::column::required_moment;
use super::register::Part;
use crate::moment::{self, Moment};

#[derive(Clone, Debug)]
pub struct UnmatchedCall {
    pub call_id: i64,
    pub number: Option<String>,
    pub started_at: Moment,
    pub status: String,
    pub advisor_id: Option<i64>,
    pub attempts: i64,
    pub last_attempt_at: Moment,
    /// The advisor's name.
    pub advisor: Option<String>,
}

/// With whom the calls are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Clients,
    OwnAdvisors,
}

impl Store {
    /// The calls without a lead, the newest first.
    pub fn unmatched(&self, party: Party, limit: i64, offset: i64) -> Result<Part<UnmatchedCall>> {
        let _snapshot = self.connection.unchecked_transaction()?;
        let own_total = self.own_unmatched_count()?;
        let (sql, total) = match party {
            Party::Clients => (UNMATCHED, self.unmatched_count()? - own_total),
            Party::OwnAdvisors => (OWN_UNMATCHED, own_total),
        };
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([limit, offset], unmatched_call)?;
        Ok(Part {
            rows: rows.collect::<rusqlite::Result<_>>()?,
            total,
        })
    }

    fn own_unmatched_count(&self) -> Result<i64> {
        let sql = "SELECT count(*) FROM advisor_numbers a
                   CROSS JOIN calls c ON c.client_number = a.number WHERE +c.lead_id IS NULL";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// Gives every call without a lead to `take`, the newest first. Between the batches no
    /// snapshot is open, for `take` may be slow: what changes meanwhile may be missing.
    pub fn each_unmatched(
        &self,
        party: Party,
        mut take: impl FnMut(UnmatchedCall) -> Result<()>,
    ) -> Result<()> {
        let mut query = self.connection.prepare_cached(UNMATCHED_BEFORE)?;
        let is_own = party == Party::OwnAdvisors;
        // Later than any moment.
        let mut before = ("~".to_owned(), i64::MAX);
        loop {
            let (started_at, id) = &before;
            let values = params![BATCH, started_at, id, is_own];
            let rows = query.query_map(values, unmatched_call)?;
            let batch: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
            let Some(last) = batch.last() else {
                return Ok(());
            };
            before = (moment::to_text(last.started_at), last.call_id);
            batch.into_iter().try_for_each(&mut take)?;
        }
    }
}

/// Calls that are read at once.
const BATCH: i64 = 1_000;

/// The cross joins keep the order in which the tables are named.
macro_rules! unmatched {
    ($calls:literal, $condition:literal, $rest:literal) => {
        concat!(
            "SELECT c.id, c.client_number, c.started_at, c.status, c.advisor_id, n.attempts,
                    n.last_attempt_at, u.name
             FROM ",
            $calls,
            " CROSS JOIN unmatched_calls n ON n.call_id = c.id
             LEFT JOIN users u ON u.id = c.advisor_id
             WHERE ",
            $condition,
            " ORDER BY c.started_at DESC, c.id DESC LIMIT ?1 ",
            $rest
        )
    };
}

/// Begins with the calls, which an index has in this order.
pub(super) const UNMATCHED: &str = unmatched!(
    "calls c",
    "c.lead_id IS NULL
     AND NOT EXISTS (SELECT 1 FROM advisor_numbers a WHERE a.number = c.client_number)",
    "OFFSET ?2"
);
pub(super) const UNMATCHED_BEFORE: &str = unmatched!(
    "calls c",
    "c.lead_id IS NULL AND (c.started_at, c.id) < (?2, ?3)
     AND EXISTS (SELECT 1 FROM advisor_numbers a WHERE a.number = c.client_number) = ?4",
    ""
);
/// Begins with the advisors' numbers: their calls are few among a million.
pub(super) const OWN_UNMATCHED: &str = unmatched!(
    "advisor_numbers a CROSS JOIN calls c ON c.client_number = a.number",
    "+c.lead_id IS NULL",
    "OFFSET ?2"
);

fn unmatched_call(row: &Row) -> rusqlite::Result<UnmatchedCall> {
    Ok(UnmatchedCall {
        call_id: row.get(0)?,
        number: row.get(1)?,
        started_at: required_moment(row, 2)?,
        status: row.get(3)?,
        advisor_id: row.get(4)?,
        attempts: row.get(5)?,
        last_attempt_at: required_moment(row, 6)?,
        advisor: row.get(7)?,
    })
}
