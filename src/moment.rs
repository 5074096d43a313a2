//! Moments in UTC, days in the account's zone, windows between two moments.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    SecondsFormat, SubsecRound, TimeDelta, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;

/// A moment in UTC, to the second.
pub type Moment = DateTime<Utc>;

pub fn now() -> Moment {
    Utc::now().trunc_subsecs(0)
}

/// The form of every moment in the database and in JSON: `2026-07-28T08:41:09Z`.
pub fn to_text(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub fn from_text(text: &str) -> chrono::ParseResult<Moment> {
    Ok(DateTime::parse_from_rfc3339(text)?.to_utc())
}

/// The moment at which a wall clock in `zone` shows `local`. An hour that occurs
/// twice counts as its first occurrence. A time in an hour that does not exist is
/// read as if the clock had not been put forward yet.
pub fn from_local(local: NaiveDateTime, zone: Tz) -> Moment {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => moment.to_utc(),
        LocalResult::None => {
            let before = zone
                .offset_from_utc_datetime(&(local - TimeDelta::days(1)))
                .fix();
            (local - before).and_utc()
        }
    }
}

pub fn day_of(moment: Moment, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

/// Reads a TIME of the command line or a CSV file: RFC 3339, or
/// `YYYY-MM-DD[THH:MM[:SS]]` in `zone`.
pub fn parse_time(text: &str, zone: Tz) -> Result<Moment, String> {
    let rfc_3339 = DateTime::parse_from_rfc3339(text).ok();
    let rfc_3339 = rfc_3339.and_then(|moment| with_text(moment.to_utc()));
    rfc_3339
        .or_else(|| parse_local(text, ("%Y-%m-%d", &["T%H:%M:%S", "T%H:%M"]), zone))
        .ok_or_else(|| format!("'{text}' is not a time: write YYYY-MM-DD[THH:MM[:SS]] or RFC 3339"))
}

/// Reads a day in `zone` and the time behind it, each in chrono's notation; without a time,
/// midnight.
pub fn parse_local(text: &str, (day, times): (&str, &[&str]), zone: Tz) -> Option<Moment> {
    let (day, rest) = NaiveDate::parse_and_remainder(text, day).ok()?;
    let read = |form: &&str| NaiveTime::parse_from_str(rest, form).ok();
    let time = match rest {
        "" => NaiveTime::MIN,
        _ => times.iter().find_map(read)?,
    };
    let day = Some(day).filter(|day| YEARS_WITH_TEXT.contains(&day.year()))?;
    with_text(from_local(day.and_time(time), zone))
}

/// The years in UTC whose moments have a text that is read back and sorted among others.
const YEARS_WITH_TEXT: RangeInclusive<i32> = 1000..=9999;

/// A moment to the second, unless no text stands for it. A leap second, which chrono keeps in
/// the nanoseconds, is none.
fn with_text(moment: Moment) -> Option<Moment> {
    let is_leap_second = moment.nanosecond() >= 1_000_000_000;
    let moment = Some(moment).filter(|moment| YEARS_WITH_TEXT.contains(&moment.year()));
    moment
        .filter(|_| !is_leap_second)
        .map(|moment| moment.trunc_subsecs(0))
}

/// From `from` to `to`, `from` before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Moment,
    pub to: Moment,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "from {} to {}", to_text(self.from), to_text(self.to))
    }
}

impl Window {
    /// A day of the account's zone, from its midnight to the second before the next: 23, 24 or 25 hours.
    pub fn of_day(day: NaiveDate, zone: Tz) -> Self {
        let midnight = |day: NaiveDate| from_local(day.and_time(NaiveTime::MIN), zone);
        Self {
            from: midnight(day),
            to: midnight(day + Days::new(1)) - TimeDelta::seconds(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WARSAW: Tz = chrono_tz::Europe::Warsaw;

    fn at(text: &str) -> Moment {
        from_text(text).unwrap()
    }

    #[test]
    fn an_hour_that_occurs_twice_takes_the_first_and_one_that_does_not_exist_moves_forward() {
        for (local, utc) in [
            ("2026-07-28T10:41:09", "2026-07-28T08:41:09Z"),
            ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
            ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),
            ("2026-03-29T02:59:59", "2026-03-29T01:59:59Z"),
        ] {
            assert_eq!(
                to_text(from_local(local.parse().unwrap(), WARSAW)),
                utc,
                "{local}"
            );
        }
    }

    #[test]
    fn a_day_has_23_24_or_25_hours() {
        for (day, from, to) in [
            ("2026-07-28", "2026-07-27T22:00:00Z", "2026-07-28T21:59:59Z"),
            ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"),
        ] {
            let window = Window::of_day(day.parse().unwrap(), WARSAW);
            assert_eq!((window.from, window.to), (at(from), at(to)), "{day}");
        }
    }

    #[test]
    fn a_time_is_rfc_3339_or_local() {
        for (text, utc) in [
            ("2026-07-28", "2026-07-27T22:00:00Z"),
            ("2026-07-28T10:41", "2026-07-28T08:41:00Z"),
            ("2026-07-28T10:41:09", "2026-07-28T08:41:09Z"),
            ("2026-07-28T10:41:09Z", "2026-07-28T10:41:09Z"),
            ("2026-07-28T10:41:09.9+02:00", "2026-07-28T08:41:09Z"),
        ] {
            assert_eq!(
                parse_time(text, WARSAW).map(to_text).as_deref(),
                Ok(utc),
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2026-02-30",
            "28.07.2026",
            "2026-07-28 10:41",
            "26-07-28",
            "2026-12-31T23:59:60",
            "2026-12-31T23:59:60Z",
            "9999-12-31T23:59:59-01:00",
            "1000-01-01",
            "0000-01-01T00:00:00+01:00",
        ] {
            assert!(parse_time(text, WARSAW).is_err(), "{text}");
        }
    }
}
