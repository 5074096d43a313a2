//! One row of `/callHistory`. Tolerates what live accounts send.

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::list::items;
use super::time;
use crate::call::{Call, Kind, LeftOut, Party, Status, Unreadable};
use crate::moment;
use crate::phone::{PhoneNumber, Region};
use crate::scalar::Scalar;

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
pub enum Event {
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
    /// Reads a row as it was received.
    pub fn read(self, text: &str) -> Result<Event, Unreadable> {
        let row: Result<HistoryRow, _> = serde_json::from_str(text);
        row.map_err(|error| format!("not a record: {error}"))
            .and_then(|row| row.into_event(self))
            .map_err(|reason| self.unreadable(text, reason))
    }

    fn unreadable(self, text: &str, reason: String) -> Unreadable {
        let row: HistoryRow = serde_json::from_str(text).unwrap_or_default();
        let started_at = row.call_date.text().map(|text| time::read(text, self.zone));
        Unreadable {
            status: row.status().ok(),
            day: started_at
                .and_then(Result::ok)
                .map(|at| moment::day_of(at, self.zone)),
            advisor_number: None,
            provider_call_id: row.uuid.0,
            reason,
            record: text.to_owned(),
        }
    }
}

impl HistoryRow {
    fn into_event(self, reader: RowReader) -> Result<Event, String> {
        let left_out = match word(&self.service).as_deref() {
            Some("call") => (word(&self.call_direction).as_deref() == Some("internal"))
                .then_some(LeftOut::Internal),
            Some("sms") => Some(LeftOut::Sms),
            Some("fax") => Some(LeftOut::Fax),
            _ => return Err(unknown("service", &self.service)),
        };
        if let Some(left_out) = left_out {
            return Ok(Event::LeftOut(left_out, self.uuid.0));
        }
        let outside = self.outside();
        let call_date = self.call_date.text().ok_or("no call date")?;
        let call = Call {
            advisor: Party::Hidden,
            advisor_keys: self.advisor_keys(),
            client: client([&self.external_number, outside], reader.region),
            client_name: name(outside),
            status: self.status()?,
            kind: Kind::phone_call(),
            started_at: time::read(call_date, reader.zone)?,
            duration_s: self.duration()?,
            note: None,
            recording_url: None,
            uploaded_at: None,
            has_notes: self.note_count() > 0,
            details: Some(self.details(reader.zone).to_string()),
            provider_call_id: self.uuid.0.ok_or("no uuid")?,
        };
        Ok(Event::Call(Box::new(call)))
    }

    /// An outgoing call stays one, whether it was answered or not.
    fn status(&self) -> Result<Status, String> {
        let direction = word(&self.call_direction);
        let outcome = word(&self.status);
        match (direction.as_deref(), outcome.as_deref()) {
            (Some("in" | "out"), None) => Err(unknown("status", &self.status)),
            (Some("in"), Some("answered")) => Ok(Status::Incoming),
            (Some("in"), Some("noanswer")) => Ok(Status::Missed),
            (Some("in"), Some("busy")) => Ok(Status::Rejected),
            (Some("out"), Some("answered" | "noanswer" | "busy")) => Ok(Status::Outgoing),
            (Some("in" | "out"), _) => Err(unknown("status", &self.status)),
            _ => Err(unknown("direction", &self.call_direction)),
        }
    }

    fn duration(&self) -> Result<u32, String> {
        match self.duration.text() {
            None => Ok(0),
            Some(text) => self
                .duration
                .whole_number()
                .ok_or_else(|| format!("impossible duration '{text}'")),
        }
    }

    /// A flag or the number of notes; which of both is not documented.
    fn note_count(&self) -> u64 {
        match self.note.text() {
            Some("true") => 1,
            _ => self.note.whole_number().unwrap_or_default(),
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

    /// What else the row says of the call.
    fn details(&self, zone: Tz) -> Value {
        let mut details = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                details.insert(name.into(), value);
            }
        };
        let scalar = |scalar: &Scalar| scalar.text().map(Value::from);
        let talk = items(&self.user_talk);
        put("status", word(&self.status).map(Value::from));
        put(
            "queue",
            talk.first()
                .and_then(|talk| text(talk, "status"))
                .map(Value::from),
        );
        put("destination", scalar(&self.destination));
        put("cost", scalar(&self.cost));
        let notes = self.note_count();
        put("notes", (notes > 0).then(|| notes.into()));
        let receiver = ["internal", "uuid", "firstName", "lastName"];
        put("receivers", chosen(&self.receivers(), &receiver));
        let flag = ["name", "uuid", "color", "relUuid", "reluuid"];
        put("flags", chosen(&items(&self.flags), &flag));
        let caller = ["type", "uuid", "firstName", "lastName", "name"];
        put(
            "caller",
            chosen(&[self.outside()], &caller).map(|mut callers| callers[0].take()),
        );
        // The first of both was taken.
        let twice = self
            .call_date
            .text()
            .filter(|text| time::occurs_twice(text, zone));
        put("ambiguous_time", twice.map(Value::from));
        Value::Object(details)
    }
}

/// A word of the API in small letters alone: `NO_ANSWER` is `noAnswer`.
fn word(field: &Scalar) -> Option<String> {
    let letters = field.text()?.chars().filter(|sign| sign.is_alphabetic());
    Some(letters.flat_map(char::to_lowercase).collect())
}

fn unknown(what: &str, field: &Scalar) -> String {
    match field.text() {
        Some(text) => format!("unknown {what} '{text}'"),
        None => format!("no {what}"),
    }
}

fn text(object: &Value, field: &str) -> Option<String> {
    Scalar::from(object[field].clone()).0
}

/// Of each object the fields that are wanted and there; None if nothing is.
fn chosen(objects: &[&Value], fields: &[&str]) -> Option<Value> {
    let object = |object: &&Value| {
        let fields = fields.iter();
        let fields = fields.filter_map(|field| Some(((*field).to_owned(), text(object, field)?)));
        let fields: Map<_, _> = fields.map(|(field, text)| (field, text.into())).collect();
        (!fields.is_empty()).then_some(Value::Object(fields))
    };
    let objects: Vec<_> = objects.iter().filter_map(object).collect();
    (!objects.is_empty()).then(|| json!(objects))
}

/// The name of a person or an organisation that the account knows.
fn name(party: &Value) -> Option<String> {
    let person: Vec<_> = ["firstName", "lastName"]
        .iter()
        .filter_map(|field| text(party, field))
        .collect();
    if person.is_empty() {
        text(party, "name")
    } else {
        Some(person.join(" "))
    }
}

/// The number of the first of these parties that has one.
fn client(parties: [&Value; 2], region: Region) -> Party {
    let parties = parties.into_iter().flat_map(items);
    let mut numbers = parties.filter_map(|party| number(party, region));
    numbers.next().unwrap_or(Party::Hidden)
}

/// An international number comes without its plus sign, but its formatted twin has it.
fn number(party: &Value, region: Region) -> Option<Party> {
    let formatted = text(party, "numberFormatted").or_else(|| text(party, "number"));
    let given = text(party, "numberNotFormatted").or_else(|| formatted.clone())?;
    let is_same =
        |formatted: &String| formatted.starts_with('+') && digits(formatted) == digits(&given);
    let international = formatted.filter(is_same);
    let number = match &international {
        Some(international) => PhoneNumber::parse(international, region),
        None => PhoneNumber::parse(&given, region)
            .or_else(|| PhoneNumber::parse(&format!("+{given}"), region)),
    };
    Some(number.map_or(Party::Other(given), Party::Number))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests;
