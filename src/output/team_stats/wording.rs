//! The Polish words of team statistics: headings, cells, titles and messages.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::output::local;
use crate::period::Period;
use crate::status;
use crate::store::team_stats::Team;
use crate::team_stats::{
    Column, Compared, Gaps, Label, Measure, Numbers, Quantity, Report, ReportRow, Section,
};
use crate::text;

pub const NO_DATA: &str = "Brak danych za ten okres";
pub const NO_TEAM: &str = "bez zespołu";
/// Marks an advisor whose phone is silent.
pub const SILENT: &str = "*";

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
            Label::Day(day) => format!("{day} {}", weekday(*day)),
        }),
        Column::Manager => section.manager.clone(),
        Column::Measure(measure) => quantity(row.numbers.current.value(measure)),
    }
}

pub fn summary_cell(column: Column, summary: &Numbers) -> Option<String> {
    match column {
        Column::Advisor | Column::Day => Some("Suma / średnia".into()),
        Column::Manager => Some(String::new()),
        Column::Measure(measure) => quantity(summary.value(measure)),
    }
}

/// A measure, or a dash for an average of nothing.
pub fn measure(measure: Measure, numbers: &Numbers) -> String {
    or_dash(quantity(numbers.value(measure)))
}

/// Replaces a missing text by a dash.
pub fn or_dash(text: Option<String>) -> String {
    text.map_or("–".into(), |text| text::shown(&text))
}

fn weekday(day: NaiveDate) -> &'static str {
    let names = ["pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."];
    names[day.weekday().num_days_from_monday() as usize]
}

/// The signed change since the period before, of what is shown: `(+3)`, `(−00:02:10)`,
/// `(=)`; `(–)` without one.
pub fn change(measure: Measure, numbers: &Compared) -> String {
    let shown = |numbers: &Numbers| numbers.value(measure).rounded();
    let current = shown(&numbers.current);
    let previous = numbers
        .previous
        .and_then(|numbers| shown(&numbers).number());
    let Some((now, before)) = current.number().zip(previous) else {
        return "(–)".into();
    };
    let difference = quantity(current.with((now - before).abs())).unwrap_or_default();
    match now.total_cmp(&before) {
        Ordering::Less => format!("(−{difference})"),
        Ordering::Equal => "(=)".into(),
        Ordering::Greater => format!("(+{difference})"),
    }
}

pub fn quantity(quantity: Quantity) -> Option<String> {
    match quantity.rounded() {
        Quantity::Count(count) => Some(count.to_string()),
        Quantity::Time(seconds) => seconds.map(clock),
        Quantity::Average(number) => number.map(|number| text::decimal(number, 2)),
    }
}

/// `hh:mm:ss`, with more than 24 hours if needed.
fn clock(seconds: f64) -> String {
    let seconds = seconds as i64;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

pub fn period(report: &Report, zone: Tz) -> String {
    let Period { from, to } = report.period;
    let held = held_from(report, from);
    let provider = report.provider;
    let provider = provider.map_or(String::new(), |provider| {
        format!(", tylko {}", provider.name())
    });
    let zone = zone.name();
    format!("Statystyki od {from} do {to}{held}, strefa czasowa {zone}{provider}")
}

/// Which days are compared with which, if they are.
pub fn comparison(report: &Report) -> Option<String> {
    let Period { from, to } = report.period.until(report.today);
    let before = report.previous?;
    let days = format!("od {} do {}", before.from, before.to);
    let held = held_from(report, before.from);
    Some(format!(
        "Porównanie dni od {from} do {to} z dniami {days}{held}; w nawiasach zmiana"
    ))
}

/// Names the first day held if it is later than the first day of a period.
fn held_from(report: &Report, first: NaiveDate) -> String {
    let held = report.data_from.filter(|held| first < *held);
    held.map_or(String::new(), |day| format!(" (dane od {day})"))
}

pub fn fetched(report: &Report, zone: Tz) -> String {
    let local = |(from, to)| (local(from, zone), local(to, zone));
    match report.fetched.map(local) {
        None => NO_DATA.into(),
        Some((oldest, newest)) if oldest == newest => format!("Stan na {newest}"),
        Some((oldest, newest)) => format!("Stan na {newest} (najstarsze dane pobrano {oldest})"),
    }
}

/// What is averaged over what in the line below the rows.
pub fn averages(by_day: bool) -> &'static str {
    if by_day {
        "Suma / średnia: doradcy z rozmowami to osobodni, a średnie liczone są na rozmowę \
         i na osobodzień, jak w wierszach"
    } else {
        "Suma / średnia: dni z rozmowami to osobodni, a średnie to średnie wyników doradców \
         z rozmowami"
    }
}

