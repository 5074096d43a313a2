//! Times as TeleCube writes them: local, without a zone.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::call::YEARS;
use crate::moment::{self, Moment, Window};
use crate::reason::{Cause, Reason};

const FORM: &str = "%Y-%m-%d %H:%M:%S";

/// The step in which the ends of an hour that occurs twice are looked for.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Reads `2022-12-29 11:24:57`.
pub fn read(text: &str, zone: Tz) -> Result<Moment, Reason> {
    local(text).map(|local| moment::from_local(local, zone))
}

/// Whether the time occurs twice in `zone`: then it was read as the first of both.
pub fn occurs_twice(text: &str, zone: Tz) -> bool {
    local(text).is_ok_and(|local| is_ambiguous(local, zone))
}

fn local(text: &str) -> Result<NaiveDateTime, Reason> {
    // A leap second, which chrono keeps in the nanoseconds, is no time of a call.
    let local = NaiveDateTime::parse_from_str(text, FORM).ok();
    local
        .filter(|local| YEARS.contains(&local.year()) && local.nanosecond() == 0)
        .ok_or_else(|| Cause::ImpossibleTime.of(&[&text]))
}

/// Local start and end of a window. One in the hour that occurs twice moves outward, so
/// that the hour is read whole.
pub fn bounds(window: Window, zone: Tz) -> (String, String) {
    let mut from = local_of(window.from, zone);
    let mut to = local_of(window.to, zone);
    while is_ambiguous(from, zone) {
        from = start_of_minute(from - MINUTE);
    }
    if from != local_of(window.from, zone) {
        from += MINUTE;
    }
    while is_ambiguous(to, zone) {
        to = start_of_minute(to) + MINUTE;
    }
    if to != local_of(window.to, zone) {
        to -= TimeDelta::seconds(1);
    }
    let text = |local: NaiveDateTime| local.format(FORM).to_string();
    (text(from), text(to))
}

fn local_of(moment: Moment, zone: Tz) -> NaiveDateTime {
    DateTime::with_timezone(&moment, &zone).naive_local()
}

fn is_ambiguous(local: NaiveDateTime, zone: Tz) -> bool {
    let moments = zone.from_local_datetime(&local);
    moments.earliest() != moments.latest()
}

fn start_of_minute(local: NaiveDateTime) -> NaiveDateTime {
    local - TimeDelta::seconds(local.second().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WARSAW: Tz = chrono_tz::Europe::Warsaw;

    #[test]
    fn times_are_local_in_both_nights_of_the_year() {
        for (text, utc) in [
            ("2022-12-29 11:24:57", "2022-12-29T10:24:57Z"),
            ("2026-07-28 10:41:09", "2026-07-28T08:41:09Z"),
            ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
            ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
        ] {
            assert_eq!(
                read(text, WARSAW).map(moment::to_text).as_deref(),
                Ok(utc),
                "{text}"
            );
        }
        for text in [
            "",
            "2026-02-30 10:00:00",
            "2026-07-28",
            "2026-07-28 10:41:60",
            "0026-07-28 10:41:09",
        ] {
            assert!(read(text, WARSAW).is_err(), "{text}");
        }
    }

    #[test]
    fn an_hour_that_occurs_twice_is_read_whole() {
        let bounds = |from: &str, to: &str| {
            let at = |text: &str| moment::from_text(&format!("2026-10-25T{text}Z")).unwrap();
            let window = Window {
                from: at(from),
                to: at(to),
            };
            let (from, to) = bounds(window, WARSAW);
            format!("{} {}", &from[11..], &to[11..])
        };
        // 00:30 UTC is 02:30 for the first time, 01:15 UTC is 02:15 for the second.
        assert_eq!(bounds("00:30:10", "01:15:20"), "02:00:00 02:59:59");
        assert_eq!(bounds("00:30:10", "03:15:20"), "02:00:00 04:15:20");
        assert_eq!(bounds("01:59:59", "02:00:00"), "02:00:00 03:00:00");
        assert_eq!(bounds("23:59:59", "23:59:59"), "00:59:59 00:59:59");
    }
}
