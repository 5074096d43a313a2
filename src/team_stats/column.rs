//! The columns of the report.

use std::str::FromStr;

use super::measure::Measure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Advisor,
    Manager,
    Day,
    Measure(Measure),
}

impl Column {
    /// All columns of all reports.
    pub fn all() -> impl Iterator<Item = Self> {
        let labels = [Self::Advisor, Self::Manager, Self::Day];
        labels.into_iter().chain(Self::measures())
    }

    /// The columns of a report by day or by advisor, from left to right.
    pub fn of_report(by_day: bool) -> Vec<Self> {
        let labels: &[Self] = if by_day {
            &[Self::Day]
        } else {
            &[Self::Advisor, Self::Manager]
        };
        labels.iter().copied().chain(Self::measures()).collect()
    }

    fn measures() -> impl Iterator<Item = Self> {
        Measure::ALL.into_iter().map(Self::Measure)
    }

    /// The name in `--sort`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Advisor => "advisor",
            Self::Manager => "manager",
            Self::Day => "day",
            Self::Measure(measure) => measure.name(),
        }
    }
}

impl FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::all()
            .find(|column| column.name() == text)
            .ok_or_else(|| format!("'{text}' is no column"))
    }
}
