//! The result of `sync` and of `retry-unmatched`.

use std::io::Write;

use anyhow::{Error, Result};
use serde_json::{Value, json};

use super::DRY_RUN;
use crate::call::LeftOut;
use crate::exit::{self, Exit};
use crate::store::matching::Retried;
use crate::sync::{Summary, SystemSummary};

/// Writes a section for each system that was read, headed by its name if there are several.
pub fn write_table(out: &mut dyn Write, summary: &Summary, is_dry_run: bool) -> Result<()> {
    let unmatched = summary.unmatched;
    let mut sections = 0;
    for system in summary.systems.iter().filter(|one| one.failure.is_none()) {
        let new = system.counts.unmatched;
        if summary.is_of_several {
            writeln!(out, "{}:", system.provider.name())?;
            write_system(out, system, &format!("nowe {new}"))?;
        } else {
            write_system(out, system, &format!("{unmatched} (nowe {new})"))?;
        }
        sections += 1;
    }
    if summary.is_of_several && sections > 0 {
        writeln!(out, "Nieprzetworzone razem: {unmatched}")?;
    }
    if is_dry_run {
        writeln!(out, "{DRY_RUN}")?;
    }
    Ok(())
}

fn write_system(out: &mut dyn Write, system: &SystemSummary, unmatched: &str) -> Result<()> {
    let counts = &system.counts;
    writeln!(
        out,
        "Połączenia: {} (nowe {}, zmienione {})",
        counts.read, counts.new, counts.changed
    )?;
    writeln!(out, "Przypisane do leadów: {}", counts.assigned)?;
    writeln!(out, "Nieprzetworzone: {unmatched}")?;
    writeln!(out, "W kwarantannie: {}", counts.quarantined)?;
    let left_out = system.left_out.iter();
    let left_out: Vec<_> = left_out
        .map(|(what, rows)| format!("{} {rows}", in_polish(*what)))
        .collect();
    if !left_out.is_empty() {
        writeln!(out, "Poza rejestrem: {}", left_out.join(", "))?;
    }
    Ok(())
}

fn in_polish(left_out: LeftOut) -> &'static str {
    match left_out {
        LeftOut::Internal => "wewnętrzne",
        LeftOut::Sms => "SMS",
        LeftOut::Fax => "faksy",
        LeftOut::Chat => "czaty",
        LeftOut::Bot => "chatboty",
        LeftOut::UnservedCallback => "prośby o kontakt bez oddzwonienia",
        LeftOut::ApiSession => "sesje API bez wybierania",
        LeftOut::Unfinished => "niezakończone",
        LeftOut::Timeless => "wyniki bez czasu",
        LeftOut::NegativePhase => "ujemne fazy",
        LeftOut::Forgotten => "zapomniane lub usunięte",
    }
}

/// The systems that were asked, and the failure of the whole.
pub fn to_json(systems: &[SystemSummary], failure: Option<&Error>) -> Value {
    json!({
        "exit_code": failure.map_or(Exit::Done, exit::of) as u8,
        "message": failure.map(exit::message),
        "systems": systems.iter().map(system_json).collect::<Vec<_>>(),
    })
}

fn system_json(system: &SystemSummary) -> Value {
    let counts = &system.counts;
    let failure = system.failure.as_ref();
    json!({
        "provider": system.provider.as_str(),
        "exit_code": failure.map_or(Exit::Done, |failure| failure.exit) as u8,
        "message": failure.map(|failure| &failure.message),
        "requests": system.requests,
        "read": counts.read,
        "new": counts.new,
        "changed": counts.changed,
        "assigned": counts.assigned,
        "unmatched": counts.unmatched,
        "quarantined": counts.quarantined,
    })
}

pub fn write_retried(out: &mut dyn Write, retried: Retried) -> Result<()> {
    Ok(writeln!(
        out,
        "Sprawdzono ponownie: {}, przypisane do leadów: {}",
        retried.tried, retried.assigned
    )?)
}

pub fn retried_json(retried: Retried) -> Value {
    json!({ "tried": retried.tried, "assigned": retried.assigned })
}
