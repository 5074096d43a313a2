//! What a call's own record says beside the call itself, notes and phases, as it is stored:
//! written whole where it differs, and left alone where it does not.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use rusqlite::Transaction;

use super::incoming::Incoming;
use super::{json_array, notes, phases};
use crate::call::{Attached, PhaseName};
use crate::moment;

/// Notes by their ids, and phases by their names and operators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Content {
    notes: BTreeMap<String, (Option<String>, String, String)>,
    phases: BTreeMap<(String, Option<String>), u32>,
}

impl Content {
    fn of(attached: &Attached) -> Self {
        let notes = attached.notes.iter().map(|note| {
            let content = (
                note.author.clone(),
                note.text.clone(),
                moment::to_text(note.created_at),
            );
            (note.id.clone(), content)
        });
        let phases = attached.phases.iter().map(|phase| {
            let name = phase.name.as_str().to_owned();
            ((name, phase.operator.clone()), phase.seconds)
        });
        Self {
            notes: notes.collect(),
            phases: phases.collect(),
        }
    }
}

/// What is stored beside some calls, by their ids in the file.
#[derive(Debug, Default)]
pub struct StoredAttached(HashMap<i64, Content>);

impl StoredAttached {
    /// Of the calls with notes or phases that are known: two queries, however many there are.
    pub fn beside(tx: &Transaction, incoming: &[Incoming]) -> Result<Self> {
        let with_attached = incoming.iter().filter(|it| it.attached.is_some());
        let known = with_attached.filter_map(|it| it.before.as_ref());
        let ids: Vec<_> = known.map(|call| call.id).collect();
        let mut stored = Self::default();
        if !ids.is_empty() {
            let ids = json_array(ids)?;
            stored.read_notes(tx, &ids)?;
            stored.read_phases(tx, &ids)?;
        }
        Ok(stored)
    }

    fn read_notes(&mut self, tx: &Transaction, ids: &str) -> Result<()> {
        let mut query = tx.prepare_cached(
            "SELECT call_id, note_id, author, text, created_at FROM call_notes
             WHERE call_id IN (SELECT value FROM json_each(?1))",
        )?;
        let mut rows = query.query([ids])?;
        while let Some(row) = rows.next()? {
            let content = (row.get(2)?, row.get(3)?, row.get(4)?);
            let call = self.0.entry(row.get(0)?).or_default();
            call.notes.insert(row.get(1)?, content);
        }
        Ok(())
    }

    /// Only those that a call's own record tells.
    fn read_phases(&mut self, tx: &Transaction, ids: &str) -> Result<()> {
        let mut query = tx.prepare_cached(
            "SELECT call_id, phase, operator, seconds FROM call_phases
             WHERE call_id IN (SELECT value FROM json_each(?1))",
        )?;
        let of_history = PhaseName::ALL.iter().filter(|name| name.is_of_history());
        let of_history: Vec<_> = of_history.map(|name| name.as_str()).collect();
        let mut rows = query.query([ids])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(1)?;
            if !of_history.contains(&name.as_str()) {
                let call = self.0.entry(row.get(0)?).or_default();
                call.phases.insert((name, row.get(2)?), row.get(3)?);
            }
        }
        Ok(())
    }

    /// Whether a stored call's notes or phases are others than these.
    pub fn differs(&self, call_id: i64, attached: &Attached) -> bool {
        let given = Content::of(attached);
        match self.0.get(&call_id) {
            Some(stored) => *stored != given,
            None => given != Content::default(),
        }
    }
}

/// Makes what is stored of a call this. Phases of its routing history stay.
pub fn replace(tx: &Transaction, call_id: i64, attached: &Attached) -> Result<()> {
    notes::replace(tx, call_id, &attached.notes)?;
    phases::replace(tx, call_id, &attached.phases, false)
}

#[cfg(test)]
mod tests;
