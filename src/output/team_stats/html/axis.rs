//! The axes of the charts: round numbers upwards, and days to the right.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::period::Period;
use crate::team_stats::Quantity;
use crate::text;

/// At most so many lines across a chart, beside the one at zero.
const LINES: f64 = 5.0;

/// The vertical axis, from zero to a round number.
#[derive(Clone, Copy, Debug)]
pub struct ValueAxis {
    unit: Unit,
    /// From one line to the next, in units.
    step: f64,
    lines: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    Calls,
    Minutes,
    Hours,
}

impl Unit {
    fn size(self) -> f64 {
        match self {
            Self::Calls => 1.0,
            Self::Minutes => 60.0,
            Self::Hours => 3600.0,
        }
    }
}

impl ValueAxis {
    /// The axis up to the greatest value.
    pub fn up_to(greatest: Quantity) -> Self {
        let value = greatest.number().unwrap_or_default();
        let unit = match greatest {
            Quantity::Time(_) if value < 2.0 * 3600.0 => Unit::Minutes,
            Quantity::Time(_) => Unit::Hours,
            Quantity::Count(_) | Quantity::Average(_) => Unit::Calls,
        };
        let value = value / unit.size();
        let step = round_step(value / LINES);
        let lines = (value / step).ceil().max(1.0) as u32;
        Self { unit, step, lines }
    }

    pub fn unit(self) -> Unit {
        self.unit
    }

    /// The height of a value, from 0 to 1.
    pub fn height(self, value: f64) -> f64 {
        value / self.unit.size() / (self.step * f64::from(self.lines))
    }

    /// The height and the label of each line.
    pub fn lines(self) -> impl Iterator<Item = (f64, String)> {
        (0..=self.lines).map(move |line| {
            let height = f64::from(line) / f64::from(self.lines);
            (height, format!("{:.0}", self.step * f64::from(line)))
        })
    }

    /// A value in the axis's unit, short enough for the top of a column.
    pub fn label(self, value: f64) -> String {
        let value = value / self.unit.size();
        let decimals = usize::from(self.unit == Unit::Hours && value < 99.95);
        text::decimal(value, decimals)
    }
}

/// The least of 1, 2, 5, 10, 20, 25, 50, 100, 200, 250 … that is not below `least`.
fn round_step(least: f64) -> f64 {
    let powers = (0..).map(|exponent| 10_f64.powi(exponent));
    let mut steps = powers.flat_map(|power| [1.0, 2.0, 2.5, 5.0].map(|factor| factor * power));
    steps
        .find(|step| *step >= least && step.fract() == 0.0)
        .unwrap_or(least)
}

/// The horizontal axis: one place for each day.
#[derive(Clone, Copy, Debug)]
pub struct DayAxis {
    first: NaiveDate,
    /// Number of days.
    pub days: i64,
}

impl DayAxis {
    pub fn of(period: Period) -> Self {
        Self {
            first: period.from,
            days: (period.to - period.from).num_days() + 1,
        }
    }

    /// The days with the place of their left edges, in percent.
    pub fn places(self) -> impl Iterator<Item = (NaiveDate, f64)> {
        let days = self.first.iter_days().zip(0..self.days);
        days.map(move |(day, number)| (day, number as f64 * self.width()))
    }

    /// The width of a day, in percent.
    pub fn width(self) -> f64 {
        100.0 / self.days as f64
    }

    /// The label at a day, if it has one: few days are all named, of many the Mondays, of
    /// more the months, then the years.
    pub fn label(self, day: NaiveDate) -> Option<String> {
        let (is_named, format) = match self.days {
            ..=7 => (true, "%d.%m"),
            8..=100 => (day.weekday() == Weekday::Mon, "%d.%m"),
            101..=400 => (day.day() == 1, "%m.%Y"),
            _ => (day.ordinal() == 1, "%Y"),
        };
        is_named.then(|| day.format(format).to_string())
    }
}

/// Whether a day is a Saturday or a Sunday.
pub fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_few_and_have_round_numbers() {
        for (greatest, expected) in [
            (Quantity::Count(0), "0 1"),
            (Quantity::Count(3), "0 1 2 3"),
            (Quantity::Count(13), "0 5 10 15"),
            (Quantity::Count(1_050), "0 250 500 750 1000 1250"),
            (Quantity::Time(Some(7_100.0)), "0 25 50 75 100 125"),
            (Quantity::Time(Some(90_000.0)), "0 5 10 15 20 25"),
        ] {
            let lines = ValueAxis::up_to(greatest).lines();
            let labels: Vec<_> = lines.map(|(_, label)| label).collect();
            assert_eq!(labels.join(" "), expected, "{greatest:?}");
        }
    }

    #[test]
    fn a_value_on_top_of_a_column_is_short() {
        let axis = |value| ValueAxis::up_to(Quantity::Time(Some(value)));
        for (value, expected) in [(5_400.0, "90"), (15_120.0, "4,2"), (444_000.0, "123")] {
            assert_eq!(axis(value).label(value), expected);
        }
    }

    #[test]
    fn labels_of_days_are_never_dense() {
        for (from, to, expected) in [
            ("2026-09-14", "2026-09-16", "14.09 15.09 16.09"),
            ("2026-09-01", "2026-09-30", "07.09 14.09 21.09 28.09"),
            (
                "2026-01-01",
                "2026-04-30",
                "01.2026 02.2026 03.2026 04.2026",
            ),
            ("2025-06-01", "2027-02-01", "2026 2027"),
        ] {
            let [from, to] = [from, to].map(|day| day.parse().unwrap());
            let axis = DayAxis::of(Period { from, to });
            let labels = axis.places().filter_map(|(day, _)| axis.label(day));
            assert_eq!(labels.collect::<Vec<_>>().join(" "), expected);
        }
    }
}
