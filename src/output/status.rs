//! The status of the synchronisation, as text and as JSON.

mod json;

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use super::local;
use super::table::{self, Column};
use crate::moment::Moment;
use crate::provider::{self, Provider};
use crate::status::{self, AdvisorData, SyncStatus, SystemStatus};
use crate::store::differences::{Difference, ShownDifference};
use crate::store::health::{IncompleteWindows, SilentPhone};
use crate::text;
pub use json::to_json;

const ADVISOR_COLUMNS: [Column; 3] = [
    Column::name("Doradca"),
    Column::fixed("Dane do"),
    Column::fixed("Wiek danych"),
];

pub fn write_screen(
    out: &mut dyn Write,
    status: &SyncStatus,
    file_bytes: u64,
    zone: Tz,
) -> Result<()> {
    if status.problems.is_empty() {
        writeln!(out, "callsync działa")?;
    } else {
        writeln!(out, "callsync wymaga uwagi:")?;
        lines(out, status.problems.iter())?;
    }
    for system in &status.systems {
        if status.systems.len() > 1 {
            writeln!(out, "\n{}", system.provider.name())?;
        }
        write_system(out, system, zone)?;
        if system.provider == Provider::Callyzer {
            write_comparison(out, status, zone)?;
        }
    }
    if status.systems.len() > 1 {
        writeln!(out)?;
    }
    let unmatched = status.unmatched;
    writeln!(
        out,
        "Nieprzetworzone rozmowy: {} (oczekujące: {}, po wyczerpaniu prób: {})",
        unmatched.waiting + unmatched.exhausted,
        unmatched.waiting,
        unmatched.exhausted
    )?;
    write_quarantine(out, status, zone)?;
    Ok(writeln!(out, "Rozmiar pliku: {}", size(file_bytes))?)
}

fn write_system(out: &mut dyn Write, system: &SystemStatus, zone: Tz) -> Result<()> {
    let runs = &system.runs;
    if let Some(run) = runs.unfinished {
        let since = local(run.started_at, zone);
        writeln!(out, "Synchronizacja trwa od: {since}")?;
    }
    let success = or_none(runs.last_success, zone);
    writeln!(out, "Ostatnia udana synchronizacja: {success}")?;
    let failure = runs.last_failure.as_ref();
    let failure = failure.map_or("brak".into(), |failure| {
        let reason = text::quoted(status::reason(failure));
        format!("{} ({reason})", local(failure.at, zone))
    });
    writeln!(out, "Ostatnia nieudana synchronizacja: {failure}")?;
    write_advisors(out, &system.shown().collect::<Vec<_>>(), zone)?;
    write_incomplete_windows(out, system.incomplete_windows)?;
    if system.notes_due > 0 {
        writeln!(out, "Rozmowy z notatkami do pobrania: {}", system.notes_due)?;
    }
    if system.calls_of_nobody > 0 {
        writeln!(
            out,
            "Rozmowy nieznanych użytkowników z ostatniej doby: {} (callsync check)",
            system.calls_of_nobody
        )?;
    }
    let requests = system.recent_requests;
    Ok(writeln!(
        out,
        "Zapytania z ostatnich 24 godzin: {requests}"
    )?)
}

/// What Callyzer alone tells: its own figures, and the state of the phones.
fn write_comparison(out: &mut dyn Write, status: &SyncStatus, zone: Tz) -> Result<()> {
    let days: Vec<_> = status.differences.iter().map(difference).collect();
    section(out, "Dni niezgodne z Callyzerem", &days)?;
    let phones = status.silent_phones.iter();
    let phones: Vec<_> = phones.map(|phone| silent_phone(phone, zone)).collect();
    section(out, "Telefony bez kontaktu", &phones)
}

fn write_advisors(out: &mut dyn Write, advisors: &[&AdvisorData], zone: Tz) -> Result<()> {
    if advisors.is_empty() {
        return Ok(writeln!(out, "Brak aktywnych doradców z numerami")?);
    }
    let row = |advisor: &&AdvisorData| {
        let age = advisor.age.map_or("brak danych".into(), text::age);
        let stale = if advisor.stale { " (nieaktualne)" } else { "" };
        vec![
            (&advisor.login).into(),
            or_none(advisor.last_synced_at, zone).into(),
            format!("{age}{stale}").into(),
        ]
    };
    let rows: Vec<_> = advisors.iter().map(row).collect();
    table::write(out, &ADVISOR_COLUMNS, &rows, "--format json")
}

fn write_quarantine(out: &mut dyn Write, status: &SyncStatus, zone: Tz) -> Result<()> {
    let quarantine = &status.quarantine;
    let reasons: Vec<_> = quarantine
        .reasons
        .iter()
        .map(|reason| {
            let system = if status.systems.len() > 1 {
                format!("{}: ", provider::name_of(&reason.provider))
            } else {
                String::new()
            };
            format!("{system}{}: {}", text::quoted(&reason.reason), reason.count)
        })
        .collect();
    section(out, "Powody kwarantanny", &reasons)?;
    if quarantine.newest.is_empty() {
        return Ok(());
    }
    let newest = quarantine.newest.iter();
    let newest: Vec<_> = newest
        .map(|one| {
            format!(
                "{} {}",
                local(one.first_seen_at, zone),
                text::quoted(&one.record)
            )
        })
        .collect();
    section(out, "Najnowsze rekordy w kwarantannie", &newest)
}

fn write_incomplete_windows(out: &mut dyn Write, windows: IncompleteWindows) -> Result<()> {
    let (count, missing) = (windows.count, windows.missing_rows);
    match count {
        0 => writeln!(out, "Niekompletne okresy: brak")?,
        _ => writeln!(
            out,
            "Niekompletne okresy: {count} (brakujące połączenia: {missing})"
        )?,
    }
    Ok(())
}

/// Writes a heading with its first lines below it, or with `brak`.
fn section(out: &mut dyn Write, heading: &str, content: &[String]) -> Result<()> {
    if content.is_empty() {
        return Ok(writeln!(out, "{heading}: brak")?);
    }
    writeln!(out, "{heading}:")?;
    let rest = text::and_more(content.len());
    lines(out, content.iter().take(text::MAX_LISTED).chain(&rest))
}

fn lines<'a>(out: &mut dyn Write, content: impl Iterator<Item = &'a String>) -> Result<()> {
    for line in content {
        writeln!(out, "- {}", text::one_line(line))?;
    }
    Ok(())
}

fn difference(shown: &ShownDifference) -> String {
    let Difference {
        number,
        day,
        ours,
        theirs,
        ..
    } = &shown.difference;
    let quarantine = if shown.may_be_quarantined {
        " (może to rekord w kwarantannie)"
    } else {
        ""
    };
    format!(
        "{} {number} {day}: w pliku {ours}, w Callyzerze {theirs}{quarantine}",
        shown.login
    )
}

fn silent_phone(phone: &SilentPhone, zone: Tz) -> String {
    format!(
        "{} {}: {}, ostatni kontakt: {}",
        phone.login,
        phone.number,
        status::silence(phone),
        or_none(phone.last_contact_at, zone)
    )
}

fn or_none(moment: Option<Moment>, zone: Tz) -> String {
    moment.map_or("brak".into(), |moment| local(moment, zone))
}

/// `12,3 GB`, in powers of 1000.
fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut size = bytes as f64 / 1000.0;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{size:.1} {}", units[unit]).replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, expected) in [
            (4_096, "4,1 kB"),
            (1_000_000, "1,0 MB"),
            (12_345_678_901, "12,3 GB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
