//! What is measured of an advisor, a day or a team.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::call::Figures;
use crate::store::team_stats::DayFigures;

/// A column of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Incoming,
    Outgoing,
    Missed,
    Rejected,
    /// Incoming and outgoing ones.
    Calls,
    TalkTime,
    /// Talk time to a call.
    MeanCall,
    /// Days with calls, each advisor's by itself.
    Days,
    /// Talk time to such a day.
    MeanDay,
    CallsPerDay,
}

impl Measure {
    pub const ALL: [Self; 10] = [
        Self::Incoming,
        Self::Outgoing,
        Self::Missed,
        Self::Rejected,
        Self::Calls,
        Self::TalkTime,
        Self::MeanCall,
        Self::Days,
        Self::MeanDay,
        Self::CallsPerDay,
    ];

    /// As JSON and `--sort` write it.
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
            Self::MeanDay => "mean_day_s",
            Self::CallsPerDay => "calls_per_day",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Count(i64),
    /// Seconds; None is the average of nothing.
    Time(Option<f64>),
    Average(Option<f64>),
}

impl Value {
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

impl Numbers {
    /// Of one advisor's days, or of one day's advisors.
    pub fn of(days: &[&DayFigures]) -> Self {
        let mut figures = Figures::default();
        let mut with_calls = BTreeSet::new();
        for day in days {
            figures += day.figures;
            if answered(&day.figures) > 0 {
                with_calls.insert((day.user_id, day.day));
            }
        }
        let (calls, days) = (answered(&figures), with_calls.len() as i64);
        Self {
            figures,
            days,
            mean_call_s: quotient(figures.talk_time_s, calls),
            mean_day_s: quotient(figures.talk_time_s, days),
            calls_per_day: quotient(calls, days),
        }
    }

    /// Counts and times are summed; averages are means over the advisors with calls.
    pub fn summary(advisors: &[Self]) -> Self {
        let mut summary = Self::default();
        for advisor in advisors {
            summary.figures += advisor.figures;
            summary.days += advisor.days;
        }
        let mean = |average: fn(&Self) -> Option<f64>| mean(advisors.iter().filter_map(average));
        Self {
            mean_call_s: mean(|advisor| advisor.mean_call_s),
            mean_day_s: mean(|advisor| advisor.mean_day_s),
            calls_per_day: mean(|advisor| advisor.calls_per_day),
            ..summary
        }
    }

    pub fn value(&self, measure: Measure) -> Value {
        match measure {
            Measure::Incoming => Value::Count(self.figures.incoming),
            Measure::Outgoing => Value::Count(self.figures.outgoing),
            Measure::Missed => Value::Count(self.figures.missed),
            Measure::Rejected => Value::Count(self.figures.rejected),
            Measure::Calls => Value::Count(answered(&self.figures)),
            Measure::TalkTime => Value::Time(Some(self.figures.talk_time_s as f64)),
            Measure::MeanCall => Value::Time(self.mean_call_s),
            Measure::Days => Value::Count(self.days),
            Measure::MeanDay => Value::Time(self.mean_day_s),
            Measure::CallsPerDay => Value::Average(self.calls_per_day),
        }
    }
}

/// `Liczba rozmów OUT+IN`.
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

/// What rows can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Advisor,
    Manager,
    Day,
    Measure(Measure),
}

impl Column {
    pub fn all() -> impl Iterator<Item = Self> {
        let labels = [Self::Advisor, Self::Manager, Self::Day];
        labels
            .into_iter()
            .chain(Measure::ALL.into_iter().map(Self::Measure))
    }

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
