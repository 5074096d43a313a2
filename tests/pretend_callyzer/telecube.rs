//! A pretend TeleCube, the second telephony system: what its instance holds.

mod api;
mod controls;
mod number;
mod row;
#[cfg(test)]
mod wire_tests;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use crate::PretendCallyzer;
use crate::world::World;

pub use api::answer;

pub struct Telecube {
    pub token: String,
    pub zone: Tz,
    pub calls: Vec<TelecubeCall>,
    /// Whether answers say how many rows there are in all.
    pub gives_total: bool,
    /// How many rows an answer has at most.
    pub page_size: usize,
}

/// An event of the contact history: a phone call, or one of the other services.
/// Windows go by these fields; `extra` only overwrites what the row shows.
#[derive(Clone, Debug, Default)]
pub struct TelecubeCall {
    pub uuid: String,
    /// `IN`, `OUT` or `INTERNAL`.
    pub direction: String,
    /// `ANSWERED`, `NOANSWER` or `BUSY`.
    pub status: String,
    /// `CALL`, `SMS` or `FAX`.
    pub service: String,
    pub at: DateTime<Utc>,
    pub duration_s: u32,
    /// The outside party's, with its country code and without a plus; empty for a hidden number.
    pub number: String,
    pub receivers: Vec<Receiver>,
    pub notes: Vec<TelecubeNote>,
    pub extra: Map<String, Value>,
}

/// A user tied to a call. The row leaves out what is unknown, or empty.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    pub internal: Option<u32>,
    pub uuid: Option<String>,
    pub first_name: String,
    pub last_name: String,
}

#[derive(Clone, Debug, Default)]
pub struct TelecubeNote {
    pub uuid: String,
    /// As the row shows it: plain, or a document of the editor as JSON text.
    pub text: String,
    pub created: DateTime<Utc>,
    /// First and last name.
    pub author: (String, String),
    /// `exist`, or another word for a note that was deleted.
    pub status: String,
    pub extra: Map<String, Value>,
}

impl Default for Telecube {
    /// An empty instance in Warsaw that accepts [`PretendCallyzer::TELECUBE_TOKEN`].
    fn default() -> Self {
        Self {
            token: PretendCallyzer::TELECUBE_TOKEN.into(),
            zone: chrono_tz::Europe::Warsaw,
            calls: Vec::new(),
            gives_total: true,
            page_size: 1_000,
        }
    }
}

impl World {
    pub fn telecube_call(&mut self, call: TelecubeCall) -> &mut TelecubeCall {
        self.telecube.calls.push(call);
        let last = self.telecube.calls.len() - 1;
        &mut self.telecube.calls[last]
    }
}

impl TelecubeCall {
    /// A phone call of the user at extension 101, of nobody if `user_uuid` is empty.
    /// It is answered if it has a length.
    pub fn new(
        uuid: &str,
        direction: &str,
        number: &str,
        user_uuid: &str,
        at: DateTime<Utc>,
        duration_s: u32,
    ) -> Self {
        let user = (!user_uuid.is_empty()).then(|| Receiver {
            internal: Some(101),
            uuid: Some(user_uuid.into()),
            ..Receiver::default()
        });
        let is_answered = duration_s > 0;
        Self {
            uuid: uuid.into(),
            direction: direction.into(),
            status: if is_answered { "ANSWERED" } else { "NOANSWER" }.into(),
            service: "CALL".into(),
            at,
            duration_s,
            number: number.into(),
            receivers: user.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Has the row show that value, whatever the call is.
    pub fn showing(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }
}

impl TelecubeNote {
    /// A note of Jan Kowalski's that exists.
    pub fn new(uuid: &str, text: &str, created: DateTime<Utc>) -> Self {
        Self {
            uuid: uuid.into(),
            text: text.into(),
            created,
            author: ("Jan".into(), "Kowalski".into()),
            status: "exist".into(),
            ..Self::default()
        }
    }

    pub(crate) fn exists(&self) -> bool {
        self.status == "exist"
    }
}
