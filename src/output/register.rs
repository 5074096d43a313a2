//! The call register of a lead, as text and as JSON.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::screen::{self, Screen};
use super::table::{self, Column, Layout, Row};
use super::{local, local_or_none, pages, phases, write_page_number};
use crate::call::Status;
use crate::moment::{self, Moment};
use crate::provider;
use crate::store::notes::StoredNote;
use crate::store::phases::StoredPhase;
use crate::store::register::{Lead, OtherHolder, Part, RegisterCall, SystemDate};
use crate::text;

/// Calls on a page, as on the organisation's lead screen.
pub const CALLS_PER_PAGE: i64 = 10;

/// The last is for a file that holds the calls of several systems.
const COLUMNS: [Column; 7] = [
    Column::fixed(""),
    Column::fixed("Status"),
    Column::fixed("Data i czas"),
    Column::fixed("Czas trwania"),
    Column::name("Doradca"),
    // Nearly always the lead's own, which stands above.
    Column::fixed("Numer telefonu").leaves(1),
    Column::fixed("System").leaves(0),
];

/// One page of a lead's call register.
#[derive(Debug)]
pub struct Register {
    pub lead: Lead,
    pub system_dates: Vec<SystemDate>,
    pub page: i64,
    pub calls: Part<RegisterCall>,
    /// Those of each call that has some; None: they are not shown.
    pub phases: Option<HashMap<i64, Vec<StoredPhase>>>,
    /// Those that the asker may see.
    pub other_holders: Vec<OtherHolder>,
}

impl Register {
    pub fn write_table(&self, out: &mut dyn Write, zone: Tz) -> Result<()> {
        let lead = &self.lead;
        let shown = |text: &Option<String>| text.as_deref().map_or("brak".into(), text::shown);
        writeln!(out, "{} (lead {})", text::shown(&lead.name), lead.id)?;
        writeln!(
            out,
            "Numer telefonu: {}",
            if lead.numbers.is_empty() {
                shown(&lead.phone)
            } else {
                lead.numbers.join(", ")
            }
        )?;
        writeln!(out, "Doradca: {}", shown(&lead.advisor))?;
        let last_synced_at = local_or_none(self.last_synced_at(), zone);
        writeln!(out, "Ostatnia synchronizacja: {last_synced_at}")?;
        for date in self.several_dates() {
            let name = provider::genitive_of(&date.provider);
            writeln!(
                out,
                "Dane z {name} do: {}",
                local_or_none(date.last_synced_at, zone)
            )?;
        }
        self.write_calls(out, zone)?;
        let numbers = match lead.numbers[..] {
            [_] => "tego numeru",
            _ => "tych numerów",
        };
        for OtherHolder { lead_id, calls, .. } in &self.other_holders {
            writeln!(
                out,
                "Połączenia {numbers} przypisane do leada {lead_id}: {calls}"
            )?;
        }
        Ok(())
    }

    /// The later of the lead's refresh and the oldest date of all systems.
    fn last_synced_at(&self) -> Option<Moment> {
        let dates = self.system_dates.iter().map(|date| date.last_synced_at);
        // None is less than any moment.
        self.lead.refreshed_at.max(dates.min().flatten())
    }

    /// The date of each system, if there are several: a refresh asks Callyzer alone.
    fn several_dates(&self) -> &[SystemDate] {
        match &self.system_dates[..] {
            [_] => &[],
            several => several,
        }
    }

    /// A system that keeps no date for advisors is among the calls alone.
    fn is_of_several_systems(&self) -> bool {
        let dates = self.system_dates.iter().map(|date| &date.provider);
        let calls = self.calls.rows.iter().map(|call| &call.provider);
        dates.chain(calls).collect::<BTreeSet<_>>().len() > 1
    }

    fn phases_of(&self, call: &RegisterCall) -> Option<&[StoredPhase]> {
        let phases = self.phases.as_ref()?.get(&call.id)?;
        Some(phases)
    }

