//! What stands in the columns of team statistics, as a Pole reads it.

use crate::team_stats::{Label, Measure, Numbers, Row, Section, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The advisor or the day.
    Label,
    Manager,
    Measure(Measure),
}

impl Content {
    pub fn all(by_day: bool) -> impl Iterator<Item = Self> {
        let labels = [Some(Self::Label), (!by_day).then_some(Self::Manager)];
        let measures = Measure::ALL.map(Self::Measure);
        labels.into_iter().flatten().chain(measures)
    }

    /// As the organisation's screens say it; of a day the advisors with calls are counted.
    pub fn heading(self, by_day: bool) -> &'static str {
        match self {
            Self::Label if by_day => "Dzień",
            Self::Label => "Doradca",
            Self::Manager => "Kierownik zespołu",
            Self::Measure(Measure::Incoming) => "Przychodzące",
            Self::Measure(Measure::Outgoing) => "Wychodzące",
            Self::Measure(Measure::Missed) => "Nieodebrane",
            Self::Measure(Measure::Rejected) => "Odrzucone",
            Self::Measure(Measure::Calls) => "Liczba rozmów OUT+IN",
            Self::Measure(Measure::TalkTime) => "Łączny czas rozmów",
            Self::Measure(Measure::MeanCall) => "Średni czas rozmowy",
            Self::Measure(Measure::Days) if by_day => "Doradcy z rozmowami",
            Self::Measure(Measure::Days) => "Dni z rozmowami",
            Self::Measure(Measure::MeanDay) => "Średni dzienny czas rozmowy",
            Self::Measure(Measure::CallsPerDay) => "Średnia liczba połączeń dziennie",
        }
    }

    /// None where there is nothing to say: the average of nothing, a team without a manager.
    pub fn text(self, section: &Section, row: &Row) -> Option<String> {
        match self {
            Self::Label => Some(match &row.label {
                Label::Advisor(name) => name.clone(),
                Label::Day(day) => day.to_string(),
            }),
            Self::Manager => section.manager.clone(),
            Self::Measure(measure) => number(row.numbers.value(measure)),
        }
    }

    pub fn text_of_summary(self, summary: &Numbers) -> Option<String> {
        match self {
            Self::Label => Some("Razem".into()),
            Self::Manager => Some(String::new()),
            Self::Measure(measure) => number(summary.value(measure)),
        }
    }
}

fn number(value: Value) -> Option<String> {
    match value {
        Value::Count(count) => Some(count.to_string()),
        Value::Time(seconds) => seconds.map(clock),
        Value::Average(number) => {
            number.map(|number| format!("{:.2}", hundredths(number)).replace('.', ","))
        }
    }
}

/// `hh:mm:ss`, of more than a day too.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as i64;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

pub fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
