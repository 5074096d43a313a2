//! The Polish words of team statistics: headings, cells, titles and messages.

use chrono_tz::Tz;

use crate::output::local;
use crate::period::Period;
use crate::store::team_stats::Team;
use crate::team_stats::{
    Column, Gaps, Label, Measure, Numbers, Quantity, Report, ReportRow, Section,
};
use crate::text;

pub const NO_DATA: &str = "Brak danych";
pub const NO_TEAM: &str = "bez zespołu";
pub const ALL_TEAMS: &str = "Wszystkie zespoły";

/// The heading on the organisation's screens.
pub fn heading(column: Column) -> &'static str {
    match column {
        Column::Advisor => "Doradca",
        Column::Manager => "Kierownik zespołu",
        Column::Day => "Dzień",
        Column::Measure(Measure::Incoming) => "Przychodzące",
        Column::Measure(Measure::Outgoing) => "Wychodzące",
        Column::Measure(Measure::Missed) => "Nieodebrane",
        Column::Measure(Measure::Rejected) => "Odrzucone",
        Column::Measure(Measure::Calls) => "Liczba rozmów OUT+IN",
        Column::Measure(Measure::TalkTime) => "Łączny czas rozmów",
        Column::Measure(Measure::MeanCall) => "Średni czas rozmowy",
        Column::Measure(Measure::Advisors) => "Doradcy z rozmowami",
        Column::Measure(Measure::Days) => "Dni z rozmowami",
        Column::Measure(Measure::MeanDay) => "Średni dzienny czas rozmowy",
        Column::Measure(Measure::CallsPerDay) => "Średnia liczba połączeń dziennie",
    }
}

/// `None` for an average of nothing, and for the manager of a team without one.
pub fn cell(column: Column, section: &Section, row: &ReportRow) -> Option<String> {
    match column {
        Column::Advisor | Column::Day => Some(match &row.label {
            Label::Advisor(name) => name.clone(),
            Label::Day(day) => day.to_string(),
        }),
        Column::Manager => section.manager.clone(),
        Column::Measure(measure) => quantity(row.numbers.current.value(measure)),
    }
}

pub fn summary_cell(column: Column, summary: &Numbers) -> Option<String> {
    match column {
        Column::Advisor | Column::Day => Some("Razem".into()),
        Column::Manager => Some(String::new()),
        Column::Measure(measure) => quantity(summary.value(measure)),
    }
}

/// Replaces a missing text by a dash.
pub fn or_dash(text: Option<String>) -> String {
    text.map_or("–".into(), |text| text::one_line(&text))
}

fn quantity(quantity: Quantity) -> Option<String> {
    match quantity {
        Quantity::Count(count) => Some(count.to_string()),
        Quantity::Time(seconds) => seconds.map(clock),
        Quantity::Average(number) => {
            number.map(|number| format!("{:.2}", hundredths(number)).replace('.', ","))
        }
    }
}

/// `hh:mm:ss`, with more than 24 hours if needed.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as i64;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

pub fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

pub fn period(report: &Report, zone: Tz) -> String {
    let Period { from, to } = report.period;
    let provider = report.provider;
    let provider = provider.map_or(String::new(), |provider| {
        format!(", tylko {}", provider.name())
    });
    let zone = zone.name();
    format!("Statystyki od {from} do {to}, strefa czasowa {zone}{provider}")
}

pub fn fetched(report: &Report, zone: Tz) -> String {
    match report
        .fetched
        .map(|(from, to)| (local(from, zone), local(to, zone)))
    {
        None => "Dane pobrane: brak".into(),
        Some((oldest, newest)) if oldest == newest => format!("Dane pobrane {newest}"),
        Some((oldest, newest)) => format!("Dane pobrane od {oldest} do {newest}"),
    }
}

pub fn title(section: &Section) -> String {
    match (section.teams.as_slice(), &section.manager) {
        ([None], _) => "Doradcy bez zespołu".into(),
        ([one], None) => format!("Zespół {}", team(one)),
        ([one], Some(manager)) => {
            let manager = text::one_line(manager);
            format!("Zespół {}, kierownik: {manager}", team(one))
        }
        (several, _) => {
            let teams: Vec<_> = several.iter().map(team).collect();
            format!("Zespoły razem: {}", teams.join(", "))
        }
    }
}

fn team(team: &Option<Team>) -> String {
    match team {
        None => NO_TEAM.to_owned(),
        Some(team) if team.name == team.code => text::one_line(&team.code),
        Some(team) => text::one_line(&format!("{} ({})", team.name, team.code)),
    }
}

/// One line for each kind of gap in the figures.
pub fn warnings(gaps: &Gaps, zone: Tz) -> Vec<String> {
    let stale = gaps.stale.iter().map(|(name, last)| {
        let last = last.map_or("nigdy".into(), |last| local(last, zone));
        format!("{} ({last})", text::one_line(name))
    });
    let differences = gaps.differences.iter().map(|(name, difference)| {
        let (name, day) = (text::one_line(name), difference.day);
        let (ours, theirs) = (difference.ours, difference.theirs);
        format!("{day} {name} (u nas {ours}, w Callyzerze {theirs})")
    });
    let due = gaps.due.iter().map(ToString::to_string);
    let warnings = [
        text::list("Dane nieaktualne, ostatnia synchronizacja", stale),
        text::list("Liczba połączeń inna niż w Callyzerze", differences),
        text::list("Statystyki jeszcze do pobrania", due),
    ];
    warnings.into_iter().flatten().collect()
}
