//! What the passes of all telephony systems share: their options, what time it is for
//! them, which closed days are due, how a failure ends them, how far they are.

pub mod clock;
pub mod due_days;
pub mod late_dates;
pub mod progress;
pub mod steps;
pub mod window_pass;

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::moment::{Moment, Window};
use crate::reading::Scope;
use clock::PassTimes;

const SECOND: TimeDelta = TimeDelta::seconds(1);

/// The longest part of a window that is asked for at once.
pub const SLICE: TimeDelta = TimeDelta::days(1);

/// A closed day, or another question that failed, rests so long.
pub const RETRY_AFTER: TimeDelta = TimeDelta::hours(1);

/// What a pass is to read.
#[derive(Clone, Copy, Debug)]
pub struct PassOptions {
    pub scope: Scope,
    /// The account's, in which days begin.
    pub zone: Tz,
    /// How far a window goes back before the date of last synchronisation.
    pub overlap: TimeDelta,
    /// How far it goes back without a date.
    pub initial: TimeDelta,
    /// Closed days that are read again once a day; 0: none are.
    pub reread_days: u64,
    /// Where the first day begins that was not purged: nothing before it is read.
    pub not_before: Option<Moment>,
}

impl PassOptions {
    /// What is to be read since a date of last synchronisation; None: never synchronised.
    /// The window ends at the times' end, and a later date counts as that. Without a date
    /// there is no window before this machine's clock has come so far.
    pub fn window_since(&self, date: Option<Moment>, times: PassTimes) -> Option<Window> {
        let PassTimes { now, end } = times;
        let last_second = end - SECOND;
        let from = match date {
            // A bound may be exclusive.
            Some(date) => date.min(end) - self.overlap.max(SECOND),
            None => Some(now - self.initial).filter(|from| *from < end)?,
        };
        let from = from.max(self.not_before.unwrap_or(from));
        let from = from.min(last_second);
        Some(Window { from, to: end })
    }

    pub fn reads_window(&self) -> bool {
        matches!(self.scope, Scope::Window(_))
    }
}
