//! A pretend mluvii, the third telephony system: what its company holds.

mod api;
mod controls;
mod login;
mod operator;
mod row;
mod session;
mod timeline;
#[cfg(test)]
mod wire_tests;

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use chrono_tz::Tz;

use crate::PretendCallyzer;
use crate::world::World;

pub use api::answer;
pub use operator::MluviiOperator;
pub use session::{MluviiFile, MluviiSession};
pub use timeline::RoutingStep;

pub struct Mluvii {
    pub client_id: String,
    pub client_secret: String,
    /// The status of a login with other credentials.
    pub invalid_client_status: u16,
    /// How long a token is good.
    pub token_life: Duration,
    /// How many seconds the login's answer says that it is good.
    pub expires_in: Option<i64>,
    /// 401 for a request without a good token; else a redirect to the login page.
    pub answers_401: bool,
    /// The zone of the times that a session shows.
    pub zone: Tz,
    pub sessions: Vec<MluviiSession>,
    /// How many rows an answer has at most, whatever limit was asked for.
    pub page_cap: usize,
    /// In which order the sessions are listed.
    pub order: fn(&MluviiSession, &MluviiSession) -> Ordering,
    tokens: Vec<(String, Instant)>,
    /// How many requests were let in, which addresses of files show.
    reads: usize,
    after_page: Option<AfterPage>,
}

type AfterPage = Box<dyn FnMut(&mut Vec<MluviiSession>) + Send>;

impl Default for Mluvii {
    /// An empty company in Warsaw that accepts [`PretendCallyzer::MLUVII_CLIENT_SECRET`].
    fn default() -> Self {
        Self {
            client_id: PretendCallyzer::MLUVII_CLIENT_ID.into(),
            client_secret: PretendCallyzer::MLUVII_CLIENT_SECRET.into(),
            invalid_client_status: 400,
            token_life: Duration::from_secs(3600),
            expires_in: Some(3600),
            answers_401: false,
            zone: chrono_tz::Europe::Warsaw,
            sessions: Vec::new(),
            page_cap: 200,
            order: MluviiSession::newest_first,
            tokens: Vec::new(),
            reads: 0,
            after_page: None,
        }
    }
}

impl Mluvii {
    /// How many tokens were given.
    pub fn logins(&self) -> usize {
        self.tokens.len()
    }

    /// Ends all tokens that were given, whatever their life.
    pub fn end_tokens(&mut self) {
        let now = Instant::now();
        self.tokens.iter_mut().for_each(|(_, end)| *end = now);
    }

    /// Does something to the sessions after each page of them that was answered.
    pub fn after_page(&mut self, work: impl FnMut(&mut Vec<MluviiSession>) + Send + 'static) {
        self.after_page = Some(Box::new(work));
    }

    /// The session with that id, to change it.
    pub fn session_mut(&mut self, id: i64) -> &mut MluviiSession {
        self.sessions
            .iter_mut()
            .find(|session| session.id == id)
            .unwrap_or_else(|| panic!("no session {id}"))
    }
}

impl World {
    /// Adds a session, in place of the one that has its id.
    pub fn mluvii_session(&mut self, session: MluviiSession) -> &mut MluviiSession {
        let id = session.id;
        let sessions = &mut self.mluvii.sessions;
        sessions.retain(|other| other.id != id);
        sessions.push(session);
        self.mluvii.session_mut(id)
    }
}