    fn write_calls(&self, out: &mut dyn Write, zone: Tz) -> Result<()> {
        if self.calls.total == 0 {
            return Ok(writeln!(out, "Brak połączeń")?);
        }
        let screen = Screen::detect();
        let calls = &self.calls.rows;
        let rows: Vec<_> = calls.iter().map(|call| row(call, zone)).collect();
        let columns = match self.is_of_several_systems() {
            false => &COLUMNS[..COLUMNS.len() - 1],
            true => &COLUMNS,
        };
        let layout = Layout::new(columns, rows.iter(), screen);
        let lines = layout.format(&rows);
        let (heading, lines) = lines.split_at(lines.len() - calls.len());
        heading
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))?;
        for (line, call) in lines.iter().zip(calls) {
            writeln!(out, "{line}")?;
            if let Some(phases) = self.phases_of(call) {
                screen::write_words(out, &format!("    {}", phases::line(phases)), screen)?;
            }
            call.notes
                .iter()
                .try_for_each(|note| writeln!(out, "    {}", note_line(note, zone)))?;
        }
        table::write_left_out(out, &layout, "--format json", screen)?;
        let page = (self.page, CALLS_PER_PAGE);
        write_page_number(out, page, "liczba połączeń", self.calls.total)
    }

    pub fn to_json(&self) -> Value {
        let lead = &self.lead;
        json!({
            "lead": {
                "id": lead.id,
                "name": lead.name,
                "number": lead.number,
                "advisor": lead.advisor,
                "last_synced_at": self.last_synced_at().map(moment::to_text),
            },
            "systems": self.system_dates.iter().map(system_json).collect::<Vec<_>>(),
            "page": self.page,
            "pages": pages(self.calls.total, CALLS_PER_PAGE),
            "calls": self.calls.rows.iter().map(|call| self.call_json(call)).collect::<Vec<_>>(),
        })
    }

    fn call_json(&self, call: &RegisterCall) -> Value {
        let mut json = call_json(call);
        if self.phases.is_some() {
            let phases = self.phases_of(call).unwrap_or_default();
            json["phases"] = phases.iter().map(phases::to_json).collect();
        }
        json
    }
}

fn call_json(call: &RegisterCall) -> Value {
    json!({
        "id": call.id,
        "direction": if is_outgoing(call) { "out" } else { "in" },
        "status": call.status,
        "started_at": moment::to_text(call.started_at),
        "duration_s": call.duration_s,
        "advisor": call.advisor,
        "number": call.number,
        "kind": call.kind,
        "note": call.note,
        "recording_url": call.recording_url,
        "provider": call.provider,
        "notes": call.notes.iter().map(note_json).collect::<Vec<_>>(),
    })
}

fn system_json(date: &SystemDate) -> Value {
    json!({
        "provider": date.provider,
        "last_synced_at": date.last_synced_at.map(moment::to_text),
    })
}

fn note_json(note: &StoredNote) -> Value {
    json!({
        "author": note.author,
        "text": note.text,
        "created_at": moment::to_text(note.created_at),
    })
}

/// A note on one line, as it stands under its call.
fn note_line(note: &StoredNote, zone: Tz) -> String {
    let author = text::shown(note.author.as_deref().unwrap_or("autor nieznany"));
    let text = text::shown_note(&note.text);
    format!("Notatka {} {author}: {text}", local(note.created_at, zone))
}

fn is_outgoing(call: &RegisterCall) -> bool {
    call.status == Status::Outgoing.as_str()
}

fn row(call: &RegisterCall, zone: Tz) -> Row {
    vec![
        if is_outgoing(call) { "→" } else { "←" }.into(),
        (&call.status).into(),
        local(call.started_at, zone).into(),
        format!("{:02}:{:02}", call.duration_s / 60, call.duration_s % 60).into(),
        call.advisor.as_deref().unwrap_or_default().into(),
        call.number.as_deref().unwrap_or_default().into(),
        provider::name_of(&call.provider).into(),
    ]
}
