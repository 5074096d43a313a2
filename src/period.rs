//! A period of days: a month, a quarter, or from one day to another.

mod name;

use chrono::{Datelike, Days, Months, NaiveDate};

pub use name::{PeriodName, parse_day};

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

    pub fn contains(self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The part that is over or runs today: up to today, if today is in the period.
    pub fn until(self, today: NaiveDate) -> Self {
        let to = if self.contains(today) { today } else { self.to };
        Self { to, ..self }
    }

    /// The period to compare with: of a month or quarter the one before, of other days as
    /// many days before. Of a period that runs today the same days of the month or quarter
    /// before, as far as it has them, or as many days before as have begun.
    pub fn before(self, today: NaiveDate) -> Self {
        let begun = self.until(today);
        let before = match self.whole_months() {
            None => begun.days_before(),
            Some(months) if self.contains(today) => begun.back(months),
            Some(months) => self.whole_before(months),
        };
        before.unwrap_or(self)
    }

    /// The months of a whole month or quarter.
    fn whole_months(self) -> Option<u32> {
        let (year, month) = (self.from.year(), self.from.month());
        let is_whole = |count: &u32| Self::months(year, month, *count) == Some(self);
        let counts = if month % 3 == 1 { &[1, 3][..] } else { &[1] };
        counts.iter().copied().find(is_whole)
    }

    fn whole_before(self, months: u32) -> Option<Self> {
        let from = self.from.checked_sub_months(Months::new(months))?;
        Self::months(from.year(), from.month(), months)
    }

    /// Moved back by months; a day that a month does not have is its last one.
    fn back(self, months: u32) -> Option<Self> {
        let earlier = |day: NaiveDate| day.checked_sub_months(Months::new(months));
        Some(Self {
            from: earlier(self.from)?,
            to: earlier(self.to)?,
        })
    }

    fn days_before(self) -> Option<Self> {
        let days = (self.to - self.from).num_days().unsigned_abs();
        let to = self.from.pred_opt()?;
        let from = to.checked_sub_days(Days::new(days))?;
        Some(Self { from, to })
    }

    fn months(year: i32, first: u32, count: u32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let to = from.checked_add_months(Months::new(count))?.pred_opt()?;
        Some(Self { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub const TODAY: &str = "2026-11-24";

    pub fn day(text: &str) -> NaiveDate {
        parse_day(text).unwrap()
    }

    pub fn period(from: &str, to: &str) -> Period {
        Period::between(day(from), day(to)).unwrap()
    }

    #[test]
    fn a_period_is_compared_with_the_one_before_and_one_that_runs_with_its_same_days() {
        for (from, to, today, before_from, before_to) in [
            // Months and quarters that are over.
            (
                "2026-10-01",
                "2026-10-31",
                TODAY,
                "2026-09-01",
                "2026-09-30",
            ),
            (
                "2026-01-01",
                "2026-01-31",
                TODAY,
                "2025-12-01",
                "2025-12-31",
            ),
            (
                "2026-07-01",
                "2026-09-30",
                TODAY,
                "2026-04-01",
                "2026-06-30",
            ),
            // Those that run today.
            (
                "2026-11-01",
                "2026-11-30",
                TODAY,
                "2026-10-01",
                "2026-10-24",
            ),
            (
                "2026-03-01",
                "2026-03-31",
                "2026-03-31",
                "2026-02-01",
                "2026-02-28",
            ),
            (
                "2026-10-01",
                "2026-12-31",
                TODAY,
                "2026-07-01",
                "2026-08-24",
            ),
            // Days, of which three months are a quarter only at its start.
            (
                "2026-11-17",
                "2026-11-21",
                TODAY,
                "2026-11-12",
                "2026-11-16",
            ),
            (
                "2026-11-20",
                "2026-11-30",
                TODAY,
                "2026-11-15",
                "2026-11-19",
            ),
            (
                "2026-02-01",
                "2026-04-30",
                TODAY,
                "2025-11-04",
                "2026-01-31",
            ),
            (
                "2026-11-24",
                "2026-11-24",
                TODAY,
                "2026-11-23",
                "2026-11-23",
            ),
            (
                "2027-01-01",
                "2027-01-31",
                TODAY,
                "2026-12-01",
                "2026-12-31",
            ),
        ] {
            let before = period(from, to).before(day(today));
            assert_eq!(before, period(before_from, before_to), "{from} {to}");
        }
    }
}
