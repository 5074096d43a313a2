//! What the file knows of a number, as text and as JSON.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::screen::{Screen, write_words};
use super::{local, local_or_none};
use crate::explain::{Explanation, Subject};
use crate::moment;
use crate::store::explain::{ClientCalls, QuarantinedCall};
use crate::store::register::Lead;
use crate::{reason, status, text};

pub fn write_screen(out: &mut dyn Write, found: &Explanation, zone: Tz) -> Result<()> {
    let number = text::shown(&found.number);
    let mut lines = vec![format!("{number}: {}", whose(found))];
    lines.extend(text::first_items(found.leads.iter().map(lead_line)));
    lines.extend(call_lines(found, zone));
    lines.extend(quarantine_lines(&found.quarantine, zone));
    lines.extend(match found.subject {
        Subject::Advisor => phone_lines(found, zone),
        _ => {
            let date = local_or_none(found.last_synced_at(), zone);
            vec![format!("Dane wszystkich doradców do: {date}")]
        }
    });
    lines.push("Co dalej:".into());
    lines.extend(found.advice.iter().map(|advice| format!("- {advice}")));
    let screen = Screen::detect();
    for line in lines {
        write_words(out, &line, screen)?;
    }
    Ok(())
}

fn whose(found: &Explanation) -> String {
    match (found.subject, &found.owner) {
        (Subject::Advisor, Some(owner)) => {
            format!("numer doradcy: {}", text::shown(&owner.name))
        }
        (Subject::Lead, _) => "numer leada".into(),
        (Subject::Leads, _) => format!("numer kilku leadów ({})", found.leads.len()),
        (Subject::Invalid, _) => "to nie jest prawidłowy numer telefonu".into(),
        _ => "tego numeru nie ma żaden lead ani doradca".into(),
    }
}

fn lead_line(lead: &Lead) -> String {
    let name = text::shown(&lead.name);
    let advisor = lead.advisor.as_deref().map_or("brak".into(), text::shown);
    format!("{name} (lead {}), doradca: {advisor}", lead.id)
}

fn call_lines(found: &Explanation, zone: Tz) -> Vec<String> {
    let count = found.calls();
    let mut lines = vec![match found.last_call_at() {
        Some(last) => format!(
            "Połączenia w pliku: {count}, ostatnie: {}",
            local(last, zone)
        ),
        None => "Połączenia w pliku: brak".into(),
    }];
    let registers = found.client_calls.iter();
    let registers = registers.filter_map(|calls| Some((calls.lead_id?, calls.count)));
    let registers = registers.map(|(id, count)| format!("lead {id}: {count}"));
    lines.extend(text::list("W rejestrach leadów", registers));
    lines.extend(found.unmatched().map(|calls| {
        let ClientCalls {
            waiting,
            exhausted,
            attempts,
            ..
        } = calls;
        format!(
            "Nieprzetworzone rozmowy: oczekujące: {waiting}, po wyczerpaniu prób: {exhausted}, \
             najwięcej prób: {attempts}"
        )
    }));
    lines
}

fn quarantine_lines(records: &[QuarantinedCall], zone: Tz) -> Vec<String> {
    let line = |record: &QuarantinedCall| {
        let id = record.provider_call_id.as_deref().unwrap_or("bez id");
        let since = local(record.first_seen_at, zone);
        format!(
            "- {since} {}: {}",
            text::shown(id),
            reason::shown(&record.reason)
        )
    };
    let heading = match records.len() {
        0 => "Rekordy w kwarantannie: brak".into(),
        count => format!("Rekordy w kwarantannie: {count}"),
    };
    let lines = text::first_items(records.iter().map(line));
    [heading].into_iter().chain(lines).collect()
}

/// What only an advisor's phone has.
fn phone_lines(found: &Explanation, zone: Tz) -> Vec<String> {
    let silence = found.silent_phone().map(status::silence);
    let silence = silence.map_or(String::new(), |silence| format!(" ({silence})"));
    let contact = found.last_contact_at;
    let contact = contact.map_or("brak danych".into(), |at| local(at, zone));
    let windows = found.windows.iter();
    let windows = windows.map(|window| {
        let (from, to) = (local(window.from, zone), local(window.to, zone));
        format!("od {from} do {to}")
    });
    let days = found.differences.iter().map(ToString::to_string);
    let or_nothing =
        |heading: &str, list: Option<String>| list.unwrap_or(format!("{heading}: brak"));
    let (incomplete, differing) = ("Niekompletne okresy", "Dni niezgodne z Callyzerem");
    vec![
        format!("Ostatni kontakt telefonu: {contact}{silence}"),
        format!("Dane do: {}", local_or_none(found.last_synced_at(), zone)),
        or_nothing(incomplete, text::list(incomplete, windows)),
        or_nothing(differing, text::list(differing, days)),
    ]
}

pub fn to_json(found: &Explanation) -> Value {
    let unmatched = found.unmatched();
    let count = |of: fn(&ClientCalls) -> i64| unmatched.map_or(0, of);
    json!({
        "number": found.number,
        "is": found.subject.as_str(),
        "leads": found.leads.iter().map(lead_json).collect::<Vec<_>>(),
        "advisor": found.owner.as_ref().map(|owner| &owner.name),
        "calls": found.calls(),
        "unmatched": {
            "waiting": count(|calls| calls.waiting),
            "exhausted": count(|calls| calls.exhausted),
            "attempts": count(|calls| calls.attempts),
        },
        "quarantine": found.quarantine.iter().map(quarantine_json).collect::<Vec<_>>(),
        "last_synced_at": found.last_synced_at().map(moment::to_text),
        "last_contact_at": found.last_contact_at.map(moment::to_text),
        "doubtful_windows": found.windows.len(),
        "differences": found.differences.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "advice": found.advice,
    })
}

fn lead_json(lead: &Lead) -> Value {
    json!({ "id": lead.id, "name": lead.name, "advisor": lead.advisor })
}

fn quarantine_json(record: &QuarantinedCall) -> Value {
    json!({ "id": record.provider_call_id, "reason": record.reason })
}
