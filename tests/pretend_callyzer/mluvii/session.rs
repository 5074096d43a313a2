//! A session as the company knows it, and the files that belong to it.

use std::cmp::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{MluviiOperator, RoutingStep};
use crate::hosted_file::HostedFile;

/// How long a client waits in the queue, or hears the ringing.
const WAIT: TimeDelta = TimeDelta::seconds(12);

/// How long it takes until an operator is looked for, and until one is found.
const ROUTING: TimeDelta = TimeDelta::seconds(1);
const CHOICE: TimeDelta = TimeDelta::seconds(4);

/// Filters go by these fields; `extra` only overwrites what the row shows.
#[derive(Clone, Debug, Default)]
pub struct MluviiSession {
    pub id: i64,
    /// `Phone`, `Chat` or `AV`.
    pub channel: String,
    /// `IncomingCall`, `OutgoingCall`, `Campaign`, `Callback`, `API`, …
    pub source: String,
    /// `CLOSED`, `ACTIVE`, …
    pub status: String,
    /// The client's, as the row shows it; empty for a hidden number.
    pub number: String,
    pub created: DateTime<Utc>,
    pub guest_joined: Option<DateTime<Utc>>,
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// When an operator dialled the number that asked to be called back.
    pub dialled: Option<DateTime<Utc>>,
    pub waited: TimeDelta,
    /// None if the two never talked.
    pub length_s: Option<u32>,
    pub dial_result: Option<String>,
    pub operators: Vec<MluviiOperator>,
    pub tags: Vec<String>,
    pub campaign_id: Option<i64>,
    pub termination: String,
    pub recordings: Vec<MluviiFile>,
    /// What operator and guest sent to each other.
    pub files: Vec<MluviiFile>,
    pub routing: Vec<RoutingStep>,
    pub extra: Map<String, Value>,
}

/// A recording, or a file that was shared.
#[derive(Clone, Debug)]
pub struct MluviiFile {
    pub id: String,
    pub name: String,
    /// Of a recording: `AllParticipants`, `Operator`, `Guest`, `ScreenSharing`, `Other`.
    pub kind: String,
    pub content: HostedFile,
    pub is_uploading: bool,
    pub is_deleted: bool,
}

impl MluviiSession {
    /// A phone session that ended; nobody took it if `operator` is empty. What goes out
    /// is answered if it has a length, and a callback was dialled if somebody took it.
    pub fn new(
        id: i64,
        source: &str,
        number: &str,
        operator: &str,
        at: DateTime<Utc>,
        length_s: u32,
    ) -> Self {
        let session = Self {
            id,
            channel: "Phone".into(),
            source: source.into(),
            status: "CLOSED".into(),
            number: number.into(),
            created: at,
            waited: WAIT,
            ended: Some(at + WAIT),
            termination: "GuestAbandoned".into(),
            routing: vec![RoutingStep::new("RoutingRequestCreated", at + ROUTING, "")],
            ..Self::default()
        };
        if source == "IncomingCall" {
            session.coming_in(operator, length_s)
        } else {
            session.going_out(operator, length_s)
        }
    }

    /// The operator takes it after the wait.
    fn coming_in(mut self, operator: &str, length_s: u32) -> Self {
        self.guest_joined = Some(self.created);
        if !operator.is_empty() {
            self.started = Some(self.created + WAIT);
            self = self.talking(operator, length_s);
        }
        self
    }

    /// The client takes it after the wait, if at all.
    fn going_out(mut self, operator: &str, length_s: u32) -> Self {
        if self.source != "Callback" {
            let result = if length_s > 0 {
                "ANSWERED"
            } else {
                "NO_ANSWER"
            };
            self.dial_result = Some(result.into());
        } else if !operator.is_empty() {
            self.dialled = Some(self.created);
        }
        if !operator.is_empty() {
            self.started = Some(self.created);
            self = self.talking(operator, length_s);
        }
        if length_s > 0 {
            self.guest_joined = Some(self.created + WAIT);
        }
        self
    }

    /// The routing history is told with its end first.
    fn talking(mut self, operator: &str, length_s: u32) -> Self {
        let (joined, begun) = (self.started.unwrap_or(self.created), self.created + WAIT);
        let end = begun + TimeDelta::seconds(length_s.into());
        let stay = u32::try_from((end - joined).num_seconds()).unwrap_or(0);
        self.operators = vec![MluviiOperator::new(operator, joined, stay)];
        self.ended = Some(end);
        self.length_s = (length_s > 0 || self.source == "IncomingCall").then_some(length_s);
        self.termination = "GuestLeft".into();
        let assigned = self.created + CHOICE;
        let steps = [
            ("AssignedToOperator", assigned),
            ("AcceptedByOperator", begun),
        ];
        for (activity, at) in steps {
            let step = RoutingStep::new(activity, at, operator);
            self.routing.insert(0, step);
        }
        self
    }

    /// The same while it still goes on.
    pub fn unfinished(mut self) -> Self {
        self.status = "ACTIVE".into();
        (self.ended, self.length_s) = (None, None);
        for operator in &mut self.operators {
            (operator.left, operator.concluded) = (None, None);
        }
        self
    }

    /// With a note of the last operator's.
    pub fn noting(mut self, text: &str) -> Self {
        if let Some(operator) = self.operators.last_mut() {
            operator.note = text.into();
        }
        self
    }

    /// Has the row show that value, whatever the session is.
    pub fn showing(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }

    pub(crate) fn newest_first(&self, other: &Self) -> Ordering {
        (other.created, other.id).cmp(&(self.created, self.id))
    }

    pub(crate) fn all_files(&self) -> impl Iterator<Item = &MluviiFile> {
        self.recordings.iter().chain(&self.files)
    }
}

impl MluviiFile {
    /// An MP3 file of all participants.
    pub fn new(id: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            id: id.into(),
            name: format!("{id}.mp3"),
            kind: "AllParticipants".into(),
            content: HostedFile::new(bytes),
            is_uploading: false,
            is_deleted: false,
        }
    }
}
