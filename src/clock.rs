//! This machine's clock beside that of a telephony system.

use std::time::Instant;

use chrono::TimeDelta;

use crate::moment::Moment;

/// A synchronised clock is right to the second; one that is off by more is not.
const LARGEST_ERROR: TimeDelta = TimeDelta::minutes(1);

/// What both clocks showed when an answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// None: the system told no time.
    pub theirs: Option<Moment>,
    pub ours: Moment,
}

impl ClockReading {
    /// How far this machine's clock is ahead of the system's, negative if it is
    /// behind; None if the clocks agree or the system told no time.
    pub fn error(self) -> Option<TimeDelta> {
        let error = self.ours - self.theirs?;
        (error.abs() > LARGEST_ERROR).then_some(error)
    }

    /// Says in which way the clocks differ, if they do.
    pub fn error_text(self, system: &str) -> Option<String> {
        let seconds = self.error()?.num_seconds();
        let way = if seconds > 0 { "ahead of" } else { "behind" };
        let seconds = seconds.abs();
        Some(format!(
            "this machine's clock is {seconds} s {way} {system}'s"
        ))
    }
}

/// A reading, and when it was taken by a clock that nobody can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeardClock {
    pub reading: ClockReading,
    pub at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment;

    #[test]
    fn clocks_agree_up_to_a_minute() {
        let theirs = moment::now();
        for (seconds, expected) in [
            (0, false),
            (60, false),
            (-60, false),
            (61, true),
            (-61, true),
        ] {
            let ours = theirs + TimeDelta::seconds(seconds);
            let reading = ClockReading {
                theirs: Some(theirs),
                ours,
            };
            let error = TimeDelta::seconds(seconds);
            assert_eq!(reading.error(), expected.then_some(error), "{seconds}");
            assert_eq!(ClockReading { theirs: None, ours }.error(), None);
        }
    }
}
