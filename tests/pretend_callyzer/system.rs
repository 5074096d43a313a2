//! The systems on the one server: under which root each is, how it reads and answers.

mod state;

use std::time::Duration;

use serde_json::Value;

use crate::http::{Request, Response};
use crate::world::World;
use crate::{api, dialog, mluvii, query, recordings, telecube};

pub use state::State;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Callyzer,
    Telecube,
    Mluvii,
    Dialog,
    /// The host of Callyzer's recordings.
    Recordings,
}

/// What a system in good order answers.
pub enum Answer {
    /// A status and JSON, which a misbehaviour can edit.
    Json(u16, Value),
    /// A file, a page, a redirect.
    Whole(Response),
}

const ROOTS: [(&str, System); 6] = [
    ("/api/v2.1", System::Callyzer),
    ("/api/v2.2", System::Callyzer),
    ("/publicApi", System::Telecube),
    ("/mluvii", System::Mluvii),
    ("/dialog/api", System::Dialog),
    ("/media", System::Recordings),
];

impl System {
    pub const ALL: [Self; 5] = [
        Self::Callyzer,
        Self::Telecube,
        Self::Mluvii,
        Self::Dialog,
        Self::Recordings,
    ];

    /// The system that a path is of, and the root of it; what is under none is Callyzer's.
    pub fn of(path: &str) -> (Self, &'static str) {
        let is_under = |root: &str| path.strip_prefix(root)?.strip_prefix('/').map(drop);
        let found = ROOTS.into_iter().find(|(root, _)| is_under(root).is_some());
        found.map_or((Self::Callyzer, ""), |(root, system)| (system, root))
    }

    /// The root of its newest version.
    pub fn root(self) -> &'static str {
        let own = ROOTS.into_iter().rev().find(|(_, system)| *system == self);
        own.map_or("", |(root, _)| root)
    }

    /// What a request says beside its path.
    pub fn question(self, query: &str, body: &[u8], is_form: bool) -> Value {
        match self {
            Self::Callyzer if body.is_empty() => query::typed(query),
            Self::Telecube => query::texts(query),
            Self::Mluvii if body.is_empty() => query::lists(query),
            _ if is_form => query::form(&String::from_utf8_lossy(body)),
            _ => serde_json::from_slice(body)
                .unwrap_or_else(|_| String::from_utf8_lossy(body).into()),
        }
    }

    pub fn answer(self, world: &mut World, request: &Request) -> Answer {
        match self {
            Self::Callyzer => api::answer(world, request).into(),
            Self::Telecube => telecube::answer(&world.telecube, request).into(),
            Self::Mluvii => mluvii::answer(&mut world.mluvii, request),
            Self::Dialog => dialog::answer(&mut world.dialog, request).into(),
            Self::Recordings => recordings::answer(world, request),
        }
    }

    /// The refusal of a request that came too early.
    pub fn too_many_requests(self, wait: Duration) -> Response {
        match self {
            Self::Telecube => Response::limit_exceeded(),
            _ => Response::too_many_requests(&wait.as_secs_f64().ceil().to_string()),
        }
    }

    /// The rows of an answer.
    pub fn rows(self, answer: &mut Value) -> Option<&mut Vec<Value>> {
        match self {
            Self::Callyzer => answer["result"].as_array_mut(),
            Self::Telecube | Self::Dialog => answer["data"].as_array_mut(),
            Self::Mluvii => answer.as_array_mut(),
            Self::Recordings => None,
        }
    }

    /// What holds the count of all rows, and the count's name there.
    pub fn total(self, answer: &mut Value) -> Option<(&mut Value, &'static str)> {
        match self {
            Self::Callyzer => Some((answer, "total_records")),
            Self::Telecube => Some((&mut answer["otherData"], "totalCount")),
            Self::Dialog => Some((answer, "count")),
            Self::Mluvii | Self::Recordings => None,
        }
    }

    /// The same question about the first page.
    pub fn first_page(self, request: &Request) -> Request {
        let mut first = request.clone();
        match self {
            Self::Callyzer => first.body["page_no"] = 1.into(),
            Self::Telecube => first.body["page"] = "1".into(),
            Self::Mluvii => first.body["offset"] = "0".into(),
            // Their answers have no pages.
            Self::Dialog | Self::Recordings => {}
        }
        first
    }
}

impl From<(u16, Value)> for Answer {
    fn from((status, body): (u16, Value)) -> Self {
        Self::Json(status, body)
    }
}
