//! What a session becomes: a call, or something that is in no register.

mod client;
mod details;
mod notes;
mod outcome;
mod times;

use chrono::{SubsecRound, TimeDelta};
use chrono_tz::Tz;

use super::phases::{Phases, SessionTimes, phases};
use super::session::Session;
use super::time::{self, Instant};
use crate::call::{Attached, Call, Kind, LeftOut, Party, Records, UnfinishedCall, Unreadable};
use crate::moment::{self, Moment};
use crate::phone::Region;
use crate::reason::{Cause, Reason};
use crate::scalar::{self, Scalar};
use crate::tolerant_json;
use outcome::Outcome;

/// No talk is longer than an unfinished session is waited for.
const LONGEST_TALK: TimeDelta = TimeDelta::days(31);

/// A session that was read.
#[derive(Debug)]
pub enum Event {
    /// A call, and how many of its phases end before they begin.
    Call(Box<Call>, u64),
    LeftOut(LeftOut, String),
    Unfinished(UnfinishedCall),
}

/// How an account writes times and numbers.
#[derive(Clone, Copy, Debug)]
pub struct RowReader {
    /// Of times without an offset.
    pub zone: Tz,
    pub region: Region,
}

impl RowReader {
    /// Reads a session as it was received, at the moment `now`, into the records; gives its
    /// id, if it has one.
    pub fn read_into(self, text: &str, now: Moment, records: &mut Records) -> Option<String> {
        match self.read(text, now) {
            Ok(event) => Some(put(event, records)),
            Err(unreadable) => {
                let id = unreadable.provider_call_id.clone();
                records.unreadable.push(unreadable);
                id
            }
        }
    }

    fn read(self, text: &str, now: Moment) -> Result<Event, Unreadable> {
        let session: Result<Session, _> = tolerant_json::from_str(text);
        session
            .map_err(|error| Cause::NotRecord.of(&[&error]))
            .and_then(|session| self.event(&session, now))
            .map_err(|reason| self.unreadable(text, reason, now))
    }

    fn event(self, session: &Session, now: Moment) -> Result<Event, Reason> {
        let id = session.number()?;
        if session.is_chat()? {
            return Ok(Event::LeftOut(LeftOut::Chat, id));
        }
        let created = session.created(self.zone)?;
        let times = session.times(created, self.zone)?;
        match session.outcome(&times, now)? {
            Outcome::LeftOut(left_out) => Ok(Event::LeftOut(left_out, id)),
            Outcome::Unfinished => Ok(Event::Unfinished(UnfinishedCall {
                provider_call_id: id,
                started_at: created.trunc_subsecs(0),
            })),
            Outcome::Call(status, word) => {
                let Phases { phases, negative } = phases(&times, &[]);
                let attached = Attached {
                    notes: session.notes(&times),
                    phases,
                };
                let call = Call {
                    provider_call_id: id,
                    advisor: Party::Hidden,
                    advisor_keys: session.advisor_keys(&times),
                    client: session.client(self.region),
                    client_name: None,
                    status,
                    kind: Kind::phone_call(),
                    started_at: created.trunc_subsecs(0),
                    duration_s: session.duration_s(&times)?,
                    note: None,
                    recording_url: session.recording_url(),
                    recording_url_varies: true,
                    uploaded_at: None,
                    details: Some(session.details(word, created).to_string()),
                    has_notes: false,
                    attached: Some(attached),
                };
                Ok(Event::Call(Box::new(call), negative))
            }
        }
    }

    /// Keeps what can be read of the session all the same.
    fn unreadable(self, text: &str, reason: Reason, now: Moment) -> Unreadable {
        let session: Session = tolerant_json::from_str(text).unwrap_or_default();
        let created = session.created(self.zone).ok();
        let status = match session.outcome(&SessionTimes::default(), now) {
            Ok(Outcome::Call(status, _)) => Some(status),
            _ => None,
        };
        let id = session.number().ok();
        Unreadable {
            provider_call_id: id.or_else(|| scalar::field(text, "id").0),
            reason,
            record: text.to_owned(),
            advisor_number: None,
            day: created.map(|at| moment::day_of(at, self.zone)),
            status,
        }
    }
}

fn put(event: Event, records: &mut Records) -> String {
    match event {
        Event::Call(call, negative) => {
            let id = call.provider_call_id.clone();
            records.calls.push(*call);
            for _ in 0..negative {
                let row = (LeftOut::NegativePhase, Some(id.clone()));
                records.left_out.push(row);
            }
            id
        }
        Event::LeftOut(left_out, id) => {
            records.left_out.push((left_out, Some(id.clone())));
            id
        }
        Event::Unfinished(call) => {
            let id = call.provider_call_id.clone();
            let row = (LeftOut::Unfinished, Some(id.clone()));
            records.left_out.push(row);
            records.unfinished.push(call);
            id
        }
    }
}

impl Session {
    /// The id, which is a whole number.
    fn number(&self) -> Result<String, Reason> {
        let text = self.id.text().ok_or(Cause::NoId)?;
        let number: Option<i64> = self.id.whole_number();
        let number = number.ok_or_else(|| Cause::ImpossibleId.of(&[&text]))?;
        Ok(number.to_string())
    }

    fn created(&self, zone: Tz) -> Result<Instant, Reason> {
        Ok(time::read_field(&self.created, zone)?.ok_or(Cause::NoTime)?)
    }

    fn duration_s(&self, times: &SessionTimes) -> Result<u32, Reason> {
        let length = times.length.unwrap_or_default();
        let seconds = u32::try_from(length.num_seconds()).ok();
        seconds
            .filter(|_| (TimeDelta::zero()..=LONGEST_TALK).contains(&length))
            .ok_or_else(|| Cause::ImpossibleDuration.of(&[&self.length.text().unwrap_or_default()]))
    }

    /// The address of the recording that has everybody, else of the first one. mluvii makes
    /// it anew for each answer.
    fn recording_url(&self) -> Option<String> {
        let ready = self.kept_recordings();
        let ready = ready.filter_map(|recording| Some((recording, recording.ready_url()?)));
        let first = ready.min_by_key(|(recording, _)| !recording.has_everybody());
        first.map(|(_, url)| url.to_owned())
    }
}

/// Of a field whose word is unknown, or absent.
fn unknown([unknown, absent]: [Cause; 2], field: &Scalar) -> Reason {
    match field.text() {
        Some(text) => unknown.of(&[&text]),
        None => absent.into(),
    }
}

#[cfg(test)]
mod tests;
