//! Times of a report's rows, in the forms that Dialog may write.

use chrono::{DateTime, Datelike, NaiveDateTime, SubsecRound, Timelike};
use chrono_tz::Tz;

use crate::call::YEARS;
use crate::moment::{self, Moment};
use crate::reason::{Cause, Reason};

/// Local times, with or without fractions of a second.
const LOCAL_FORMS: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];

/// A greater number counts milliseconds: as seconds it would be the year 5138.
const MOST_SECONDS: i64 = 100_000_000_000;

/// Reads RFC 3339, a local time in `zone`, or Unix seconds or milliseconds; to the second.
pub fn read(text: &str, zone: Tz) -> Result<Moment, Reason> {
    let rfc_3339 = || {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.to_utc())
    };
    let moment = unix(text).or_else(rfc_3339).or_else(|| local(text, zone));
    // A leap second, which chrono keeps in the nanoseconds, is no time of a call.
    moment
        .filter(|at| YEARS.contains(&at.year()) && at.nanosecond() < 1_000_000_000)
        .filter(|at| YEARS.contains(&moment::day_of(*at, zone).year()))
        .map(|at| at.trunc_subsecs(0))
        .ok_or_else(|| Cause::ImpossibleTime.of(&[&text]))
}

fn unix(text: &str) -> Option<Moment> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match whole.parse().ok()? {
        seconds @ ..MOST_SECONDS => DateTime::from_timestamp(seconds, 0),
        milliseconds => DateTime::from_timestamp_millis(milliseconds),
    }
}

fn local(text: &str, zone: Tz) -> Option<Moment> {
    let mut forms = LOCAL_FORMS.iter();
    let local = forms.find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    // What no zone has a moment for is none either.
    let local = Some(local).filter(|local| YEARS.contains(&local.year()))?;
    Some(moment::from_local(local, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_many_forms() {
        for (text, utc) in [
            ("2026-07-28T10:41:09+02:00", "2026-07-28T08:41:09Z"),
            ("2026-07-28T08:41:09.096Z", "2026-07-28T08:41:09Z"),
            ("2026-07-28 08:41:09Z", "2026-07-28T08:41:09Z"),
            ("2026-07-28 13:41:09", "2026-07-28T08:41:09Z"),
            ("2026-07-28T13:41:09", "2026-07-28T08:41:09Z"),
            ("2026-07-28T13:41:09.999", "2026-07-28T08:41:09Z"),
            ("1785228069", "2026-07-28T08:41:09Z"),
            ("1785228069.7", "2026-07-28T08:41:09Z"),
            ("1785228069700", "2026-07-28T08:41:09Z"),
        ] {
            let read = read(text, chrono_tz::Asia::Yekaterinburg);
            assert_eq!(read.map(moment::to_text).as_deref(), Ok(utc), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_of_a_call_is_refused() {
        for text in [
            "yesterday",
            "28.07.2026 10:41",
            "2026-02-30 10:00:00",
            "2026-07-28",
            "2026-07-28 10:41:60",
            "2026-07-28T10:41:60Z",
            "0",
            "-5",
            "17852280690000000",
            "1785228069.x",
            "1999-12-31T23:59:59Z",
            "2100-12-31T23:30:00Z",
            "9223372036854775807",
            "+262142-12-31 23:59:59",
            "-262143-01-01 00:00:00",
        ] {
            let reason = read(text, chrono_tz::Europe::Warsaw).unwrap_err();
            assert_eq!(reason.as_str(), format!("impossible time '{text}'"));
        }
    }
}
