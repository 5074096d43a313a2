//! Callyzer's part of a `sync`: uploads read and stored, figures fetched, closed
//! days compared, phones looked at.
//!
//! What must stay true: a number's date moves only when every kind and page of
//! the slice before it is committed; no transaction is open during a wait for
//! Callyzer or the pace; the permit is held from a request until what it brought
//! is committed.

mod clock;
mod closed_days;
mod comparison;
mod due_days;
mod estimate;
mod figure_questions;
mod figures;
mod incomplete_windows;
mod missed_days;
mod phones;
mod plan;
mod progress;
mod stored_day;
mod unknown_numbers;
mod uploads;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use anyhow::Result;
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::{Api, PROVIDER};
use crate::call::Kind;
use crate::clock::{ClockReading, HeardClock};
use crate::exit::{self, Exit};
use crate::moment::Moment;
use crate::phone::PhoneNumber;
use crate::provider::{self, Fault};
use crate::reading::Scope;
use crate::store::Store;
use crate::store::advisors::AdvisorNumber;
use crate::store::closed_days::RereadDay;
use crate::store::runs::{Run, WriteContext};
use clock::PassTimes;
use progress::Progress;

/// After so many outages in a row nothing more is asked.
const MAX_OUTAGES: u32 = 2;
/// A closed day or a look at the phones that failed rests so long.
const RETRY_AFTER: TimeDelta = TimeDelta::hours(1);

#[derive(Clone, Debug)]
pub struct PassOptions {
    pub scope: Scope,
    /// The account's.
    pub zone: Tz,
    /// The configured kinds of call.
    pub kinds: Vec<Kind>,
    /// How far a window goes back before the date of last synchronisation.
    pub overlap: TimeDelta,
    /// How far it goes back for a number without a date.
    pub initial: TimeDelta,
    /// Closed days that are read again once a day; 0: none are.
    pub reread_days: u64,
}

/// Makes the pass. Every window ends at the run's start, by this machine's clock and by
/// Callyzer's. A step that fails does not stop the other steps; of several failures the
/// gravest is the result.
pub fn pass(store: &mut Store, api: &Api, options: &PassOptions, run: &mut Run) -> Result<()> {
    let mut pass = Pass {
        numbers: store.advisor_numbers(PROVIDER, api.region())?,
        kinds: api.kinds_to_ask(&options.kinds),
        store,
        api,
        options,
        clock: None,
        heard: None,
        at_start: ClockReading {
            theirs: None,
            ours: run.started_at,
        },
        started: Instant::now(),
        newest_upload: None,
        plan_times: PassTimes {
            now: run.started_at,
            end: run.started_at,
        },
        run,
        readings: OnceCell::new(),
        first_days: BTreeSet::new(),
        unknown: HashSet::new(),
        refused_kinds: Vec::new(),
        zone_warned: false,
        progress: Progress::new(),
        result: Ok(()),
        has_ended: false,
        outages: 0,
    };
    pass.run();
    pass.run.requests = api.requests();
    pass.result
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
    /// Callyzer's clock, since its first good answer. It has no time if that cannot be
    /// believed.
    clock: Option<ClockReading>,
    /// The answer that `clock` is from.
    heard: Option<HeardClock>,
    /// Both clocks at the run's start.
    at_start: ClockReading,
    started: Instant,
    /// The latest time of upload that this run received.
    newest_upload: Option<Moment>,
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
    progress: Progress,
    /// The gravest failure so far.
    result: Result<()>,
    /// A failure ended all asking.
    has_ended: bool,
    /// Outages in a row.
    outages: u32,
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
        if matches!(self.options.scope, Scope::SinceLastSync) {
            self.step(Self::look_at_phones);
        }
    }

    /// Takes a step, unless a failure or two outages in a row ended all asking. A
    /// failure of it is kept.
    fn step(&mut self, work: impl FnOnce(&mut Self) -> Result<()>) {
        if !self.has_ended && self.outages < MAX_OUTAGES {
            let done = self.update_clock().and_then(|()| work(self));
            self.keep(done);
        }
    }

    /// Takes a step for each item. One that fails does not stop the others, for it
    /// may concern that item alone.
    fn each<T>(&mut self, items: Vec<T>, mut work: impl FnMut(&mut Self, T) -> Result<()>) {
        for item in items {
            self.step(|pass| {
                let done = work(pass, item);
                pass.outages = match &done {
                    Err(error) if is_outage(error) => pass.outages + 1,
                    _ => 0,
                };
                done
            });
        }
    }

    fn keep(&mut self, done: Result<()>) {
        self.has_ended |= done.as_ref().is_err_and(ends_all_asking);
        let before = std::mem::replace(&mut self.result, Ok(()));
        self.result = exit::gravest(before, done);
    }

    fn context(&self) -> WriteContext {
        WriteContext {
            provider: PROVIDER,
            run_id: self.run.id,
            requests: self.api.requests(),
            now: self.times().now,
            zone: self.options.zone,
            accepts_moved_times: matches!(self.options.scope, Scope::Window(_)),
        }
    }

    /// Tells of something that a person should know, in the log and in the run's row.
    fn report(&mut self, note: String) {
        log::warn!("{note}");
        self.run.notes.push(note);
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

/// Whether nothing more is to be asked of Callyzer in this run.
fn ends_all_asking(error: &anyhow::Error) -> bool {
    match provider::fault(error) {
        Some(Fault::Timeout | Fault::Unavailable(_) | Fault::BadAnswer(_) | Fault::Refused(_)) => {
            false
        }
        Some(_) => true,
        // An answer that the database refuses.
        None => exit::of(error) != Exit::Protocol,
    }
}

/// Whether Callyzer is away, and not only unwilling to answer one question.
fn is_outage(error: &anyhow::Error) -> bool {
    matches!(
        provider::fault(error),
        Some(Fault::Timeout | Fault::Unavailable(_))
    )
}
