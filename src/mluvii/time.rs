//! Times as mluvii writes them.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::call::YEARS;
use crate::moment;
use crate::reason::{Cause, Reason};
use crate::scalar::Scalar;

/// A moment with its fraction of a second: phases are differences of such.
pub type Instant = DateTime<Utc>;

/// Reads `2024-05-02T16:05:24.454661+02:00`; the fraction may stand behind `:` or `,`. A
/// time without an offset is one of `zone`.
pub fn read(text: &str, zone: Tz) -> Result<Instant, Reason> {
    parse(text, zone)
        .filter(|at| YEARS.contains(&at.year()))
        .filter(|at| YEARS.contains(&moment::day_of(*at, zone).year()))
        .ok_or_else(|| Cause::ImpossibleTime.of(&[&text]))
}

/// Reads a field that may be absent.
pub fn read_field(field: &Scalar, zone: Tz) -> Result<Option<Instant>, Reason> {
    field.text().map(|text| read(text, zone)).transpose()
}

fn parse(text: &str, zone: Tz) -> Option<Instant> {
    let (day, rest) = NaiveDate::parse_and_remainder(text, "%Y-%m-%d").ok()?;
    // What no zone has a moment for is none either.
    let day = Some(day).filter(|day| YEARS.contains(&day.year()))?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = NaiveTime::parse_and_remainder(rest, "%H:%M:%S").ok()?;
    // A leap second, which chrono keeps in the nanoseconds, is no time of a call.
    let time = Some(time).filter(|time| time.nanosecond() == 0)?;
    let (fraction, offset) = fraction(rest)?;
    let local = day.and_time(time);
    let whole = match offset {
        "" => moment::from_local(local, zone),
        "Z" | "z" => local.and_utc(),
        _ => {
            let offset: FixedOffset = offset.parse().ok()?;
            local.and_local_timezone(offset).single()?.to_utc()
        }
    };
    Some(whole + fraction)
}

/// The fraction of a second at the start of a text, and what is behind it.
fn fraction(text: &str) -> Option<(TimeDelta, &str)> {
    let Some(rest) = text.strip_prefix(['.', ':', ',']) else {
        return Some((TimeDelta::zero(), text));
    };
    let end = rest.find(|sign: char| !sign.is_ascii_digit());
    let (digits, rest) = rest.split_at(end.unwrap_or(rest.len()));
    Some((nanoseconds(digits)?, rest))
}

/// What decimal digits behind a point are of a second; finer ones are cut off.
pub fn nanoseconds(digits: &str) -> Option<TimeDelta> {
    let first = digits.get(..digits.len().min(9))?;
    let nanoseconds: i64 = format!("{first:0<9}").parse().ok()?;
    (!digits.is_empty()).then_some(TimeDelta::nanoseconds(nanoseconds))
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;

    use super::*;

    #[test]
    fn a_time_has_an_offset_and_any_fraction() {
        for (text, utc) in [
            ("2024-05-02T16:05:24.454661+02:00", "14:05:24.454661Z"),
            ("2024-05-02T16:05:24.4546617+02:00", "14:05:24.454661700Z"),
            (
                "2024-05-02T16:05:24.45466171234+02:00",
                "14:05:24.454661712Z",
            ),
            ("2024-05-02T16:05:24:454661+02:00", "14:05:24.454661Z"),
            ("2024-05-02T16:05:24,454661+02:00", "14:05:24.454661Z"),
            ("2024-05-02T16:05:24+02:00", "14:05:24Z"),
            ("2024-05-02T16:05:24+0200", "14:05:24Z"),
            ("2024-05-02T14:05:24.1Z", "14:05:24.100Z"),
            ("2024-05-02T09:05:24-05:00", "14:05:24Z"),
            ("2024-05-02T16:05:24.5", "14:05:24.500Z"),
            ("2024-05-02 16:05:24", "14:05:24Z"),
        ] {
            let read = read(text, chrono_tz::Europe::Warsaw).unwrap();
            let read = read.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            assert_eq!(read, format!("2024-05-02T{utc}"), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2024-05-02",
            "2024-05-02T16:05",
            "2024-02-30T16:05:24Z",
            "2024-05-02T16:05:60Z",
            "2024-05-02T16:05:24.Z",
            "2024-05-02T16:05:24.5 CET",
            "2024-05-02T16:05:24+25:00",
            "0001-01-01T00:00:00Z",
            "2000-01-01T00:00:00+01:00",
            "2100-12-31T23:30:00Z",
            "+262142-12-31T23:59:59.9",
            "-262143-01-01T00:00:00",
            "yesterday",
        ] {
            assert!(read(text, chrono_tz::Europe::Warsaw).is_err(), "{text}");
        }
    }
}
