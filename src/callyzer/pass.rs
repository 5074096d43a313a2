//! Callyzer's part of a `sync`: uploads read and stored, figures fetched, closed
//! days compared, phones looked at.
//!
//! What must stay true: a number's date moves only when every kind and page of
//! the slice before it is committed; no transaction is open during a wait for
//! Callyzer or the pace; the permit is held from a request until what it brought
//! is committed.

mod closed_days;
mod comparison;
mod estimate;
mod figure_questions;
mod figures;
mod incomplete_windows;
mod missed_days;
mod phones;
mod plan;
mod stored_day;
mod suppressed;
mod unknown_numbers;
mod uploads;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};

use anyhow::Result;
use chrono::NaiveDate;

use super::{Api, PROVIDER};
use crate::call::{Kind, TimeFilter};
use crate::pass::PassOptions;
use crate::pass::clock::{PassClock, PassTimes};
use crate::pass::progress::Progress;
use crate::pass::steps::{Steps, Stepwise};
use crate::phone::PhoneNumber;
use crate::provider::Provider;
use crate::reading::Scope;
use crate::store::Store;
use crate::store::advisors::AdvisorNumber;
use crate::store::closed_days::RereadDay;
use crate::store::forgotten::suppressed::Suppressed;
use crate::store::runs::{Run, WriteContext};

/// Makes the pass. Every window ends at the run's start, by this machine's clock and by
/// Callyzer's. A step that fails does not stop the other steps; of several failures the
/// gravest is the result.
pub fn pass(store: &mut Store, api: &Api, options: &PassOptions, run: &mut Run) -> Result<()> {
    let started_at = run.started_at;
    let mut pass = Pass {
        numbers: store.advisor_numbers(PROVIDER, api.region())?,
        kinds: api.kinds(),
        store,
        api,
        options,
        clock: PassClock::new(
            Provider::Callyzer,
            TimeFilter::Upload,
            options.zone,
            started_at,
        ),
        plan_times: PassTimes {
            now: started_at,
            end: started_at,
        },
        run,
        readings: OnceCell::new(),
        first_days: BTreeSet::new(),
        unknown: HashSet::new(),
        refused_kinds: Vec::new(),
        zone_warned: false,
        suppressed: Suppressed::default(),
        progress: Progress::new(),
        steps: Steps::new(),
    };
    pass.run();
    pass.run.requests = api.requests();
    pass.steps.into_result()
}

#[derive(Debug)]
struct Pass<'a> {
    store: &'a mut Store,
    api: &'a Api,
    options: &'a PassOptions,
    run: &'a mut Run,
    numbers: Vec<AdvisorNumber>,
    /// The kinds of call that are asked for one by one.
    kinds: Vec<Kind>,
    clock: PassClock,
    /// What the windows of uploads were planned by.
    plan_times: PassTimes,
    /// The closed days' readings before this run, once they are needed.
    readings: OnceCell<Vec<RereadDay>>,
    /// The days on which first synchronisations begin: they are read in part.
    first_days: BTreeSet<NaiveDate>,
    /// Numbers that Callyzer does not know: not asked for again in this run.
    unknown: HashSet<PhoneNumber>,
    /// Kinds that are not configured and that Callyzer refuses.
    refused_kinds: Vec<Kind>,
    zone_warned: bool,
    /// What was never stored again since the reading of a day began, or this run.
    suppressed: Suppressed,
    progress: Progress,
    steps: Steps,
}

impl Pass<'_> {
    fn run(&mut self) {
        if self.numbers.is_empty() {
            log::info!("no active advisor has a phone number: Callyzer is not asked");
            return;
        }
        match self.options.scope {
            Scope::Window(window) => self.read_window(window),
            Scope::SinceLastSync => self.read_since_last_sync(),
        }
        // Figures and the phones' state say nothing of calls, and a dry run keeps neither.
        if self.store.is_dry_run() {
            return;
        }
        self.step(Self::fetch_figures);
        if !self.options.reads_window() {
            self.step(Self::look_at_phones);
        }
    }

    fn show_progress(&self) {
        self.progress.show(self.api.requests(), self.api.interval());
    }

    fn context(&self) -> WriteContext {
        WriteContext {
            provider: PROVIDER,
            run_id: self.run.id,
            requests: self.api.requests(),
            now: self.clock.times().now,
            zone: self.options.zone,
            region: self.api.region(),
            accepts_moved_times: self.options.reads_window(),
            rereads_notes: false,
            wants_phases: false,
        }
    }

    /// Whether a number is an active advisor's.
    fn is_active(&self, number: &PhoneNumber) -> bool {
        self.numbers.iter().any(|one| one.number == *number)
    }

    /// Whether a number is no active advisor's, and Callyzer does not know it.
    fn has_left(&self, number: &PhoneNumber) -> bool {
        self.unknown.contains(number) && !self.is_active(number)
    }

    fn all_numbers(&self) -> Vec<PhoneNumber> {
        let numbers = self.numbers.iter();
        numbers.map(|number| number.number.clone()).collect()
    }
}

impl Stepwise for Pass<'_> {
    fn steps(&mut self) -> &mut Steps {
        &mut self.steps
    }

    fn update_clock(&mut self) -> Result<()> {
        self.clock.update(self.api.clock(), self.store)
    }
}
