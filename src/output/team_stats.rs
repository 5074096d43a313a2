//! Team statistics.

mod bar;
mod content;
mod csv;
mod drawing;
mod json;
mod layout;
mod warning;

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use super::local;
use super::table::{Terminal, write_words};
use crate::store::team_stats::Team;
use crate::team_stats::{Report, Section};
use crate::text;
pub use csv::write_csv;
pub use json::to_json;
use layout::Layout;
use warning::warnings;

const NO_TEAM: &str = "bez zespołu";

pub fn write_table(out: &mut dyn Write, report: &Report, zone: Tz) -> Result<()> {
    let terminal = Terminal::detect();
    let layout = Layout::of(report, terminal);
    let period = report.period;
    writeln!(
        out,
        "Statystyki od {} do {}, strefa czasowa {}",
        period.from,
        period.to,
        zone.name()
    )?;
    writeln!(out, "{}", fetched(report, zone))?;
    for section in &report.sections {
        writeln!(out, "\n{}", title(section))?;
        write_section(out, section, &layout)?;
    }
    match report.sections.as_slice() {
        [] => writeln!(out, "Brak danych")?,
        [_] => {}
        _ => writeln!(
            out,
            "\nWszystkie zespoły\n{}",
            layout.summary(&report.summary)
        )?,
    }
    let left_out = layout.left_out();
    for line in left_out.into_iter().chain(warnings(&report.gaps, zone)) {
        write_words(out, &line, terminal)?;
    }
    Ok(())
}

fn fetched(report: &Report, zone: Tz) -> String {
    match report.fetched {
        None => "Dane pobrane: brak".into(),
        Some((oldest, newest)) if oldest == newest => {
            format!("Dane pobrane {}", local(newest, zone))
        }
        Some((oldest, newest)) => format!(
            "Dane pobrane od {} do {}",
            local(oldest, zone),
            local(newest, zone)
        ),
    }
}

fn write_section(out: &mut dyn Write, section: &Section, layout: &Layout) -> Result<()> {
    match section.rows.first() {
        Some(_) => writeln!(out, "{}", layout.section(section))?,
        None => writeln!(out, "Brak danych")?,
    }
    Ok(())
}

fn title(section: &Section) -> String {
    let team = |team: &Option<Team>| match team {
        None => NO_TEAM.to_owned(),
        Some(team) if team.name == team.code => text::one_line(&team.code),
        Some(team) => text::one_line(&format!("{} ({})", team.name, team.code)),
    };
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
