//! Phases from the routing history: one request for each session, so many a run.

use anyhow::Result;

use crate::call::LeftOut;
use crate::mluvii::{Api, PROVIDER};
use crate::pass::progress::Step;
use crate::pass::steps::ends_all_asking;
use crate::pass::window_pass::WindowPass;
use crate::store::phases::PhasesDue;

impl WindowPass<'_, Api> {
    /// Asks for the routing history of the newest sessions; what is left is for the next
    /// run.
    pub(super) fn read_phases(&mut self, at_most: u64) -> Result<()> {
        let resting = self.resting();
        let due = self.store.phases_due(PROVIDER, at_most, resting)?;
        self.progress.begin(Step::Phases);
        self.progress.expect(Step::Phases, due.len() as u64);
        self.each_within(at_most, due, |pass, due| pass.read_phases_of(&due));
        Ok(())
    }

    fn read_phases_of(&mut self, due: &PhasesDue) -> Result<()> {
        let api = self.source;
        let answer = match api.phases(&due.provider_call_id, due.started_at) {
            Ok(answer) => answer,
            Err(error) => {
                let error = error.into();
                if !ends_all_asking(&error) {
                    let now = self.clock.times().now;
                    self.store.mark_phases_failed(due, now)?;
                }
                return Err(error);
            }
        };
        // A session that is gone has no history.
        let found = answer.as_ref().map(|answer| &answer.body);
        let phases = found.map_or(&[][..], |found| &found.phases);
        let context = self.context();
        self.store.save_phases(due, phases, &context)?;
        let negative = found.map_or(0, |found| found.negative.cast_signed());
        self.run.leave_out(LeftOut::NegativePhase, negative);
        log::info!("phases: {} of a session", phases.len());
        self.progress.count_request();
        self.show_progress();
        Ok(())
    }
}
