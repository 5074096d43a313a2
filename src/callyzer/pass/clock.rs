//! What time it is for a pass. Where the clocks differ, Callyzer's is believed: it
//! dates the uploads.

use anyhow::Result;
use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::{PROVIDER, Pass};
use crate::callyzer::SYSTEM;
use crate::clock::{ClockReading, HeardClock};
use crate::moment::{self, Moment, Window};

/// How far Callyzer's clock may be behind both the machine's and the newest upload.
const LARGEST_LAG: TimeDelta = TimeDelta::days(1);

/// The times that a pass goes by, in the end by Callyzer's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassTimes {
    /// When the run began. What is read is marked with it, and days are judged by it.
    pub now: Moment,
    /// Where windows end: at the run's start by the clock that is behind, so that a wrong
    /// time of Callyzer's moves no date past this machine's.
    pub end: Moment,
}

impl Pass<'_> {
    /// Takes in Callyzer's clock as soon as an answer has told it.
    pub(super) fn update_clock(&mut self) -> Result<()> {
        let heard = self.api.clock();
        let Some(HeardClock { reading, at }) = heard.filter(|_| heard != self.heard) else {
            return Ok(());
        };
        self.heard = heard;
        let mut clock = reading;
        if let Some(theirs) = clock.theirs
            && self.is_impossible(theirs, clock.ours)?
        {
            log::warn!(
                "Callyzer's time {} is more than a day behind this machine and the newest upload",
                moment::to_text(theirs)
            );
            clock.theirs = None;
        }
        // The machine's clock may have been set since the run's start.
        let elapsed = at.saturating_duration_since(self.started).as_secs();
        let elapsed = TimeDelta::seconds(elapsed.cast_signed());
        self.at_start = ClockReading {
            theirs: clock.theirs.map(|theirs| theirs - elapsed),
            ours: self.run.started_at,
        };
        match self.at_start.error_text(SYSTEM.name) {
            Some(error) => log::warn!("{error}: set it"),
            None if clock.theirs.is_none() => {
                log::warn!("Callyzer sends no time: no date moves past the newest upload received");
            }
            None => {}
        }
        self.clock = Some(clock);
        self.store.keep_clock(PROVIDER, clock)
    }

    fn is_impossible(&self, theirs: Moment, ours: Moment) -> Result<bool> {
        let limit = theirs + LARGEST_LAG;
        Ok(ours > limit
            && self
                .store
                .newest_upload(PROVIDER)?
                .max(self.newest_upload)
                .is_some_and(|newest| newest > limit))
    }

    /// Whether the time is known well enough to judge days by it: Callyzer told it, or
    /// no upload contradicts this machine's.
    pub(super) fn is_time_known(&self) -> Result<bool> {
        let Some(clock) = self.clock else {
            return Ok(false);
        };
        let limit = self.times().now + LARGEST_LAG;
        Ok(clock.theirs.is_some()
            || self
                .store
                .newest_upload(PROVIDER)?
                .is_none_or(|newest| newest <= limit))
    }

    pub(super) fn times(&self) -> PassTimes {
        let started_at = self.run.started_at;
        let now = started_at - self.at_start.error().unwrap_or_default();
        PassTimes {
            now,
            end: now.min(started_at),
        }
    }

    /// How far a date of last synchronisation may move when all uploads of the slice are
    /// stored; None: not at all.
    pub(super) fn date_after(&self, slice: Window) -> Option<Moment> {
        let told = self.clock.and_then(|clock| clock.theirs);
        let limit = told.or(self.newest_upload)?;
        Some(limit.min(slice.to)).filter(|date| *date >= slice.from)
    }

    /// The day on which the run began.
    pub(super) fn today(&self) -> NaiveDate {
        moment::day_of(self.times().now, self.options.zone)
    }

    /// The start of that day.
    pub(super) fn midnight(&self) -> Moment {
        moment::from_local(self.today().and_time(NaiveTime::MIN), self.options.zone)
    }

    /// Whether this is the first day of the file, by whatever clock it began.
    pub(super) fn is_first_day(&self) -> Result<bool> {
        let first = self.store.first_success(PROVIDER)?;
        let day = first.map(|first| moment::day_of(first, self.options.zone));
        Ok(day.is_none_or(|day| day == self.today()))
    }
}
