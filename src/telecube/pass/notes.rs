//! Notes: one request for each call that says it has some, so many a run.

use anyhow::Result;

use super::{PROVIDER, Pass};
use crate::moment::Window;
use crate::pass::RETRY_AFTER;
use crate::pass::progress::Step;
use crate::pass::steps::{Stepwise, ends_all_asking};
use crate::reason::Cause;
use crate::store::notes::{NotesAnswer, NotesDue};

impl Pass<'_> {
    /// Asks for the notes of the newest calls; what is left is for the next run.
    pub(super) fn read_notes(&mut self) -> Result<()> {
        let now = self.clock.times().now;
        let resting = Window {
            from: now - RETRY_AFTER,
            to: now,
        };
        let due = self.store.notes_due(PROVIDER, self.notes_a_run, resting)?;
        self.progress.begin(Step::Notes);
        self.progress.expect(Step::Notes, due.len() as u64);
        let before = self.api.requests();
        self.each(due, |pass, due| {
            let sent = (pass.api.requests() - before).unsigned_abs();
            if sent >= pass.notes_a_run {
                return Ok(());
            }
            pass.read_notes_of(&due)
        });
        Ok(())
    }

    fn read_notes_of(&mut self, due: &NotesDue) -> Result<()> {
        let api = self.api;
        let answer = match api.notes(&due.provider_call_id) {
            Ok(answer) => answer,
            Err(error) => {
                let error = error.into();
                if !ends_all_asking(&error) {
                    let now = self.clock.times().now;
                    self.store.mark_notes_failed(due, now)?;
                }
                return Err(error);
            }
        };
        let given = NotesAnswer {
            notes: &answer.body.notes,
            unreadable: &answer.body.unreadable,
            is_whole: answer.body.is_whole,
        };
        if !given.is_whole {
            self.run.report(Cause::NotesMissing);
        }
        let context = self.context();
        self.store.save_notes(due, &given, &context)?;
        log::info!("notes: {} of a call", given.notes.len());
        self.progress.count_request();
        self.show_progress();
        Ok(())
    }
}
