//! What `forget` would remove, what it removed, and why it does not.

mod refusal;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::Result;

use crate::provider;
use crate::store::forget::{ForgetPlan, LeadEnd, Mentions};
use crate::text;
pub use refusal::refusal;

/// What a plan ends with.
pub(super) const NOTHING_REMOVED: &str =
    "Nic nie usunięto. Z --yes zniknie to na zawsze; statystyki zostają";

/// Writes what would be removed.
pub fn write_plan(out: &mut dyn Write, plan: &ForgetPlan, mentions: &Mentions) -> Result<()> {
    writeln!(out, "Do usunięcia:")?;
    write_counts(out, plan)?;
    write_left(out, plan, mentions)?;
    Ok(writeln!(out, "{NOTHING_REMOVED}")?)
}

/// Writes what was removed, and what the person has to do about it.
pub fn write_removed(out: &mut dyn Write, plan: &ForgetPlan, mentions: &Mentions) -> Result<()> {
    writeln!(out, "Usunięto:")?;
    write_counts(out, plan)?;
    write_files(out, &plan.files)?;
    write_left(out, plan, mentions)
}

/// Writes the names of recordings whose files a person has to remove.
pub(super) fn write_files(out: &mut dyn Write, files: &[String]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    writeln!(out, "Pliki, które zostały w folderach nagrań; usuń je:")?;
    let mut files = files.iter();
    files.try_for_each(|file| Ok(writeln!(out, "  {}", text::one_line(file))?))
}

/// Writes that nothing of it is left in the file, and where else it may be.
pub fn write_clean(out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "W bazie danych i plikach obok niej nic z tego nie zostało"
    )?;
    let elsewhere = "kopiach zapasowych, logach i listach crona, folderach nagrań, eksportach, \
                     systemach telefonicznych i CRM";
    Ok(writeln!(out, "Może to być jeszcze w: {elsewhere}")?)
}

/// Writes that the lead is gone, and that something of an earlier removal is not.
pub fn write_remains(out: &mut dyn Write, lead_id: i64, are_gone: bool) -> Result<()> {
    let remains = match are_gone {
        true => "pozostałości po wcześniejszym usuwaniu zniknęły z pliku bazy danych",
        false => "plik bazy danych ma pozostałości po wcześniejszym usuwaniu; znikną z --yes",
    };
    Ok(writeln!(out, "Leada {lead_id} nie ma w bazie; {remains}")?)
}

/// Counts one a line; only of what is there, but for calls.
fn write_counts(out: &mut dyn Write, plan: &ForgetPlan) -> Result<()> {
    let numbers = plan.numbers.iter().map(|number| text::one_line(number));
    let numbers: Vec<_> = numbers.collect();
    if !numbers.is_empty() {
        writeln!(out, "  Numery: {}", numbers.join(", "))?;
    }
    if let Some(lead) = plan.lead.as_ref().filter(|lead| lead.left.is_none()) {
        writeln!(out, "  Lead {}", named(lead))?;
    }
    writeln!(out, "  Połączenia: {}", calls(plan))?;
    for (what, count) in [
        ("Notatki", plan.notes),
        ("Nazwy pobranych nagrań", plan.files.len() as i64),
        ("Rekordy w kwarantannie", plan.quarantine.len() as i64),
        ("Wyniki kampanii", plan.results.len() as i64),
        ("Zlecenia kampanii z numerem", plan.campaigns.len() as i64),
        ("Opisy przebiegów z numerem", plan.errors.len() as i64),
    ] {
        if count > 0 {
            writeln!(out, "  {what}: {count}")?;
        }
    }
    Ok(())
}

fn named(lead: &LeadEnd) -> String {
    format!("{}: {}", lead.id, text::one_line(&lead.name))
}

/// `3 (Callyzer 2, mluvii 1)`
fn calls(plan: &ForgetPlan) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for call in &plan.calls {
        *counts.entry(&call.provider).or_default() += 1;
    }
    let counts = counts.into_iter();
    let counts: Vec<_> = counts
        .map(|(name, count)| format!("{} {count}", text::one_line(provider::name_of(name))))
        .collect();
    match plan.calls.len() {
        0 => "0".into(),
        total => format!("{total} ({})", counts.join(", ")),
    }
}

/// Writes what stays, and where the numbers are besides.
fn write_left(out: &mut dyn Write, plan: &ForgetPlan, mentions: &Mentions) -> Result<()> {
    if let Some(lead) = plan.lead.as_ref().filter(|lead| lead.left.is_some()) {
        writeln!(out, "Bez tego numeru zostaje lead {}", named(lead))?;
    }
    let own = plan.lead.as_ref().map(|lead| lead.id);
    let registers = plan.calls.iter().filter_map(|call| call.lead_id);
    let registers: BTreeSet<_> = registers.filter(|id| own != Some(*id)).collect();
    let what = "Z tych połączeń były też w rejestrach leadów (id)";
    write_ids(out, what, registers.iter())?;
    let what = "Numer jest w notatkach lub szczegółach innych połączeń, które zostają (id)";
    write_ids(out, what, mentions.calls.iter())?;
    let what = "Numer jest w nazwie lub telefonie innych leadów, które zostają (id)";
    write_ids(out, what, mentions.leads.iter())
}

fn write_ids<'a>(
    out: &mut dyn Write,
    what: &str,
    ids: impl Iterator<Item = &'a i64>,
) -> Result<()> {
    let ids: Vec<_> = ids.map(ToString::to_string).collect();
    if ids.is_empty() {
        return Ok(());
    }
    Ok(writeln!(out, "{what}: {}", ids.join(", "))?)
}
