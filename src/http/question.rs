//! A question to a system: sent with a token, and its answer read as JSON.

use std::time::Instant;

use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::exchange::{Answered, NoAnswer, exchange};
use super::{Answer, Attempted, BaseUrl, Http, Refusal, Refused, Token};
use crate::provider::{Fault, Result};
use crate::reason::Reason;
use crate::{text, tolerant_json};

/// One request, before it is sent.
pub(super) struct Question<'a> {
    pub method: Method,
    pub path: &'a str,
    /// As it stands behind the path, encoded.
    pub query: String,
    pub body: Option<&'a Value>,
}

impl Http {
    /// Asks until `T` can be read from the answer, or the retry policy ends it.
    pub(super) fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        question: &Question,
    ) -> Result<Answer<'_, T>> {
        self.ask_with_token(question.path, |token| {
            self.read(&self.answer_to(question, token)?)
        })
    }

    /// As [`Self::ask`]; None where there is nothing.
    pub(super) fn ask_if_there<T: for<'de> Deserialize<'de>>(
        &self,
        question: &Question,
    ) -> Result<Option<Answer<'_, T>>> {
        let Answer { body, permit } = self.ask_with_token(question.path, |token| {
            let answered = self.answer_to(question, token)?;
            match answered.status {
                StatusCode::NOT_FOUND => Ok(None),
                _ => self.read(&answered).map(Some),
            }
        })?;
        Ok(body.map(|body| Answer { body, permit }))
    }

    /// What a question is answered, whatever it is.
    fn answer_to(&self, question: &Question, token: &Token) -> Attempted<Answered> {
        let Question {
            method,
            path,
            query,
            body,
        } = question;
        let body = body.map(Value::to_string);
        let asked = body.as_deref().unwrap_or(query);
        log::trace!("{method} {path}: {}", text::quoted(asked));
        let url = format!("{}{path}{query}", self.base_url());
        let client = self.client_to(&self.access.base)?;
        let request = client
            .request(method.clone(), url)
            .bearer_auth(token.secret());
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body),
            None => request,
        };
        let answered = self.asked(&format!("{method} {path}"), request)?;
        let is_known = self
            .clock()
            .is_some_and(|clock| clock.reading.theirs.is_some());
        if answered.status == StatusCode::OK && !is_known {
            self.clock.set(Some(answered.clock));
        }
        Ok(answered)
    }

    /// Sends a question, and keeps whether it may have been done.
    fn asked(&self, name: &str, request: RequestBuilder) -> Attempted<Answered> {
        let answered = self.exchange(name, request);
        self.may_be_done.set(match &answered {
            Ok(answered) => !answered.is_plain_refusal(),
            Err(none) => none.may_have_arrived,
        });
        answered.map_err(|none| none.fault.into())
    }

    /// Sends a request that is no question.
    pub(super) fn send(&self, name: &str, request: RequestBuilder) -> Attempted<Answered> {
        let answered = self.exchange(name, request);
        answered.map_err(|none| none.fault.into())
    }

    /// Sends a request within the time limit, and counts it. `name`: for the log.
    fn exchange(
        &self,
        name: &str,
        request: RequestBuilder,
    ) -> std::result::Result<Answered, NoAnswer> {
        self.requests.set(self.requests.get() + 1);
        let start = Instant::now();
        let request = request.timeout(self.access.timeout);
        let answered = exchange(request, &self.access.network)?;
        log::debug!(
            "{name}: {}, {}, {} ms",
            answered.status,
            text::counted(answered.text.len(), "byte"),
            start.elapsed().as_millis()
        );
        Ok(answered)
    }

    /// The client for the base URL, or for a login.
    pub(super) fn client_to(&self, server: &BaseUrl) -> Attempted<&Client> {
        let kept = match server.is_same_server(&self.access.base) {
            true => &self.client,
            false => &self.login_client,
        };
        if let Some(client) = kept.get() {
            return Ok(client);
        }
        let client = self
            .access
            .network
            .client(server)
            .map_err(Refusal::no_client)?;
        Ok(kept.get_or_init(|| client))
    }

    /// The content of an answer, or what the answer means instead.
    fn read<T: for<'de> Deserialize<'de>>(&self, answered: &Answered) -> Attempted<T> {
        if answered.status != StatusCode::OK {
            return Err(self.refused(answered, false));
        }
        let content = if self.has_secret(&answered.text) {
            &self.without_secrets(&answered.text)
        } else {
            &answered.text
        };
        tolerant_json::from_str(content).map_err(|error| self.unreadable(answered, &error))
    }

    /// What an answer means that is not what was asked for.
    fn unreadable(&self, answered: &Answered, error: &serde_json::Error) -> Refusal {
        let text = self.without_secrets(&answered.text);
        let refusal = match error.is_data() {
            true => None,
            false => self.refusal(answered, &text, false),
        };
        refusal.unwrap_or_else(|| {
            let reason = self.without_secrets(&format!("{error} in {}", answered.text));
            let reason = Reason::in_its_words(text::quoted(&reason));
            Refusal::Passing(Fault::BadAnswer(reason))
        })
    }

    /// What an answer other than 200 means: to the system, else by HTTP's own rules.
    pub(super) fn refused(&self, answered: &Answered, is_login: bool) -> Refusal {
        let text = self.without_secrets(&answered.text);
        let refusal = self.refusal(answered, &text, is_login);
        refusal.unwrap_or_else(|| Refusal::by_status(answered, &text))
    }

    /// What the system says of an answer that is none. `text`: its own, without secrets.
    pub(super) fn refusal(
        &self,
        answered: &Answered,
        text: &str,
        is_login: bool,
    ) -> Option<Refusal> {
        (self.system.refusal)(&Refused {
            status: answered.status.as_u16(),
            text,
            retry_after: answered.retry_after,
            is_login,
        })
    }
}
