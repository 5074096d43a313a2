//! One row of `/callHistory`. Tolerates what live accounts send.

mod details;
pub mod party;

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use super::list::{items, text};
use super::time;
use crate::call::{Call, Kind, LeftOut, Party, Records, Status, Unreadable};
use crate::moment;
use crate::phone::Region;
use crate::reason::{Cause, Reason};
use crate::scalar::{self, Scalar};
use crate::tolerant_json;

/// A field whose word is unknown, or absent.
const SERVICE: [Cause; 2] = [Cause::UnknownService, Cause::NoService];
const STATUS: [Cause; 2] = [Cause::UnknownStatus, Cause::NoStatus];
const DIRECTION: [Cause; 2] = [Cause::UnknownDirection, Cause::NoDirection];

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct HistoryRow {
    uuid: Scalar,
    call_direction: Scalar,
    call_date: Scalar,
    duration: Scalar,
    status: Scalar,
    service: Scalar,
    destination: Scalar,
    cost: Scalar,
    note: Scalar,
    to: Value,
    from: Value,
    user_talk: Value,
    external_number: Value,
    flags: Value,
}

/// A row that was read.
#[derive(Debug)]
enum Event {
    Call(Box<Call>),
    LeftOut(LeftOut, Option<String>),
}

/// How an account writes times and numbers.
#[derive(Clone, Copy, Debug)]
pub struct RowReader {
    pub zone: Tz,
    pub region: Region,
}

impl RowReader {
    /// Reads a row as it was received into the records; gives its id, if it has one.
    pub fn read_into(self, text: &str, records: &mut Records) -> Option<String> {
        match self.read(text) {
            Ok(Event::Call(call)) => {
                let id = call.provider_call_id.clone();
                records.calls.push(*call);
                Some(id)
            }
            Ok(Event::LeftOut(left_out, id)) => {
                records.left_out.push((left_out, id.clone()));
                id
            }
            Err(unreadable) => {
                let id = unreadable.provider_call_id.clone();
                records.unreadable.push(unreadable);
                id
            }
        }
    }

    fn read(self, text: &str) -> Result<Event, Unreadable> {
        let row: Result<HistoryRow, _> = tolerant_json::from_str(text);
        row.map_err(|error| Cause::NotRecord.of(&[&error]))
            .and_then(|row| row.into_event(self))
            .map_err(|reason| self.unreadable(text, reason))
    }

    fn unreadable(self, text: &str, reason: Reason) -> Unreadable {
        let row: HistoryRow = tolerant_json::from_str(text).unwrap_or_default();
        let started_at = row.call_date.text().map(|text| time::read(text, self.zone));
        Unreadable {
            status: row.status().ok(),
            day: started_at
                .and_then(Result::ok)
                .map(|at| moment::day_of(at, self.zone)),
            advisor_number: None,
            provider_call_id: scalar::field(text, "uuid").0,
            reason,
            record: text.to_owned(),
        }
    }
}

impl HistoryRow {
    fn into_event(self, reader: RowReader) -> Result<Event, Reason> {
        let left_out = match word(&self.service).as_deref() {
            Some("call") => (word(&self.call_direction).as_deref() == Some("internal"))
                .then_some(LeftOut::Internal),
            Some("sms") => Some(LeftOut::Sms),
            Some("fax") => Some(LeftOut::Fax),
            _ => return Err(unknown(SERVICE, &self.service)),
        };
        if let Some(left_out) = left_out {
            return Ok(Event::LeftOut(left_out, self.uuid.0));
        }
        let outside = self.outside();
        let call_date = self.call_date.text().ok_or(Cause::NoCallDate)?;
        let call = Call {
            advisor: Party::Hidden,
            advisor_keys: self.advisor_keys(),
            client: party::client([&self.external_number, outside], reader.region),
            client_name: party::name(outside),
            status: self.status()?,
            kind: Kind::phone_call(),
            started_at: time::read(call_date, reader.zone)?,
            duration_s: self.duration()?,
            note: None,
            recording_url: None,
            uploaded_at: None,
            has_notes: self.note_count() > 0,
            recording_url_varies: false,
            attached: None,
            details: Some(self.details(reader.zone).to_string()),
            provider_call_id: self.uuid.0.ok_or(Cause::NoUuid)?,
        };
        Ok(Event::Call(Box::new(call)))
    }

    /// An outgoing call stays one, whether it was answered or not.
    fn status(&self) -> Result<Status, Reason> {
        let direction = word(&self.call_direction);
        let outcome = word(&self.status);
        match (direction.as_deref(), outcome.as_deref()) {
            (Some("in" | "out"), None) => Err(unknown(STATUS, &self.status)),
            (Some("in"), Some("answered")) => Ok(Status::Incoming),
            (Some("in"), Some("noanswer")) => Ok(Status::Missed),
            (Some("in"), Some("busy")) => Ok(Status::Rejected),
            (Some("out"), Some("answered" | "noanswer" | "busy")) => Ok(Status::Outgoing),
            (Some("in" | "out"), _) => Err(unknown(STATUS, &self.status)),
            _ => Err(unknown(DIRECTION, &self.call_direction)),
        }
    }

    fn duration(&self) -> Result<u32, Reason> {
        match self.duration.text() {
            None => Ok(0),
            Some(text) => self
                .duration
                .whole_number()
                .ok_or_else(|| Cause::ImpossibleDuration.of(&[&text])),
        }
    }

    /// A flag or the number of notes; which of both is not documented.
    fn note_count(&self) -> u64 {
        match self.note.text() {
            None | Some("false") => 0,
            Some(_) => self.note.whole_number().unwrap_or(1),
        }
    }

    /// The party outside the organisation.
    fn outside(&self) -> &Value {
        let is_incoming = word(&self.call_direction).as_deref() == Some("in");
        let party = if is_incoming { &self.from } else { &self.to };
        items(party).first().copied().unwrap_or(&Value::Null)
    }

    /// The keys of the users who took part: an extension counts only where no user is
    /// named, for it may be another user's tomorrow.
    fn advisor_keys(&self) -> Vec<String> {
        let receivers = self.receivers();
        let keys = |field: &str| -> Vec<_> {
            let keys = receivers
                .iter()
                .filter_map(|receiver| text(receiver, field));
            keys.map(|key| key.to_lowercase()).collect()
        };
        let uuids = keys("uuid");
        if uuids.is_empty() {
            keys("internal")
        } else {
            uuids
        }
    }

    fn receivers(&self) -> Vec<&Value> {
        let talk = items(&self.user_talk);
        talk.first()
            .map_or(Vec::new(), |talk| items(&talk["receivers"]))
    }
}

/// A word of the API in small letters alone: `NO_ANSWER` is `noAnswer`.
fn word(field: &Scalar) -> Option<String> {
    let letters = field.text()?.chars().filter(|sign| sign.is_alphabetic());
    Some(letters.flat_map(char::to_lowercase).collect())
}

fn unknown([unknown, absent]: [Cause; 2], field: &Scalar) -> Reason {
    match field.text() {
        Some(text) => unknown.of(&[&text]),
        None => absent.into(),
    }
}

#[cfg(test)]
mod tests;
