//! Notes that a system has apart from its calls, and which are still to be asked for.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::{Transaction, params};

use super::column::required_moment;
use super::due::DueQuestion;
use super::forgotten::suppression::keep_unreadable;
use super::runs::{self, Counts, WriteContext};
use super::{Store, calls, json_array, quarantine};
use crate::call::{Call, Note, Unreadable};
use crate::moment::{self, Moment, Window};

/// A call whose notes must be asked for.
#[derive(Clone, Debug)]
pub struct NotesDue {
    pub call_id: i64,
    pub provider_call_id: String,
}

/// A call's notes, as one answer gives them.
#[derive(Debug)]
pub struct NotesAnswer<'a> {
    pub notes: &'a [Note],
    pub unreadable: &'a [Unreadable],
    /// Whether it has all of them: then those that it lacks are gone.
    pub is_whole: bool,
}

/// A note as it is shown.
#[derive(Clone, Debug)]
pub struct StoredNote {
    pub author: Option<String>,
    pub text: String,
    pub created_at: Moment,
}

const MARK: &str = "
    INSERT OR IGNORE INTO notes_due (call_id, provider, started_at) VALUES (?1, ?2, ?3)";

/// For a call that has none in its system any more, but has some here.
const MARK_IF_STORED: &str = "
    INSERT OR IGNORE INTO notes_due (call_id, provider, started_at)
    SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM call_notes WHERE call_id = ?1)";

/// The newest calls that have not failed.
const NEW: &str = "
    SELECT n.call_id, c.provider_call_id
    FROM notes_due n CROSS JOIN calls c ON c.id = n.call_id
    WHERE n.provider = ?1 AND n.failed_at IS NULL
    ORDER BY n.started_at DESC LIMIT ?2";

/// Those that failed, the earliest failure first, but for some moments.
const FAILED: &str = "
    SELECT n.call_id, c.provider_call_id
    FROM notes_due n CROSS JOIN calls c ON c.id = n.call_id
    WHERE n.provider = ?1 AND n.failed_at IS NOT NULL AND n.failed_at NOT BETWEEN ?3 AND ?4
    ORDER BY n.failed_at, n.started_at LIMIT ?2";

/// Marks a new call, if it has notes.
pub fn mark_new(tx: &Transaction, call_id: i64, call: &Call, context: &WriteContext) -> Result<()> {
    if call.has_notes {
        mark(tx, MARK, call_id, call, context)?;
    }
    Ok(())
}

/// Marks a call that is stored, if it has notes or had some.
pub fn mark_known(
    tx: &Transaction,
    call_id: i64,
    call: &Call,
    context: &WriteContext,
) -> Result<()> {
    let sql = if call.has_notes { MARK } else { MARK_IF_STORED };
    mark(tx, sql, call_id, call, context)
}

fn mark(
    tx: &Transaction,
    sql: &str,
    call_id: i64,
    call: &Call,
    context: &WriteContext,
) -> Result<()> {
    let started_at = moment::to_text(call.started_at);
    tx.prepare_cached(sql)?
        .execute(params![call_id, context.provider, started_at])?;
    Ok(())
}

fn put(tx: &Transaction, call_id: i64, notes: &[Note]) -> Result<()> {
    let mut upsert = tx.prepare_cached(
        "INSERT INTO call_notes (call_id, note_id, author, text, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET author = excluded.author, text = excluded.text,
             created_at = excluded.created_at",
    )?;
    for note in notes {
        let created_at = moment::to_text(note.created_at);
        upsert.execute(params![
            call_id,
            note.id,
            note.author,
            note.text,
            created_at
        ])?;
    }
    Ok(())
}

/// Removes a call's notes but for those with these ids, a JSON array.
fn remove_others(tx: &Transaction, call_id: i64, ids: &str) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM call_notes
         WHERE call_id = ?1 AND note_id NOT IN (SELECT value FROM json_each(?2))",
    )?
    .execute(params![call_id, ids])?;
    Ok(())
}

