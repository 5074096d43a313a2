//! The quarantine's part of the status screen.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use super::section;
use crate::output::local;
use crate::output::screen::{Screen, write_item, write_words};
use crate::status::SyncStatus;
use crate::store::quarantine::{QuarantineReason, QuarantinedRecord};
use crate::{provider, reason, text};

pub fn write(out: &mut dyn Write, status: &SyncStatus, zone: Tz) -> Result<()> {
    let quarantine = &status.quarantine;
    let is_of_several = status.systems.len() > 1;
    let counted = |one: &QuarantineReason| {
        let system = provider::name_of(&one.provider);
        let shown = reason::shown(&one.reason);
        match is_of_several {
            true => format!("{system}: {shown}: {}", one.count),
            false => format!("{shown}: {}", one.count),
        }
    };
    let reasons: Vec<_> = quarantine.reasons.iter().map(counted).collect();
    section(out, "Powody kwarantanny", &reasons)?;
    let (shown, count) = (quarantine.newest.len(), quarantine.count());
    if shown == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "Najnowsze rekordy w kwarantannie (pokazano {shown} z {count}):"
    )?;
    let screen = Screen::detect();
    for record in &quarantine.newest {
        write_item(out, &heading(record, zone), screen)?;
        let record = format!("  {}", text::quoted(&record.record));
        write_words(out, &record, screen)?;
    }
    Ok(())
}

/// When the record came, what can be read of it, and the reason.
fn heading(record: &QuarantinedRecord, zone: Tz) -> String {
    let advisor = match (&record.login, &record.number) {
        (Some(login), Some(number)) => Some(format!("{} {number}", text::shown(login))),
        (_, number) => number.clone(),
    };
    let day = record.day.as_ref().map(|day| format!("rozmowa z {day}"));
    let come = local(record.first_seen_at, zone);
    let known: Vec<_> = [Some(come), advisor, day, record.status.clone()]
        .into_iter()
        .flatten()
        .collect();
    let known = text::one_line(&known.join(", "));
    format!("{known}: {}", reason::shown(&record.reason))
}
