//! The periodic pass: windows in, pages of calls and daily figures stored, a run's row completed.
//!
//! What must stay true: a number's date moves only when every kind and page of
//! the slice before it is committed; no transaction is open while Callyzer or
//! the pace is waited for; the turn at Callyzer is held from a request until
//! what it brought is committed.

mod closed_days;
mod phones;
mod plan;
mod reading;
mod statistics;
mod unknown;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;
use chrono_tz::Tz;

use crate::call::Kind;
use crate::exit::{self, Exit};
use crate::moment::{Moment, Window};
use crate::phone::PhoneNumber;
use crate::provider::{self, callyzer::Callyzer};
use crate::store::Store;
use crate::store::advisors::AdvisorNumber;
pub use plan::Reach;

/// What a pass is to read.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// What was uploaded since the dates of last synchronisation.
    Periodic(Reach),
    /// The calls made in a window; moves no date and counts no attempt.
    Window(Window),
}

/// What a pass needs to know.
#[derive(Clone, Debug)]
pub struct Order {
    pub scope: Scope,
    pub run_id: i64,
    /// The end of every window.
    pub started_at: Moment,
    pub zone: Tz,
    pub kinds: Vec<Kind>,
    pub max_attempts: i64,
    /// Closed days that are read again once a day; 0: none are.
    pub reread_days: u64,
}

/// Makes the pass. A failed reading does not keep what else can be done from
/// being done; the first failure is the result. `notes` gets what a person
/// should know also of a pass that succeeded.
pub fn pass(
    store: &mut Store,
    callyzer: &Callyzer,
    order: Order,
    notes: &mut Vec<String>,
) -> Result<()> {
    let mut pass = Pass {
        numbers: store.advisor_numbers(callyzer.region())?,
        owners: store.number_owners()?.into(),
        store,
        callyzer,
        order,
        notes,
        unknown: HashSet::new(),
        zone_warned: false,
        pages: 0,
        calls: 0,
        sweeps_ahead: 0,
        failures_in_a_row: 0,
    };
    pass.run()
}

#[derive(Debug)]
struct Pass<'a> {
    store: &'a mut Store,
    callyzer: &'a Callyzer,
    order: Order,
    notes: &'a mut Vec<String>,
    numbers: Vec<AdvisorNumber>,
    /// Whose number is whose.
    owners: Rc<HashMap<String, i64>>,
    /// Numbers that Callyzer does not know: not asked for again in this run.
    unknown: HashSet<PhoneNumber>,
    zone_warned: bool,
    pages: u32,
    calls: usize,
    /// Sweeps of the group that are not begun yet.
    sweeps_ahead: u32,
    failures_in_a_row: u32,
}

impl Pass<'_> {
    fn run(&mut self) -> Result<()> {
        let last_call_id = self.store.last_call_id()?;
        let asked = self.ask();
        let retried = match &asked {
            Err(error) if forbids_everything(error) => Ok(()),
            _ => self.retry_unmatched(last_call_id),
        };
        asked.and(retried)
    }

    fn ask(&mut self) -> Result<()> {
        if self.numbers.is_empty() {
            log::info!("no active advisor has a phone number: Callyzer is not asked");
            return Ok(());
        }
        let read = self.read();
        let asked = self.then(read, Self::fetch_statistics);
        self.then(asked, Self::look_at_phones)
    }

    fn retry_unmatched(&mut self, last_call_id: i64) -> Result<()> {
        if matches!(self.order.scope, Scope::Window(_)) {
            return Ok(());
        }
        let Order {
            run_id,
            max_attempts,
            started_at,
            ..
        } = self.order;
        let retried =
            self.store
                .retry_unmatched(run_id, last_call_id, Some(max_attempts), started_at)?;
        log::info!(
            "unmatched calls: {} tried again, {} assigned",
            retried.tried,
            retried.assigned
        );
        Ok(())
    }

    /// Works through `items`. A failure does not keep the others waiting, since
    /// it may concern that item alone; after two outages in a row, in this work
    /// or the one before it, nothing more is asked. Gives the failure that ended the
    /// asking, else the first.
    fn each<T>(
        &mut self,
        items: Vec<T>,
        mut work: impl FnMut(&mut Self, T) -> Result<()>,
    ) -> Result<()> {
        let mut result = Ok(());
        for item in items {
            if self.failures_in_a_row == 2 {
                break;
            }
            let done = work(self, item);
            self.failures_in_a_row = if !done.as_ref().is_err_and(is_outage) {
                0
            } else {
                self.failures_in_a_row + 1
            };
            result = self.then(result, |_| done);
            if result.as_ref().is_err_and(ends_the_asking) {
                break;
            }
        }
        result
    }

    /// Does `next` unless `before` ended the asking. Gives the failure that ended it, else the first.
    fn then(
        &mut self,
        before: Result<()>,
        next: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if before.as_ref().is_err_and(ends_the_asking) {
            return before;
        }
        match next(self) {
            Err(error) if ends_the_asking(&error) => Err(error),
            Err(error) if before.is_err() => {
                log::error!("{error:#}");
                before
            }
            next => before.and(next),
        }
    }

    /// The numbers of `numbers` that Callyzer may be asked for.
    fn known(&self, numbers: &[PhoneNumber]) -> Vec<PhoneNumber> {
        numbers
            .iter()
            .filter(|number| !self.unknown.contains(number))
            .cloned()
            .collect()
    }
}

/// Whether nothing more is to be asked of Callyzer in this run.
fn ends_the_asking(error: &anyhow::Error) -> bool {
    let passing = matches!(
        error.downcast_ref(),
        Some(
            provider::Error::Timeout
                | provider::Error::Unavailable(_)
                | provider::Error::BadAnswer(_)
                | provider::Error::Refused(_)
        )
    );
    !passing
}

/// Whether Callyzer is away, and not only unwilling to answer one question.
fn is_outage(error: &anyhow::Error) -> bool {
    use provider::Error;
    matches!(
        error.downcast_ref(),
        Some(Error::Timeout | Error::Unavailable(_))
    )
}

/// Whether the run ends at once: the token is refused, a signal came, the database fails.
fn forbids_everything(error: &anyhow::Error) -> bool {
    let interrupted = matches!(error.downcast_ref(), Some(provider::Error::Interrupted));
    interrupted || matches!(exit::of(error), Exit::Denied | Exit::Database)
}
