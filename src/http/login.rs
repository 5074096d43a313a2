//! Logging in: what is exchanged for a token that ends, before the first question, and
//! again when the token is about to end or is refused.

use std::str::FromStr;
use std::time::Instant;

use percent_encoding::utf8_percent_encode;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;

use super::exchange::Answered;
use super::grant::Grant;
use super::refusal::is_page;
use super::{Answer, Attempted, BaseUrl, Credential, FORM, Http, Refusal, Secret, Token};
use crate::provider::{Fault, Result};
use crate::reason::{Cause, Reason};
use crate::{text, tolerant_json};

/// What stands for a secret in a log.
const HIDDEN: &str = "***";

/// Where a login is posted, as a base URL is written; it may end with a slash.
#[derive(Clone, Debug)]
pub struct LoginUrl {
    server: BaseUrl,
    /// Behind the server's URL.
    path: String,
}

impl FromStr for LoginUrl {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let server = text.parse()?;
        let slash = if text.ends_with('/') { "/" } else { "" };
        Ok(Self::below(&server, slash))
    }
}

impl LoginUrl {
    pub fn below(server: &BaseUrl, path: &str) -> Self {
        Self {
            server: server.clone(),
            path: path.into(),
        }
    }

    fn text(&self) -> String {
        format!("{}{}", self.server.as_str(), self.path)
    }
}

/// What is exchanged for a token: a form, posted to `url`. JSON with `access_token` and
/// perhaps `expires_in` answers it.
#[derive(Clone, Debug)]
pub struct Login {
    pub url: LoginUrl,
    pub fields: Vec<(&'static str, String)>,
    /// The field that nobody may see.
    pub secret: (&'static str, Secret),
}

impl Login {
    fn form(&self) -> String {
        let (name, secret) = &self.secret;
        let fields = self
            .fields
            .iter()
            .map(|(name, text)| (*name, text.as_str()));
        let fields = fields.chain([(*name, secret.text())]);
        let pairs =
            fields.map(|(name, text)| format!("{name}={}", utf8_percent_encode(text, FORM)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The form for a log.
    fn shown(&self) -> String {
        let fields = self
            .fields
            .iter()
            .map(|(name, text)| format!("{name}={text}"));
        let secret = format!("{}={HIDDEN}", self.secret.0);
        fields.chain([secret]).collect::<Vec<_>>().join("&")
    }
}

impl Http {
    /// The token for a request's header. Logs in if there is none, or if it is about to end.
    pub fn bearer(&self) -> Result<Token> {
        match &self.access.credential {
            Credential::Token(token) => Ok(token.clone()),
            Credential::Login(login) => match self.tokens.valid(Instant::now()) {
                Some(token) => Ok(token),
                None => self.log_in(login),
            },
        }
    }

    /// Asks with a token, as the retry policy says; if the token is refused, once more with
    /// a new one. A token that cannot be renewed is refused for good.
    pub(super) fn ask_with_token<T>(
        &self,
        name: &str,
        attempt: impl Fn(&Token) -> Attempted<T>,
    ) -> Result<Answer<'_, T>> {
        let token = self.bearer()?;
        let fault = match self.persist(name, || attempt(&token))? {
            Ok(answer) => return Ok(answer),
            Err(fault) => self.error(fault),
        };
        let Credential::Login(login) = &self.access.credential else {
            return Err(fault);
        };
        log::info!("{name}: {fault}; logging in again");
        self.tokens.refuse_newest();
        let token = self.log_in(login)?;
        let answer = self.persist(name, || attempt(&token))?;
        answer.map_err(|fault| self.error(fault))
    }

    /// Exchanges the login for a token, in the pace, as the retry policy says.
    fn log_in(&self, login: &Login) -> Result<Token> {
        let answer = self.persist("login", || self.attempt_login(login))?;
        let grant = answer.map_err(|fault| self.error(fault))?.body;
        let token = grant.token.clone();
        self.tokens.keep(grant);
        Ok(token)
    }

    fn attempt_login(&self, login: &Login) -> Attempted<Grant> {
        let (url, asked) = (login.url.text(), Instant::now());
        log::trace!("POST {url}: {}", text::quoted(&login.shown()));
        let client = self.client_to(&login.url.server)?;
        let request = client
            .post(&url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(login.form());
        let answered = self.send(&format!("POST {url}"), request)?;
        if answered.status != StatusCode::OK {
            return Err(self.refused(&answered, true));
        }
        let answer = tolerant_json::from_str(&answered.text).ok();
        let grant = answer.and_then(|answer| Grant::of(&answer, asked));
        grant.ok_or_else(|| self.without_token(&answered))
    }

    /// What an answer to a login means that brings no token. Nothing of it is shown, as what
    /// it brings may be one; only a page is.
    fn without_token(&self, answered: &Answered) -> Refusal {
        let text = self.without_secrets(&answered.text);
        let page = if is_page(&text) { &text } else { "" };
        let refusal = self.refusal(answered, page, true);
        let reason = Reason::from(Cause::NoToken);
        refusal.unwrap_or(Refusal::Passing(Fault::BadAnswer(reason)))
    }

    /// A text without the token, without those before it, and without what they cost.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        let secrets = self.secrets().into_iter();
        secrets.fold(text.to_owned(), |text, secret| secret.removed_from(&text))
    }

    /// Whether the content of an answer has a secret that is too long to be there by chance.
    pub(super) fn has_secret(&self, text: &str) -> bool {
        let secrets = self.secrets();
        let mut long = secrets.iter().filter(|secret| secret.is_long());
        long.any(|secret| secret.is_in(text))
    }

    fn secrets(&self) -> Vec<Secret> {
        let own = match &self.access.credential {
            Credential::Token(token) => token.as_secret(),
            Credential::Login(login) => &login.secret.1,
        };
        let mut secrets = self.tokens.secrets();
        secrets.push(own.clone());
        secrets
    }
}
