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
        labels.into_iter().chain(Measure::ALL.map(Self::Measure))
    }

    /// The columns of a report by day or by advisor, from left to right.
    pub fn of_report(by_day: bool) -> Vec<Self> {
        let labels: &[Self] = if by_day {
            &[Self::Day]
        } else {
            &[Self::Advisor, Self::Manager]
        };
        let measures = Measure::of_report(by_day).map(Self::Measure);
        labels.iter().copied().chain(measures).collect()
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

/// A column and the direction to sort it in: `COLUMN` or `-COLUMN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: Column,
    /// Numbers ascend and names descend, instead of the other way round.
    pub is_reverse: bool,
}

impl From<Column> for Sort {
    fn from(column: Column) -> Self {
        Self {
            column,
            is_reverse: false,
        }
    }
}
