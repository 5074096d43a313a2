//! A telephony system's part of the status screen.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use crate::output::local;
use crate::output::local_or_none;
use crate::output::screen::{Screen, write_words};
use crate::output::table::{self, Column};
use crate::provider::{Dated, Provider};
use crate::status::{self, AdvisorData, SystemStatus};
use crate::store::health::IncompleteWindows;
use crate::text;

/// `whose`: what has a date.
const fn columns(whose: &str) -> [Column<'_>; 3] {
    [
        Column::name(whose),
        Column::fixed("Dane do"),
        Column::fixed("Wiek danych"),
    ]
}

pub fn write(out: &mut dyn Write, system: &SystemStatus, zone: Tz) -> Result<()> {
    write_runs(out, system, zone)?;
    write_advisors(out, system, zone)?;
    write_incomplete_windows(out, system.incomplete_windows)?;
    if system.notes_due > 0 {
        writeln!(out, "Rozmowy z notatkami do pobrania: {}", system.notes_due)?;
    }
    if system.phases_due > 0 {
        writeln!(out, "Rozmowy z fazami do pobrania: {}", system.phases_due)?;
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

fn write_runs(out: &mut dyn Write, system: &SystemStatus, zone: Tz) -> Result<()> {
    let runs = &system.runs;
    if let Some(run) = runs.unfinished {
        let since = local(run.started_at, zone);
        writeln!(out, "Synchronizacja trwa od: {since}")?;
    }
    let success = local_or_none(runs.last_success, zone);
    writeln!(out, "Ostatnia udana synchronizacja: {success}")?;
    let failure = runs.last_failure.as_ref();
    let failure = failure.map_or("brak".into(), |failure| {
        let reason = status::reason_in_polish(failure);
        format!("{} ({reason})", local(failure.at, zone))
    });
    let line = format!("Ostatnia nieudana synchronizacja: {failure}");
    Ok(write_words(out, &line, Screen::detect())?)
}

/// Those whose data is fresh on one line, the other ones in a table.
fn write_advisors(out: &mut dyn Write, system: &SystemStatus, zone: Tz) -> Result<()> {
    if system.shown().next().is_none() {
        return Ok(writeln!(out, "{}", nobody(system.provider))?);
    }
    let fresh = system.advisors.iter().filter(|advisor| !advisor.stale);
    let dates: Vec<_> = fresh.filter_map(|advisor| advisor.last_synced_at).collect();
    if let Some(oldest) = dates.iter().min() {
        let advisors = advisors(dates.len());
        let oldest = local(*oldest, zone);
        writeln!(out, "Dane aktualne: {advisors} (najstarsze: {oldest})")?;
    }
    let row = |advisor: &AdvisorData| {
        let age = advisor.age.map_or("brak danych".into(), text::age);
        let stale = if advisor.stale { " (nieaktualne)" } else { "" };
        vec![
            (&advisor.login).into(),
            local_or_none(advisor.last_synced_at, zone).into(),
            format!("{age}{stale}").into(),
        ]
    };
    let stale = system.advisors.iter().filter(|advisor| advisor.stale);
    let rows: Vec<_> = stale.chain(&system.others).map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let columns = match system.provider.dated() {
        Dated::Numbers | Dated::Together => columns("Doradca"),
        Dated::Campaigns => columns("Kampania"),
    };
    table::write(out, &columns, &rows, "--format json")
}

/// Says that nothing has a date.
fn nobody(provider: Provider) -> &'static str {
    match provider.dated() {
        Dated::Numbers | Dated::Together => "Brak aktywnych doradców z numerami",
        Dated::Campaigns => "Brak kampanii do odczytu",
    }
}

fn advisors(count: usize) -> String {
    match count {
        1 => "1 doradca".into(),
        _ => format!("{count} doradców"),
    }
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
