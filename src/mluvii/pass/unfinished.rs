//! Sessions that had not ended when they were read: read by their ids until they have.

use anyhow::Result;
use chrono::TimeDelta;

use crate::exit;
use crate::mluvii::{Api, PROVIDER};
use crate::pass::progress::Step;
use crate::pass::steps::ends_all_asking;
use crate::pass::window_pass::WindowPass;
use crate::reason::Cause;

/// The most requests for them in one run.
const AT_MOST: u64 = 100;

/// One that has not ended for so many days is given up.
const MAX_AGE_DAYS: i64 = 30;

impl WindowPass<'_, Api> {
    /// Reads the sessions that no window of this run brought, those first that were asked
    /// for the longest ago; what is left is for the next run.
    pub(super) fn read_unfinished(&mut self) -> Result<()> {
        self.give_up_unfinished()?;
        let since = self.clock.times().now - TimeDelta::days(MAX_AGE_DAYS);
        let at_most = AT_MOST + self.unfinished.len() as u64;
        let mut due = self.store.unfinished_calls(PROVIDER, since, at_most)?;
        due.retain(|call| !self.unfinished.contains(&call.provider_call_id));
        due.truncate(AT_MOST as usize);
        self.progress.begin(Step::Unfinished);
        self.progress.expect(Step::Unfinished, due.len() as u64);
        let (asked, mut gone) = (due.len(), 0);
        self.each_within(AT_MOST, due, |pass, call| {
            pass.ask_again(&call.provider_call_id, &mut gone)
        });
        if asked > 0 {
            log::info!("unfinished sessions: {asked} asked for again, {gone} gone");
        }
        Ok(())
    }

    /// Asks no more for those that have not ended for too long. Only mluvii's own time
    /// tells that: this machine's clock may be wrong.
    fn give_up_unfinished(&mut self) -> Result<()> {
        let Some(now) = self.clock.system_time() else {
            return Ok(());
        };
        let since = now - TimeDelta::days(MAX_AGE_DAYS);
        let given_up = self.store.forget_unfinished_before(PROVIDER, since)?;
        if given_up > 0 {
            let note = Cause::UnfinishedGivenUp.of(&[&MAX_AGE_DAYS, &given_up]);
            self.run.report(note);
        }
        Ok(())
    }

    /// Reads a session and notes that it was asked for, whatever came of it: one that
    /// always fails keeps no others waiting.
    fn ask_again(&mut self, id: &str, gone: &mut u64) -> Result<()> {
        let done = self.read_session(id, gone);
        if done.as_ref().is_err_and(ends_all_asking) {
            return done;
        }
        let now = self.clock.times().now;
        let marked = self.store.mark_unfinished_asked(PROVIDER, id, now);
        exit::gravest(done, marked)
    }

    /// Reads a session by its id. One that mluvii no longer has is forgotten.
    fn read_session(&mut self, id: &str, gone: &mut u64) -> Result<()> {
        let api = self.source;
        match api.session(id)? {
            Some(answer) => self.save_records("an unfinished session", &answer.body)?,
            None => {
                self.store.forget_unfinished(PROVIDER, id)?;
                *gone += 1;
            }
        }
        self.progress.count_request();
        self.show_progress();
        Ok(())
    }
}
