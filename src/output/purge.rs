//! What `purge` would remove, and what it removed.

use std::io::Write;

use anyhow::Result;
use chrono::NaiveDate;

use super::forgetting::{self, NOTHING_REMOVED};
use crate::store::purge::Purged;

/// Writes what would be removed.
pub fn write_plan(out: &mut dyn Write, day: NaiveDate, counted: &Purged) -> Result<()> {
    writeln!(out, "Do usunięcia sprzed {day}:")?;
    write_counts(out, counted)?;
    Ok(writeln!(out, "{NOTHING_REMOVED}")?)
}

/// Writes what was removed.
pub fn write_removed(out: &mut dyn Write, day: NaiveDate, purged: &Purged) -> Result<()> {
    writeln!(out, "Usunięto sprzed {day}:")?;
    write_counts(out, purged)?;
    forgetting::write_files(out, &purged.files)
}

/// Counts one a line; of what is rare only what is there.
fn write_counts(out: &mut dyn Write, purged: &Purged) -> Result<()> {
    let Purged {
        calls,
        notes,
        phases,
        ref files,
        quarantined,
        runs,
        campaign_results,
        campaigns,
        unfinished_calls,
        differences,
        reread_days,
        incomplete_windows,
    } = *purged;
    writeln!(out, "  Połączenia: {calls}")?;
    for (what, count) in [
        ("Notatki", notes),
        ("Czasy faz", phases),
        ("Nazwy pobranych nagrań", files.len() as i64),
        ("Rekordy w kwarantannie", quarantined),
        ("Przebiegi", runs),
        ("Wyniki kampanii", campaign_results),
        ("Kampanie bez numerów", campaigns),
        ("Połączenia w toku", unfinished_calls),
        ("Dni niezgodne z Callyzerem", differences),
        ("Zapisy o odczytanych dniach", reread_days),
        ("Niekompletne okresy", incomplete_windows),
    ] {
        if count > 0 {
            writeln!(out, "  {what}: {count}")?;
        }
    }
    Ok(())
}
