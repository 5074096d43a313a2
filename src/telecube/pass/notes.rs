//! Notes: one request for each call that says it has some, so many a run.

use anyhow::Result;

use crate::call::LeftOut;
use crate::pass::progress::Step;
use crate::pass::steps::ends_all_asking;
use crate::pass::window_pass::WindowPass;
use crate::reason::Cause;
use crate::store::notes::{NotesAnswer, NotesDue};
use crate::telecube::{Api, PROVIDER};

impl WindowPass<'_, Api> {
    /// Asks for the notes of the newest calls; what is left is for the next run.
    pub(super) fn read_notes(&mut self, at_most: u64) -> Result<()> {
        let due = self.store.notes_due(PROVIDER, at_most, self.resting())?;
        self.progress.begin(Step::Notes);
        self.progress.expect(Step::Notes, due.len() as u64);
        self.each_within(at_most, due, |pass, due| pass.read_notes_of(&due));
        Ok(())
    }

    fn read_notes_of(&mut self, due: &NotesDue) -> Result<()> {
        let api = self.source;
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
        let left_out = self.store.save_notes(due, &given, &context)?;
        self.run.leave_out(LeftOut::Forgotten, left_out);
        log::info!("notes: {} of a call", given.notes.len());
        self.progress.count_request();
        self.show_progress();
        Ok(())
    }
}
