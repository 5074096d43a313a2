//! What the operators wrote about a session.

use chrono::SubsecRound;

use crate::call::Note;
use crate::mluvii::phases::{SessionTimes, Stay};
use crate::mluvii::session::{Operator, Session};

impl Session {
    /// A note for each operator who wrote one. One who came back and wrote another text has
    /// both in one note.
    pub(super) fn notes(&self, times: &SessionTimes) -> Vec<Note> {
        let mut notes: Vec<Note> = Vec::new();
        for (operator, stay) in self.stays(times) {
            let Some(note) = note(operator, stay, times) else {
                continue;
            };
            match notes.iter_mut().find(|other| other.id == note.id) {
                Some(first) => join(first, note),
                None => notes.push(note),
            }
        }
        notes
    }
}

fn note(operator: &Operator, stay: &Stay, times: &SessionTimes) -> Option<Note> {
    let text = operator.note.0.clone()?;
    let written = stay.concluded.or(stay.left).or(stay.joined);
    let id = operator.user_id.text().or(operator.user_name.text());
    Some(Note {
        // Without either, all such operators share one note.
        id: id.unwrap_or("-").to_owned(),
        author: operator.name(),
        text,
        created_at: written.or(times.created)?.trunc_subsecs(0),
    })
}

fn join(first: &mut Note, later: Note) {
    if first.text != later.text {
        first.text = format!("{}\n{}", first.text, later.text);
        first.created_at = later.created_at;
    }
}
