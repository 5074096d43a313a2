//! A campaign that is to be created: what would be sent, and what is in its way.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::json;

use super::local;
use crate::campaign::{CampaignRequest, Schedule};
use crate::store::campaigns::SentCampaign;
use crate::text;

/// Writes the request itself, then what it means.
pub fn write_preview(
    out: &mut dyn Write,
    request: &CampaignRequest,
    in_the_way: &[SentCampaign],
    zone: Tz,
) -> Result<()> {
    write_request(out, request)?;
    writeln!(out, "Kampania: {}", text::shown(&request.name))?;
    write_summary(out, request)?;
    if !in_the_way.is_empty() {
        writeln!(out, "Uwaga: {}", reasons(in_the_way, zone))?;
    }
    let flags = match in_the_way {
        [] => "--yes",
        _ => "--yes --again",
    };
    Ok(writeln!(
        out,
        "Nic nie wysłano. Z {flags} Dialog naprawdę zadzwoni do tych osób"
    )?)
}

/// Writes the request as JSON, one person a line.
fn write_request(out: &mut dyn Write, request: &CampaignRequest) -> Result<()> {
    let campaign = &request.to_json()["campaign"];
    super::json(out, &json!({ "campaign": campaign }))?;
    let mut people = request.callees.iter();
    people.try_for_each(|callee| super::json(out, &callee.to_json()))
}

fn write_summary(out: &mut dyn Write, request: &CampaignRequest) -> Result<()> {
    let Schedule {
        date,
        start,
        end,
        attempts,
        interval_minutes,
    } = request.schedule;
    let (start, end) = (start.format("%H:%M"), end.format("%H:%M"));
    writeln!(out, "Osoby: {}", request.callees.len())?;
    writeln!(out, "Kiedy: {date} od {start} do {end} (czas Dialogu)")?;
    Ok(writeln!(
        out,
        "Próby na numer: {attempts}, co {interval_minutes} min; linia {}, blok startowy {}",
        request.phone_id, request.start_block_id
    )?)
}

/// Writes that a campaign was created.
pub fn write_created(out: &mut dyn Write, id: i64, request: &CampaignRequest) -> Result<()> {
    writeln!(
        out,
        "Utworzono kampanię {id}: {}",
        text::shown(&request.name)
    )?;
    write_summary(out, request)?;
    Ok(writeln!(
        out,
        "Aby sync czytał jej wyniki, dopisz {id} do DIALOG_CAMPAIGNS"
    )?)
}

/// Why a request must not be sent.
pub fn refusal(in_the_way: &[SentCampaign], zone: Tz) -> String {
    let reasons = reasons(in_the_way, zone);
    format!("{reasons}; z --again zostanie wysłane mimo to")
}

fn reasons(in_the_way: &[SentCampaign], zone: Tz) -> String {
    let reasons: Vec<_> = in_the_way.iter().map(|sent| reason(sent, zone)).collect();
    reasons.join("; ")
}

fn reason(sent: &SentCampaign, zone: Tz) -> String {
    let (at, by) = (local(sent.sent_at, zone), text::shown(&sent.sent_by));
    let name = text::shown(&sent.name);
    match sent.id.filter(|_| sent.is_created) {
        Some(id) => format!("to samo zapytanie wysłano {at} ({by}) jako kampanię {id} „{name}”"),
        None => format!(
            "kampania „{name}” z {at} ({by}) mogła zostać utworzona i ma co najmniej jeden z tych numerów; sprawdź w Dialogu"
        ),
    }
}
