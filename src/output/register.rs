//! The call register of a lead, as text and as JSON.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::table::table;
use super::{local, pages};
use crate::call::Status;
use crate::moment::{self, Moment};
use crate::store::register::{Lead, Part, RegisterCall};
use crate::text;

/// Calls on a page, as on the organisation's lead screen.
pub const CALLS_PER_PAGE: i64 = 10;

/// One page of a lead's call register.
#[derive(Debug)]
pub struct Register {
    pub lead: Lead,
    pub last_synced_at: Option<Moment>,
    pub page: i64,
    pub calls: Part<RegisterCall>,
    /// Other leads with calls of the same number, and how many calls.
    pub other_holders: Vec<(i64, i64)>,
}

impl Register {
    pub fn write_table(&self, out: &mut dyn Write, zone: Tz) -> Result<()> {
        let lead = &self.lead;
        let shown = |text: &Option<String>| text.as_deref().map_or("brak".into(), text::one_line);
        writeln!(out, "{} (lead {})", text::one_line(&lead.name), lead.id)?;
        writeln!(
            out,
            "Numer telefonu: {}",
            shown(&lead.number.clone().or_else(|| lead.phone.clone()))
        )?;
        writeln!(out, "Doradca: {}", shown(&lead.advisor))?;
        let last_synced_at = self.last_synced_at.map(|moment| local(moment, zone));
        writeln!(out, "Ostatnia synchronizacja: {}", shown(&last_synced_at))?;
        self.write_calls(out, zone)?;
        for (lead_id, calls) in &self.other_holders {
            writeln!(
                out,
                "Połączenia tego numeru przypisane do leada {lead_id}: {calls}"
            )?;
        }
        Ok(())
    }

    fn write_calls(&self, out: &mut dyn Write, zone: Tz) -> Result<()> {
        if self.calls.total == 0 {
            return Ok(writeln!(out, "Brak połączeń")?);
        }
        let headings = [
            "",
            "Status",
            "Data i czas",
            "Czas trwania",
            "Doradca",
            "Numer telefonu",
        ];
        writeln!(
            out,
            "{}",
            table(
                &headings,
                self.calls.rows.iter().map(|call| cells(call, zone))
            )
        )?;
        let pages = pages(self.calls.total, CALLS_PER_PAGE);
        Ok(writeln!(
            out,
            "Strona {} z {pages}, połączeń: {}",
            self.page, self.calls.total
        )?)
    }

    pub fn to_json(&self) -> Value {
        let lead = &self.lead;
        json!({
            "lead": {
                "id": lead.id,
                "name": lead.name,
                "number": lead.number,
                "advisor": lead.advisor,
                "last_synced_at": self.last_synced_at.map(moment::to_text),
            },
            "page": self.page,
            "pages": pages(self.calls.total, CALLS_PER_PAGE),
            "calls": self.calls.rows.iter().map(call_json).collect::<Vec<_>>(),
        })
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
    })
}

fn is_outgoing(call: &RegisterCall) -> bool {
    call.status == Status::Outgoing.as_str()
}

fn cells(call: &RegisterCall, zone: Tz) -> Vec<String> {
    vec![
        if is_outgoing(call) { "→" } else { "←" }.into(),
        call.status.clone(),
        local(call.started_at, zone),
        format!("{:02}:{:02}", call.duration_s / 60, call.duration_s % 60),
        call.advisor.clone().unwrap_or_default(),
        call.number.clone().unwrap_or_default(),
    ]
}