/// Where the file's data begin, if a period begins before them.
pub fn begin(report: &Report) -> Option<String> {
    let day = report.begins_late()?;
    let is_compared = report.previous.is_some_and(|before| before.from < day);
    let warning = if is_compared {
        "; zmiana porównuje niepełny okres"
    } else {
        ""
    };
    Some(format!(
        "Dane od {day}: wcześniejszych dni nie ma w pliku{warning}"
    ))
}

pub fn title(section: &Section) -> String {
    match (section.teams.as_slice(), &section.manager) {
        ([None], _) => "Doradcy bez zespołu".into(),
        ([one], None) => team_title(one),
        ([one], Some(manager)) => {
            let manager = text::shown(manager);
            format!("{}, kierownik: {manager}", team_title(one))
        }
        (several, _) => together(several),
    }
}

fn team_title(one: &Option<Team>) -> String {
    let name = team(one);
    if name.starts_with("Zespół ") {
        name
    } else {
        format!("Zespół {name}")
    }
}

/// The title of several teams' sum.
pub fn together<'a>(teams: impl IntoIterator<Item = &'a Option<Team>>) -> String {
    format!("Zespoły razem: {}", list(teams))
}

/// The names of teams.
pub fn list<'a>(teams: impl IntoIterator<Item = &'a Option<Team>>) -> String {
    let teams: Vec<_> = teams.into_iter().map(team).collect();
    teams.join(", ")
}

fn team(team: &Option<Team>) -> String {
    match team {
        None => NO_TEAM.to_owned(),
        Some(team) if team.name == team.code => text::shown(&team.code),
        Some(team) => text::shown(&format!("{} ({})", team.name, team.code)),
    }
}

/// One line for each kind of gap in the figures. `mark`: begins that of the silent phones.
pub fn warnings(gaps: &Gaps, zone: Tz, mark: &str) -> Vec<String> {
    let phones = match gaps.silent.len() {
        1 => "Telefon bez kontaktu",
        _ => "Telefony bez kontaktu",
    };
    let silent = gaps.silent.iter().map(|(name, phone)| {
        let contact = phone.last_contact_at.map_or(String::new(), |contact| {
            format!(", ostatni kontakt {}", local(contact, zone))
        });
        let (name, reason) = (text::shown(name), status::silence(phone));
        format!("{name} ({reason}{contact})")
    });
    let stale = gaps.stale.iter().map(|(name, last)| {
        let last = last.map_or("nigdy".into(), |last| local(last, zone));
        format!("{} ({last})", text::shown(name))
    });
    let differences = gaps.differences.iter().map(|(name, difference)| {
        let (name, day) = (text::shown(name), difference.day);
        let (ours, theirs) = (difference.ours, difference.theirs);
        format!("{day} {name} (w pliku {ours}, w Callyzerze {theirs})")
    });
    let due = gaps.due.iter().map(ToString::to_string);
    let warnings = [
        text::list(&format!("{mark}{phones}"), silent),
        text::list("Dane nieaktualne, ostatnia synchronizacja", stale),
        text::list("Liczba połączeń inna niż w Callyzerze", differences),
        text::list("Statystyki do pobrania za dni", due),
    ];
    warnings.into_iter().flatten().collect()
}
