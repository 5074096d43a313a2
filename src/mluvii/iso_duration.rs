//! Durations as ISO 8601 writes them: `PT1H2M3.5S`.

use chrono::TimeDelta;

use super::time;
use crate::reason::{Cause, Reason};
use crate::scalar::Scalar;

/// The units before the `T`, each with its seconds, and those behind it. Years and months,
/// which have no fixed length, are not read.
const DAYS: [(char, i64); 2] = [('W', 7 * 86_400), ('D', 86_400)];
const TIMES: [(char, i64); 3] = [('H', 3_600), ('M', 60), ('S', 1)];

/// No duration of a call is longer than the years in which somebody may have phoned.
const LONGEST: TimeDelta = TimeDelta::days(100 * 365);

/// Reads a field that may be absent.
pub fn read_field(field: &Scalar) -> Result<Option<TimeDelta>, Reason> {
    field.text().map(read).transpose()
}

/// Reads weeks, days, hours, minutes and seconds, perhaps with a sign; the seconds may
/// have a fraction.
pub fn read(text: &str) -> Result<TimeDelta, Reason> {
    parse(text)
        .filter(|duration| duration.abs() <= LONGEST)
        .ok_or_else(|| Cause::ImpossibleDuration.of(&[&text]))
}

fn parse(text: &str) -> Option<TimeDelta> {
    let text = text.to_ascii_uppercase();
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let units = unsigned.strip_prefix('P')?;
    let (days, times) = match units.split_once('T') {
        Some((days, times)) if !times.is_empty() => (days, times),
        Some(_) => return None,
        None => (units, ""),
    };
    if days.is_empty() && times.is_empty() {
        return None;
    }
    let sum = parts(days, &DAYS)?.checked_add(&parts(times, &TIMES)?)?;
    Some(if is_negative { -sum } else { sum })
}

/// The sum of numbers with their units, which stand in the units' order.
fn parts(text: &str, units: &[(char, i64)]) -> Option<TimeDelta> {
    let (mut sum, mut rest) = (TimeDelta::zero(), text);
    for (unit, seconds) in units {
        if let Some((number, behind)) = rest.split_once(*unit) {
            sum = sum.checked_add(&part(number, *seconds)?)?;
            rest = behind;
        }
    }
    rest.is_empty().then_some(sum)
}

fn part(number: &str, seconds: i64) -> Option<TimeDelta> {
    let (whole, fraction) = match number.split_once(['.', ',']) {
        Some((whole, digits)) if seconds == 1 => (whole, time::nanoseconds(digits)?),
        Some(_) => return None,
        None => (number, TimeDelta::zero()),
    };
    let is_number = whole.bytes().all(|sign| sign.is_ascii_digit());
    let whole: i64 = Some(whole).filter(|_| is_number)?.parse().ok()?;
    TimeDelta::try_seconds(whole.checked_mul(seconds)?)?.checked_add(&fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_the_sum_of_its_parts() {
        for (text, milliseconds) in [
            ("PT0S", 0),
            ("PT42S", 42_000),
            ("PT1M3.5S", 63_500),
            ("PT1M3,5S", 63_500),
            ("PT1H2M3S", 3_723_000),
            ("PT90M", 5_400_000),
            ("P1DT1S", 86_401_000),
            ("P2W", 1_209_600_000),
            ("P1D", 86_400_000),
            ("PT7.9999999S", 7_999),
            ("pt5s", 5_000),
            ("+PT5S", 5_000),
            ("-PT5.5S", -5_500),
        ] {
            assert_eq!(
                read(text).unwrap().num_milliseconds(),
                milliseconds,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_duration_is_told() {
        for text in [
            "",
            "P",
            "PT",
            "P1DT",
            "42",
            "00:01:03",
            "PT1S2M",
            "PT1.5M",
            "PT.S",
            "PT1.S",
            "PT-5S",
            "P1Y",
            "P1M",
            "PT1X",
            "PTS",
            "PT1S1S",
            "P99999D",
            "PT99999999999999999999S",
            "PT9223372036854775807H",
        ] {
            let reason = read(text).unwrap_err();
            assert_eq!(reason.as_str(), format!("impossible duration '{text}'"));
        }
    }
}
