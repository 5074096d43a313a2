//! The measures of an advisor, a day or a team.

use crate::call::Figures;
use crate::store::team_stats::Total;

/// A column of numbers in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Incoming,
    Outgoing,
    Missed,
    Rejected,
    /// Incoming and outgoing calls.
    Calls,
    TalkTime,
    /// Talk time per call.
    MeanCall,
    /// Days with calls, counted for each advisor.
    Days,
    /// The same of one day: advisors with calls.
    Advisors,
    /// Talk time per day with calls.
    MeanDay,
    CallsPerDay,
}

impl Measure {
    /// All measures of all reports.
    pub const ALL: [Self; 11] = [
        Self::Incoming,
        Self::Outgoing,
        Self::Missed,
        Self::Rejected,
        Self::Calls,
        Self::TalkTime,
        Self::MeanCall,
        Self::Days,
        Self::Advisors,
        Self::MeanDay,
        Self::CallsPerDay,
    ];

    /// The measures of an advisor, or those of a day.
    pub fn of_report(by_day: bool) -> impl Iterator<Item = Self> {
        let other = if by_day { Self::Days } else { Self::Advisors };
        Self::ALL.into_iter().filter(move |one| *one != other)
    }

    /// The name in JSON and in `--sort`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
            Self::Missed => "missed",
            Self::Rejected => "rejected",
            Self::Calls => "calls",
            Self::TalkTime => "talk_time_s",
            Self::MeanCall => "mean_call_s",
            Self::Days => "days",
            Self::Advisors => "advisors",
            Self::MeanDay => "mean_day_s",
            Self::CallsPerDay => "calls_per_day",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    Count(i64),
    /// Seconds; `None` for an average of nothing.
    Time(Option<f64>),
    Average(Option<f64>),
}

impl Quantity {
    /// As it is shown: whole seconds, and two decimals.
    pub fn rounded(self) -> Self {
        match self {
            Self::Count(_) => self,
            Self::Time(seconds) => Self::Time(seconds.map(f64::round)),
            Self::Average(number) => {
                Self::Average(number.map(|number| (number * 100.0).round() / 100.0))
            }
        }
    }

    /// The same kind of quantity.
    pub fn with(self, number: f64) -> Self {
        match self {
            Self::Count(_) => Self::Count(number as i64),
            Self::Time(_) => Self::Time(Some(number)),
            Self::Average(_) => Self::Average(Some(number)),
        }
    }

    pub fn number(self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(count as f64),
            Self::Time(number) | Self::Average(number) => number,
        }
    }
}

/// The measures of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Numbers {
    figures: Figures,
    days: i64,
    mean_call_s: Option<f64>,
    mean_day_s: Option<f64>,
    calls_per_day: Option<f64>,
}

/// The measures of a row in the period and in the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Compared {
    pub current: Numbers,
    /// None: nothing is held of it, or it is not compared.
    pub previous: Option<Numbers>,
}

impl Numbers {
    /// The measures of an advisor's days, or of a day's advisors.
    pub fn of(total: &Total) -> Self {
        let Total { figures, days, .. } = *total;
        let total = Self {
            figures,
            days,
            ..Self::default()
        };
        total.with_averages()
    }

    /// The averages to a call, and to a day with calls.
    fn with_averages(self) -> Self {
        let (calls, talk_time_s) = (answered(&self.figures), self.figures.talk_time_s);
        Self {
            mean_call_s: quotient(talk_time_s, calls),
            mean_day_s: quotient(talk_time_s, self.days),
            calls_per_day: quotient(calls, self.days),
            ..self
        }
    }

    /// Counts and times, without averages.
    fn sum(rows: &[Self]) -> Self {
        let mut sum = Self::default();
        for row in rows {
            sum.figures += row.figures;
            sum.days += row.days;
        }
        sum
    }

    /// Adds up counts and times; averages are means over the advisors with calls.
    pub fn of_advisors(advisors: &[Self]) -> Self {
        let summary = Self::sum(advisors);
        let mean = |average: fn(&Self) -> Option<f64>| mean(advisors.iter().filter_map(average));
        Self {
            mean_call_s: mean(|advisor| advisor.mean_call_s),
            mean_day_s: mean(|advisor| advisor.mean_day_s),
            calls_per_day: mean(|advisor| advisor.calls_per_day),
            ..summary
        }
    }

    /// Adds up counts and times; averages are those of all calls and all days of advisors,
    /// as in each row of days.
    pub fn of_days(rows: &[Self]) -> Self {
        Self::sum(rows).with_averages()
    }

    pub fn value(&self, measure: Measure) -> Quantity {
        match measure {
            Measure::Incoming => Quantity::Count(self.figures.incoming),
            Measure::Outgoing => Quantity::Count(self.figures.outgoing),
            Measure::Missed => Quantity::Count(self.figures.missed),
            Measure::Rejected => Quantity::Count(self.figures.rejected),
            Measure::Calls => Quantity::Count(answered(&self.figures)),
            Measure::TalkTime => Quantity::Time(Some(self.figures.talk_time_s as f64)),
            Measure::MeanCall => Quantity::Time(self.mean_call_s),
            Measure::Days | Measure::Advisors => Quantity::Count(self.days),
            Measure::MeanDay => Quantity::Time(self.mean_day_s),
            Measure::CallsPerDay => Quantity::Average(self.calls_per_day),
        }
    }
}

/// The calls in the column `Liczba rozmów OUT+IN`.
fn answered(figures: &Figures) -> i64 {
    figures.incoming + figures.outgoing
}

fn quotient(dividend: i64, divisor: i64) -> Option<f64> {
    (divisor > 0).then(|| dividend as f64 / divisor as f64)
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let numbers: Vec<_> = numbers.collect();
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}
