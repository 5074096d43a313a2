//! A period of days: a month, a quarter, or from one day to another.

use chrono::{Datelike, Months, NaiveDate};

/// The days from `from` to `to`, both included, in the account's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// The month of a day.
    pub fn month_of(day: NaiveDate) -> Self {
        Self::months(day.year(), day.month(), 1).unwrap_or(Self { from: day, to: day })
    }

    /// The days from `--from` to `--to`.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Result<Self, String> {
        if from > to {
            return Err(format!("--from {from} is after --to {to}"));
        }
        Ok(Self { from, to })
    }

    /// Parses `YYYY-MM`.
    pub fn parse_month(text: &str) -> Result<Self, String> {
        year_and_rest(text)
            .and_then(|(year, month)| Self::months(year, two_digits(month)?, 1))
            .ok_or_else(|| format!("'{text}' is no month: write YYYY-MM"))
    }

    /// Parses `YYYY-Qn`.
    pub fn parse_quarter(text: &str) -> Result<Self, String> {
        let quarter = |text: &str| match text {
            "Q1" | "q1" => Some(1),
            "Q2" | "q2" => Some(4),
            "Q3" | "q3" => Some(7),
            "Q4" | "q4" => Some(10),
            _ => None,
        };
        year_and_rest(text)
            .and_then(|(year, name)| Self::months(year, quarter(name)?, 3))
            .ok_or_else(|| format!("'{text}' is no quarter: write YYYY-Q1 to YYYY-Q4"))
    }

    fn months(year: i32, first: u32, count: u32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let to = from.checked_add_months(Months::new(count))?.pred_opt()?;
        Some(Self { from, to })
    }
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

    fn days(period: Result<Period, String>) -> Option<String> {
        let period = period.ok()?;
        Some(format!("{} {}", period.from, period.to))
    }

    #[test]
    fn a_month_and_a_quarter_have_their_first_and_last_days() {
        for (text, expected) in [
            ("2026-11", "2026-11-01 2026-11-30"),
            ("2026-12", "2026-12-01 2026-12-31"),
            ("2028-02", "2028-02-01 2028-02-29"),
        ] {
            assert_eq!(days(Period::parse_month(text)).as_deref(), Some(expected));
        }
        for (text, expected) in [
            ("2026-Q1", "2026-01-01 2026-03-31"),
            ("2026-Q2", "2026-04-01 2026-06-30"),
            ("2026-q3", "2026-07-01 2026-09-30"),
            ("2026-Q4", "2026-10-01 2026-12-31"),
        ] {
            assert_eq!(days(Period::parse_quarter(text)).as_deref(), Some(expected));
        }
        let day = parse_day("2026-02-14").unwrap();
        assert_eq!(
            days(Ok(Period::month_of(day))).as_deref(),
            Some("2026-02-01 2026-02-28")
        );
    }

    #[test]
    fn an_invalid_period_is_refused() {
        for text in [
            "", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-Q1", "+026-01",
        ] {
            assert!(Period::parse_month(text).is_err(), "{text}");
        }
        for text in [
            "2026-Q0", "2026-Q5", "2026Q1", "2026-1", "2026-Q11", "Q1-2026",
        ] {
            assert!(Period::parse_quarter(text).is_err(), "{text}");
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