/// Makes a call's notes these.
pub fn replace(tx: &Transaction, call_id: i64, notes: &[Note]) -> Result<()> {
    remove_others(tx, call_id, &json_array(notes.iter().map(|note| &note.id))?)?;
    put(tx, call_id, notes)
}

impl Store {
    /// Calls whose notes must be asked for: the newest, then those that failed. One that
    /// failed in `resting` waits; a failure in the future counts for nothing.
    pub fn notes_due(&self, provider: &str, count: u64, resting: Window) -> Result<Vec<NotesDue>> {
        let question = DueQuestion {
            provider,
            count,
            resting,
        };
        self.due([NEW, FAILED], question, |row| {
            Ok(NotesDue {
                call_id: row.get(0)?,
                provider_call_id: row.get(1)?,
            })
        })
    }

    /// How many calls' notes must still be asked for.
    pub fn notes_due_count(&self, provider: &str) -> Result<i64> {
        let sql = "SELECT count(*) FROM notes_due WHERE provider = ?1";
        Ok(self
            .connection
            .query_row(sql, [provider], |row| row.get(0))?)
    }

    /// Makes a call's notes what the system has. All of it or, on an error, nothing. Of a
    /// call that was removed meanwhile nothing is kept. Gives how many unreadable notes are
    /// never stored again.
    pub fn save_notes(
        &mut self,
        due: &NotesDue,
        given: &NotesAnswer,
        context: &WriteContext,
    ) -> Result<i64> {
        let tx = self.transaction()?;
        if !calls::is_stored(&tx, due.call_id)? {
            runs::add(&tx, context.run_id, &Counts::default(), context.requests)?;
            tx.commit()?;
            return Ok(0);
        }
        put(&tx, due.call_id, given.notes)?;
        let read = json_array(given.notes.iter().map(|note| &note.id))?;
        let unreadable = given.unreadable.iter();
        let unreadable = unreadable.filter_map(|note| note.provider_call_id.as_ref());
        let kept = json_array(given.notes.iter().map(|note| &note.id).chain(unreadable))?;
        if given.is_whole {
            remove_others(&tx, due.call_id, &kept)?;
        }
        let unread = keep_unreadable(&tx, given.unreadable, context)?;
        let left_out = given.unreadable.len() - unread.len();
        let counts = Counts {
            quarantined: quarantine::put(&tx, &unread, context)?,
            ..Counts::default()
        };
        quarantine::release(&tx, &read, context)?;
        tx.execute("DELETE FROM notes_due WHERE call_id = ?1", [due.call_id])?;
        runs::add(&tx, context.run_id, &counts, context.requests)?;
        tx.commit()?;
        Ok(left_out as i64)
    }

    /// Records that asking for a call's notes failed.
    pub fn mark_notes_failed(&mut self, due: &NotesDue, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "UPDATE notes_due SET failed_at = ?2 WHERE call_id = ?1",
            params![due.call_id, moment::to_text(now)],
        )?;
        tx.commit()
    }

    /// The notes of these calls, the oldest first.
    pub fn notes_of(
        &self,
        calls: impl Iterator<Item = i64>,
    ) -> Result<HashMap<i64, Vec<StoredNote>>> {
        let mut query = self.connection.prepare_cached(
            "SELECT call_id, author, text, created_at FROM call_notes
             WHERE call_id IN (SELECT value FROM json_each(?1)) ORDER BY created_at, note_id",
        )?;
        let rows = query.query_map([json_array(calls)?], |row| {
            let note = StoredNote {
                author: row.get(1)?,
                text: row.get(2)?,
                created_at: required_moment(row, 3)?,
            };
            Ok((row.get(0)?, note))
        })?;
        let mut notes: HashMap<i64, Vec<StoredNote>> = HashMap::new();
        for row in rows {
            let (call_id, note) = row?;
            notes.entry(call_id).or_default().push(note);
        }
        Ok(notes)
    }
}
