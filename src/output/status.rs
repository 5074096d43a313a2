//! The status of the synchronisation: as a screen, as JSON and for Prometheus. The screen
//! says first and last whether a person is needed.

mod json;
mod prometheus;
mod quarantine;
mod system;

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use super::local_or_none;
use super::screen::{Screen, write_item};
use crate::provider::Provider;
use crate::status::{self, SyncStatus};
use crate::store::differences::{Difference, ShownDifference};
use crate::store::health::SilentPhone;
use crate::text;
pub use json::to_json;
pub use prometheus::write_gauges;

pub fn write_screen(
    out: &mut dyn Write,
    status: &SyncStatus,
    file_bytes: u64,
    zone: Tz,
) -> Result<()> {
    write_verdict(out, status)?;
    for system in &status.systems {
        if status.systems.len() > 1 {
            writeln!(out, "\n{}", system.provider.name())?;
        }
        system::write(out, system, zone)?;
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
    quarantine::write(out, status, zone)?;
    writeln!(out, "Rozmiar pliku: {}\n", size(file_bytes))?;
    write_verdict(out, status)
}

fn write_verdict(out: &mut dyn Write, status: &SyncStatus) -> Result<()> {
    if status.problems.is_empty() {
        return Ok(writeln!(out, "callsync działa")?);
    }
    writeln!(out, "callsync wymaga uwagi:")?;
    lines(out, status.problems.iter())
}

/// What Callyzer alone tells: its own figures, and the state of the phones.
fn write_comparison(out: &mut dyn Write, status: &SyncStatus, zone: Tz) -> Result<()> {
    let days: Vec<_> = status.differences.iter().map(difference).collect();
    section(out, "Dni niezgodne z Callyzerem", &days)?;
    let phones = status.silent_phones.iter();
    let phones: Vec<_> = phones.map(|phone| silent_phone(phone, zone)).collect();
    section(out, "Telefony bez kontaktu", &phones)
}

/// Writes a heading with its first lines below it, or with `brak`.
fn section(out: &mut dyn Write, heading: &str, content: &[String]) -> Result<()> {
    if content.is_empty() {
        return Ok(writeln!(out, "{heading}: brak")?);
    }
    writeln!(out, "{heading}:")?;
    let first = text::first_items(content.iter().cloned());
    lines(out, first.iter())
}

fn lines<'a>(out: &mut dyn Write, content: impl Iterator<Item = &'a String>) -> Result<()> {
    let screen = Screen::detect();
    for line in content {
        write_item(out, &text::one_line(line), screen)?;
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
        text::shown(&shown.login)
    )
}

fn silent_phone(phone: &SilentPhone, zone: Tz) -> String {
    format!(
        "{} {}: {}, ostatni kontakt: {}",
        text::shown(&phone.login),
        phone.number,
        status::silence(phone),
        local_or_none(phone.last_contact_at, zone)
    )
}

/// `12,3 GB`, in powers of 1000.
pub(super) fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut size = bytes as f64 / 1000.0;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{} {}", text::decimal(size, 1), units[unit])
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
