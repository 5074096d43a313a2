//! What time it is for a pass. Where the clocks differ, the system's is believed: it
//! dates what is read.

use std::time::Instant;

use anyhow::Result;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use crate::call::TimeFilter;
use crate::clock::{ClockReading, HeardClock};
use crate::moment::{self, Moment, Window};
use crate::provider::Provider;
use crate::store::Store;

/// How far the system's clock may be behind both the machine's and the newest call.
const LARGEST_LAG: TimeDelta = TimeDelta::days(1);

/// The times that a pass goes by, in the end by the system's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassTimes {
    /// When the run began. What is read is marked with it, and days are judged by it.
    pub now: Moment,
    /// Where windows end: at the run's start by the clock that is behind, so that a wrong
    /// time of the system's moves no date past this machine's.
    pub end: Moment,
}

/// Both clocks, as far as they are known.
#[derive(Debug)]
pub struct PassClock {
    pub(super) provider: Provider,
    /// By which time of a call the system's windows go.
    time_filter: TimeFilter,
    zone: Tz,
    run_start: Moment,
    started: Instant,
    /// The system's clock, since its first good answer. It has no time if that cannot be
    /// believed.
    reading: Option<ClockReading>,
    /// The answer that `reading` is from.
    heard: Option<HeardClock>,
    /// Both clocks at the run's start.
    at_start: ClockReading,
    /// The latest time, by `time_filter`, of a call that this run received.
    newest: Option<Moment>,
}

impl PassClock {
    /// `zone`: in which days begin. `run_start`: by this machine's clock, just now.
    pub fn new(provider: Provider, time_filter: TimeFilter, zone: Tz, run_start: Moment) -> Self {
        Self {
            provider,
            time_filter,
            zone,
            run_start,
            started: Instant::now(),
            reading: None,
            heard: None,
            at_start: ClockReading {
                theirs: None,
                ours: run_start,
            },
            newest: None,
        }
    }

    /// Takes in the times of calls that came.
    pub fn note_received(&mut self, times: impl Iterator<Item = Moment>) {
        self.newest = self.newest.max(times.max());
    }

    /// Takes in the system's clock as soon as an answer has told it.
    pub fn update(&mut self, heard: Option<HeardClock>, store: &mut Store) -> Result<()> {
        let Some(HeardClock { reading, at }) = heard.filter(|_| heard != self.heard) else {
            return Ok(());
        };
        let name = self.provider.name();
        self.heard = heard;
        let mut clock = reading;
        if let Some(theirs) = clock.theirs
            && self.is_impossible(theirs, clock.ours, store)?
        {
            log::warn!(
                "{name}'s time {} is more than a day behind this machine and the newest {}",
                moment::to_text(theirs),
                self.what()
            );
            clock.theirs = None;
        }
        // The machine's clock may have been set since the run's start.
        let elapsed = at.saturating_duration_since(self.started).as_secs();
        let elapsed = TimeDelta::seconds(elapsed.cast_signed());
        self.at_start = ClockReading {
            theirs: clock.theirs.map(|theirs| theirs - elapsed),
            ours: self.run_start,
        };
        match self.at_start.error_text(name) {
            Some(error) => log::warn!("{error}: set it"),
            None if clock.theirs.is_none() => {
                let what = self.what();
                log::warn!("{name} sends no time: no date moves past the newest {what} received");
            }
            None => {}
        }
        self.reading = Some(clock);
        store.keep_clock(self.provider.as_str(), clock)
    }

    fn is_impossible(&self, theirs: Moment, ours: Moment, store: &Store) -> Result<bool> {
        let limit = theirs + LARGEST_LAG;
        Ok(ours > limit
            && self
                .newest_stored(store)?
                .max(self.newest)
                .is_some_and(|newest| newest > limit))
    }

    /// Whether the time is known well enough to judge days by it: the system told it, or
    /// no call contradicts this machine's.
    pub fn is_known(&self, store: &Store) -> Result<bool> {
        let Some(clock) = self.reading else {
            return Ok(false);
        };
        let limit = self.times().now + LARGEST_LAG;
        Ok(clock.theirs.is_some()
            || self
                .newest_stored(store)?
                .is_none_or(|newest| newest <= limit))
    }

    fn newest_stored(&self, store: &Store) -> Result<Option<Moment>> {
        store.newest_time(self.provider.as_str(), self.time_filter)
    }

    /// What the system dates.
    fn what(&self) -> &'static str {
        match self.time_filter {
            TimeFilter::Upload => "upload",
            TimeFilter::Call => "call",
        }
    }

    pub fn times(&self) -> PassTimes {
        let now = self.run_start - self.at_start.error().unwrap_or_default();
        PassTimes {
            now,
            end: now.min(self.run_start),
        }
    }

    /// The system's time, if it sent one that can be believed.
    pub fn system_time(&self) -> Option<Moment> {
        self.reading.and_then(|clock| clock.theirs)
    }

    /// How far a date of last synchronisation may move when all calls of the slice are
    /// stored; None: not at all.
    pub fn date_after(&self, slice: Window) -> Option<Moment> {
        let limit = self.system_time().or(self.newest)?;
        Some(limit.min(slice.to)).filter(|date| *date >= slice.from)
    }

    /// The day on which the run began.
    pub fn today(&self) -> NaiveDate {
        moment::day_of(self.times().now, self.zone)
    }

    /// The start of that day.
    pub fn midnight(&self) -> Moment {
        moment::from_local(self.today().and_time(NaiveTime::MIN), self.zone)
    }

    /// That day until now.
    pub fn today_so_far(&self) -> Window {
        Window {
            from: self.midnight(),
            to: self.times().now,
        }
    }

    /// Whether this is the system's first day in the file, by whatever clock it began.
    pub fn is_first_day(&self, store: &Store) -> Result<bool> {
        let first = store.first_reading(self.provider.as_str())?;
        let day = first.map(|first| moment::day_of(first, self.zone));
        Ok(day.is_none_or(|day| day == self.today()))
    }
}
