//! How long calls were in each phase, and whose routing history is still to be asked for.
//! The phases that a call's own record tells are written with it, see [`super::attached`].

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::types::Type;
use rusqlite::{Error, Row, Transaction, params};

use super::column::required_moment;
use super::due::DueQuestion;
use super::runs::{self, Counts, WriteContext};
use super::{Store, calls, json_array};
use crate::call::{Phase, PhaseName};
use crate::moment::{self, Moment, Window};
use crate::text;

/// A call whose routing history must be asked for.
#[derive(Clone, Debug)]
pub struct PhasesDue {
    pub call_id: i64,
    pub provider_call_id: String,
    /// With its fraction of a second, if the call's details tell it.
    pub started_at: Moment,
}

/// A phase as it is shown.
#[derive(Clone, Debug)]
pub struct StoredPhase {
    pub name: PhaseName,
    /// The system's key of the user whose phase it is; None: of the whole call.
    pub operator: Option<String>,
    /// By the call's details, else of the user with that key.
    pub operator_name: Option<String>,
    pub seconds: i64,
}

/// The newest calls that have not failed.
const NEW: &str = "
    SELECT d.call_id, c.provider_call_id, ifnull(c.details ->> 'created_at', c.started_at)
    FROM phases_due d CROSS JOIN calls c ON c.id = d.call_id
    WHERE d.provider = ?1 AND d.failed_at IS NULL
    ORDER BY d.started_at DESC LIMIT ?2";

/// Those that failed, the earliest failure first, but for some moments.
const FAILED: &str = "
    SELECT d.call_id, c.provider_call_id, ifnull(c.details ->> 'created_at', c.started_at)
    FROM phases_due d CROSS JOIN calls c ON c.id = d.call_id
    WHERE d.provider = ?1 AND d.failed_at IS NOT NULL AND d.failed_at NOT BETWEEN ?3 AND ?4
    ORDER BY d.failed_at, d.started_at LIMIT ?2";

/// Marks a call of which the routing history is not known, or may have changed.
pub fn mark(
    tx: &Transaction,
    call_id: i64,
    started_at: &str,
    context: &WriteContext,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO phases_due (call_id, provider, started_at) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![call_id, context.provider, started_at])?;
    Ok(())
}

/// Makes a call's phases of the routing history, or else those of its own record, these.
pub fn replace(
    tx: &Transaction,
    call_id: i64,
    phases: &[Phase],
    are_of_history: bool,
) -> Result<()> {
    let mut names = PhaseName::ALL.to_vec();
    names.retain(|name| name.is_of_history() == are_of_history);
    let mut delete = tx.prepare_cached(
        "DELETE FROM call_phases
         WHERE call_id = ?1 AND phase IN (SELECT value FROM json_each(?2))",
    )?;
    delete.execute(params![
        call_id,
        json_array(names.iter().map(|name| name.as_str()))?
    ])?;
    let mut upsert = tx.prepare_cached(
        "INSERT INTO call_phases (call_id, phase, operator, seconds) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET seconds = excluded.seconds",
    )?;
    for phase in phases {
        let name = phase.name.as_str();
        upsert.execute(params![call_id, name, phase.operator, phase.seconds])?;
    }
    Ok(())
}

impl Store {
    /// Calls whose routing history must be asked for: the newest, then those that failed.
    /// One that failed in `resting` waits; a failure in the future counts for nothing.
    pub fn phases_due(
        &self,
        provider: &str,
        count: u64,
        resting: Window,
    ) -> Result<Vec<PhasesDue>> {
        let question = DueQuestion {
            provider,
            count,
            resting,
        };
        self.due([NEW, FAILED], question, |row| {
            Ok(PhasesDue {
                call_id: row.get(0)?,
                provider_call_id: row.get(1)?,
                started_at: required_moment(row, 2)?,
            })
        })
    }

    /// How many calls' routing history must still be asked for.
    pub fn phases_due_count(&self, provider: &str) -> Result<i64> {
        let sql = "SELECT count(*) FROM phases_due WHERE provider = ?1";
        Ok(self
            .connection
            .query_row(sql, [provider], |row| row.get(0))?)
    }

    /// Makes a call's phases of the routing history what the system has. All of it or, on
    /// an error, nothing. Of a call that was removed meanwhile nothing is kept.
    pub fn save_phases(
        &mut self,
        due: &PhasesDue,
        phases: &[Phase],
        context: &WriteContext,
    ) -> Result<()> {
        let tx = self.transaction()?;
        if calls::is_stored(&tx, due.call_id)? {
            replace(&tx, due.call_id, phases, true)?;
        }
        tx.execute("DELETE FROM phases_due WHERE call_id = ?1", [due.call_id])?;
        runs::add(&tx, context.run_id, &Counts::default(), context.requests)?;
        tx.commit()
    }

    /// Records that asking for a call's routing history failed.
    pub fn mark_phases_failed(&mut self, due: &PhasesDue, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "UPDATE phases_due SET failed_at = ?2 WHERE call_id = ?1",
            params![due.call_id, moment::to_text(now)],
        )?;
        tx.commit()
    }

    /// The phases of these calls, in the order of [`PhaseName`].
    pub fn phases_of(
        &self,
        calls: impl Iterator<Item = i64>,
    ) -> Result<HashMap<i64, Vec<StoredPhase>>> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.call_id, p.phase, p.operator, p.seconds,
                    coalesce(
                        (SELECT json_extract(c.details, o.fullkey || '.name')
                         FROM json_each(c.details, '$.operators') o
                         WHERE json_extract(c.details, o.fullkey || '.id') = p.operator),
                        (SELECT u.name FROM advisor_keys k JOIN users u ON u.id = k.user_id
                         WHERE k.provider = c.provider AND k.key = p.operator))
             FROM call_phases p CROSS JOIN calls c ON c.id = p.call_id
             WHERE p.call_id IN (SELECT value FROM json_each(?1)) ORDER BY p.operator",
        )?;
        let rows = query.query_map([json_array(calls)?], |row| {
            Ok((row.get(0)?, stored_phase(row)?))
        })?;
        let mut phases: HashMap<i64, Vec<StoredPhase>> = HashMap::new();
        for row in rows {
            let (call_id, phase) = row?;
            phases.entry(call_id).or_default().push(phase);
        }
        for phases in phases.values_mut() {
            phases.sort_by_key(|phase| phase.name);
        }
        Ok(phases)
    }
}

fn stored_phase(row: &Row) -> rusqlite::Result<StoredPhase> {
    let name: String = row.get(1)?;
    let known = PhaseName::ALL.into_iter().find(|it| it.as_str() == name);
    Ok(StoredPhase {
        name: known.ok_or_else(|| {
            let reason = format!("'{}' is no phase", text::quoted(&name));
            Error::FromSqlConversionFailure(1, Type::Text, reason.into())
        })?,
        operator: row.get(2)?,
        seconds: row.get(3)?,
        operator_name: row.get(4)?,
    })
}
