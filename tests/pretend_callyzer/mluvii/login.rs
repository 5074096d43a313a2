//! Who may ask mluvii: a token for credentials, good for a while.

use std::time::Instant;

use serde_json::{Value, json};

use super::Mluvii;
use crate::PretendCallyzer;
use crate::http::{Request, Response};
use crate::system::Answer;

/// Gives a token for the form of the client credentials.
pub fn log_in(mluvii: &mut Mluvii, request: &Request) -> (u16, Value) {
    let is = |name: &str, value: &str| request.body[name] == value;
    if request.method != "POST" || !is("grant_type", "client_credentials") {
        return (400, json!({"error": "unsupported_grant_type"}));
    }
    if !is("client_id", &mluvii.client_id) || !is("client_secret", &mluvii.client_secret) {
        let error = json!({"error": "invalid_client"});
        return (mluvii.invalid_client_status, error);
    }
    let token = format!("{}{}", PretendCallyzer::MLUVII_TOKEN, mluvii.logins() + 1);
    let mut answer = json!({"access_token": token, "token_type": "Bearer"});
    if let Some(seconds) = mluvii.expires_in {
        answer["expires_in"] = seconds.into();
    }
    let end = Instant::now() + mluvii.token_life;
    mluvii.tokens.push((token, end));
    (200, answer)
}

/// Whether the request has a token that is still good.
pub fn is_let_in(mluvii: &Mluvii, request: &Request) -> bool {
    let is_its = |token: &str| request.bearer() == Some(token);
    let mut tokens = mluvii.tokens.iter();
    tokens.any(|(token, end)| is_its(token) && Instant::now() < *end)
}

/// What the others get.
pub fn refusal(mluvii: &Mluvii) -> Answer {
    if mluvii.answers_401 {
        return (401, json!({"message": "Unauthorized"})).into();
    }
    let page = "/mluvii/login?returnUrl=%2Fapi";
    Answer::Whole(Response::text(302, "text/html", "").with("Location", page))
}

/// Where the redirect leads.
pub fn page() -> Answer {
    let page = "<!doctype html><title>mluvii - login</title>";
    Answer::Whole(Response::text(200, "text/html", page))
}
