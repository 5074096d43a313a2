//! Days, months and quarters as the command line names them.

use chrono::{Datelike, NaiveDate};

use super::Period;

/// A month or quarter as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodName {
    Of(Period),
    LastMonth,
    LastQuarter,
}

impl PeriodName {
    /// Parses `YYYY-MM` or `last`.
    pub fn parse_month(text: &str) -> Result<Self, String> {
        let month = || {
            let (year, month) = year_and_rest(text)?;
            Some(Self::Of(Period::months(year, two_digits(month)?, 1)?))
        };
        last(text, Self::LastMonth)
            .or_else(month)
            .ok_or_else(|| format!("'{text}' is no month: write YYYY-MM, or last"))
    }

    /// Parses `YYYY-Qn` or `last`.
    pub fn parse_quarter(text: &str) -> Result<Self, String> {
        let quarter = |text: &str| match text {
            "Q1" | "q1" => Some(1),
            "Q2" | "q2" => Some(4),
            "Q3" | "q3" => Some(7),
            "Q4" | "q4" => Some(10),
            _ => None,
        };
        let quarter = || {
            let (year, name) = year_and_rest(text)?;
            Some(Self::Of(Period::months(year, quarter(name)?, 3)?))
        };
        last(text, Self::LastQuarter)
            .or_else(quarter)
            .ok_or_else(|| format!("'{text}' is no quarter: write YYYY-Q1 to YYYY-Q4, or last"))
    }

    /// The days that are meant. The last month or quarter is the one before today's.
    pub fn days(self, today: NaiveDate) -> Period {
        let months = match self {
            Self::Of(period) => return period,
            Self::LastMonth => 1,
            Self::LastQuarter => 3,
        };
        let first = today.month0() / months * months + 1;
        let current = Period::months(today.year(), first, months);
        let last = current.and_then(|period| period.whole_before(months));
        last.unwrap_or(Period::month_of(today))
    }
}

fn last(text: &str, name: PeriodName) -> Option<PeriodName> {
    (text == "last").then_some(name)
}

/// Parses `YYYY-MM-DD`.
pub fn parse_day(text: &str) -> Result<NaiveDate, String> {
    year_and_rest(text)
        .and_then(|(year, rest)| {
            let (month, day) = rest.split_once('-')?;
            NaiveDate::from_ymd_opt(year, two_digits(month)?, two_digits(day)?)
        })
        .ok_or_else(|| format!("'{text}' is no day: write YYYY-MM-DD"))
}

fn year_and_rest(text: &str) -> Option<(i32, &str)> {
    let (year, rest) = text.split_once('-')?;
    Some((i32::try_from(digits(year, 4)?).ok()?, rest))
}

fn two_digits(text: &str) -> Option<u32> {
    digits(text, 2)
}

fn digits(text: &str, count: usize) -> Option<u32> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() == count && all_digits).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::tests::{TODAY, day, period};

    fn month(text: &str) -> Period {
        PeriodName::parse_month(text).unwrap().days(day(TODAY))
    }

    fn quarter(text: &str) -> Period {
        PeriodName::parse_quarter(text).unwrap().days(day(TODAY))
    }

    #[test]
    fn a_month_and_a_quarter_have_their_first_and_last_days() {
        for (text, from, to) in [
            ("2026-11", "2026-11-01", "2026-11-30"),
            ("2026-12", "2026-12-01", "2026-12-31"),
            ("2028-02", "2028-02-01", "2028-02-29"),
            ("last", "2026-10-01", "2026-10-31"),
        ] {
            assert_eq!(month(text), period(from, to), "{text}");
        }
        for (text, from, to) in [
            ("2026-Q1", "2026-01-01", "2026-03-31"),
            ("2026-Q2", "2026-04-01", "2026-06-30"),
            ("2026-q3", "2026-07-01", "2026-09-30"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("last", "2026-07-01", "2026-09-30"),
        ] {
            assert_eq!(quarter(text), period(from, to), "{text}");
        }
        let february = period("2026-02-01", "2026-02-28");
        assert_eq!(Period::month_of(day("2026-02-14")), february);
    }

    #[test]
    fn the_last_month_and_quarter_of_january_are_those_of_the_former_year() {
        let january = day("2026-01-31");
        let last_month = period("2025-12-01", "2025-12-31");
        let last_quarter = period("2025-10-01", "2025-12-31");
        assert_eq!(PeriodName::LastMonth.days(january), last_month);
        assert_eq!(PeriodName::LastQuarter.days(january), last_quarter);
    }

    #[test]
    fn an_invalid_period_is_refused() {
        for text in [
            "", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-Q1", "+026-01",
        ] {
            assert!(PeriodName::parse_month(text).is_err(), "{text}");
        }
        for text in [
            "2026-Q0", "2026-Q5", "2026Q1", "2026-1", "2026-Q11", "Q1-2026",
        ] {
            assert!(PeriodName::parse_quarter(text).is_err(), "{text}");
        }
        for text in [
            "2026-02-30",
            "2026-2-3",
            "12026-01-01",
            "2026-01-01-01",
            "yesterday",
        ] {
            assert!(parse_day(text).is_err(), "{text}");
        }
    }
}
