//! `callsync import`: insert or update users, leads or teams from a CSV file.

mod save;

use std::io::Write;

use anyhow::Result;
use log::Level;

use super::Session;
use crate::cli::{Format, ImportArgs, ImportCommand};
use crate::import::report::Report;
use crate::{output, terminal};
use save::{save_leads, save_teams, save_users};

/// If it fails because of bad rows, its JSON is on standard output nevertheless.
pub fn run(session: &Session, command: &ImportCommand, out: &mut dyn Write) -> Result<()> {
    let args = command.args();
    let report = match command {
        ImportCommand::Users(_) => save_users(session, args)?,
        ImportCommand::Leads(_) => save_leads(session, args)?,
        ImportCommand::Teams(_) => save_teams(session, args)?,
    };
    let shown = match args.format {
        Format::Json => output::json(out, &report),
        Format::Table => {
            tell_findings(&report);
            write_summary(command, args, &report, out)
        }
    };
    // A failed import stays one where nobody reads its JSON.
    report.failure().map_or(shown, Err)
}

fn tell_findings(report: &Report) {
    for finding in &report.findings {
        let level = if finding.fatal {
            Level::Error
        } else {
            Level::Warn
        };
        terminal::tell(&format!("{}:{finding}", report.file), level);
    }
}

fn write_summary(
    command: &ImportCommand,
    args: &ImportArgs,
    report: &Report,
    out: &mut dyn Write,
) -> Result<()> {
    if report.failure().is_some() {
        return Ok(());
    }
    if args.dry_run {
        writeln!(out, "{}", output::DRY_RUN)?;
    }
    let Report {
        read, new, changed, ..
    } = report;
    match command {
        ImportCommand::Users(_) => {
            writeln!(out, "Użytkownicy: {read} (nowi {new}, zmienieni {changed})")?;
        }
        ImportCommand::Leads(_) => {
            writeln!(out, "Leady: {read} (nowe {new}, zmienione {changed})")?;
            writeln!(out, "Przypisane połączenia: {}", report.assigned)?;
        }
        ImportCommand::Teams(_) => {
            writeln!(out, "Zespoły: {read} (nowe {new}, zmienione {changed})")?;
        }
    }
    Ok(())
}
