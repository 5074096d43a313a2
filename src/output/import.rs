//! The result of `import`, and what it found in the file.

use std::io::Write;

use anyhow::Result;
use log::Level;
use serde::Serialize;

use super::DRY_RUN;
use crate::import::Remark;
use crate::import::report::ImportReport;
use crate::{exit, terminal};

/// What a file holds.
#[derive(Clone, Copy, Debug)]
pub enum Imported {
    Users,
    Leads,
    Teams,
}

/// Tells what was found in a file on standard error, one a line.
pub fn tell_findings(file: &str, findings: &[Remark]) {
    for finding in findings {
        let level = if finding.fatal {
            Level::Error
        } else {
            Level::Warn
        };
        terminal::tell(&format!("{file}:{finding}"), level);
    }
}

/// Writes the counts; nothing if the import failed.
pub fn write_table(
    out: &mut dyn Write,
    imported: Imported,
    report: &ImportReport,
    is_dry_run: bool,
) -> Result<()> {
    if report.failure().is_some() {
        return Ok(());
    }
    if is_dry_run {
        writeln!(out, "{DRY_RUN}")?;
    }
    let (rows, are_new, are_changed) = match imported {
        Imported::Users => ("Użytkownicy", "nowi", "zmienieni"),
        Imported::Leads => ("Leady", "nowe", "zmienione"),
        Imported::Teams => ("Zespoły", "nowe", "zmienione"),
    };
    let (read, saved) = (report.read, &report.saved);
    let (new, changed) = (saved.new, saved.changed);
    writeln!(
        out,
        "{rows}: {read} ({are_new} {new}, {are_changed} {changed})"
    )?;
    if matches!(imported, Imported::Leads) {
        writeln!(out, "Przypisane połączenia: {}", saved.assigned)?;
    }
    Ok(())
}

/// Writes the counts and the findings as one object, also if the import failed.
pub fn write_json(out: &mut dyn Write, report: &ImportReport) -> Result<()> {
    let failure = report.failure();
    let object = ImportJson {
        read: report.read,
        new: report.saved.new,
        changed: report.saved.changed,
        assigned: report.saved.assigned,
        findings: &report.findings,
        message: failure.as_ref().map(exit::message),
        exit_code: failure.as_ref().map(|error| exit::of(error) as u8),
    };
    super::json(out, &object)
}

#[derive(Serialize)]
struct ImportJson<'a> {
    read: usize,
    new: usize,
    changed: usize,
    assigned: i64,
    findings: &'a [Remark],
    /// On failure only.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<u8>,
}
