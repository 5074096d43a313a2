//! What mluvii's refusals mean.

use std::collections::BTreeMap;

use crate::http::{Refusal, Refused, System};
use crate::provider::{Fault, Provider};
use crate::rate_limit::LockNames;
use crate::reason::Cause;
use crate::{text, tolerant_json};

pub const SYSTEM: System = System {
    name: Provider::Mluvii.name(),
    locks: LockNames {
        queue: None,
        permit: "-mluvii-turn",
    },
    refusal,
};

/// A question without a token that counts is redirected to a page for people.
fn refusal(refused: &Refused) -> Option<Refusal> {
    let answer = answer(refused);
    let denied = |cause: Cause| Fault::Denied(cause.of(&[&answer]));
    let is_for_browser = refused.is_for_browser();
    match (refused.status, refused.is_login) {
        (400 | 401 | 403, true) => Some(Refusal::Final(denied(Cause::MluviiLogin))),
        (_, true) if is_for_browser => Some(Refusal::Final(denied(Cause::MluviiLogin))),
        (_, true) => None,
        (401, false) => Some(Refusal::Unauthorized(denied(Cause::MluviiToken))),
        _ if is_for_browser => Some(Refusal::Unauthorized(denied(Cause::MluviiToken))),
        (403, false) => Some(Refusal::Final(denied(Cause::MluviiRights))),
        (400, false) => documented_refusal(refused.text),
        _ => None,
    }
}

/// The answer for a person, who can do nothing with a page.
fn answer(refused: &Refused) -> String {
    let status = refused.status;
    match refused.is_for_browser() {
        true => format!("{status}: a page for a browser"),
        false => format!("{status}: {}", text::quoted(refused.text)),
    }
}

/// What is wrong with a request, by its fields.
fn documented_refusal(text: &str) -> Option<Refusal> {
    let fields: BTreeMap<String, String> = tolerant_json::from_str(text).ok()?;
    let fields: Vec<_> = fields
        .iter()
        .map(|(field, text)| format!("{field}: {text}"))
        .collect();
    Some(Refusal::Final(Fault::Refused(400, fields.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(status: u16, text: &str, is_login: bool) -> Option<Refusal> {
        refusal(&Refused::of(status, text, is_login))
    }

    #[test]
    fn a_redirect_or_a_page_asks_for_a_new_login() {
        for (status, text) in [
            (401, ""),
            (302, ""),
            (307, "moved"),
            (200, "<!DOCTYPE html><html>"),
            (200, "\u{feff}\r\n <html>"),
        ] {
            let meaning = meaning(status, text, false);
            let is_expected = matches!(meaning, Some(Refusal::Unauthorized(Fault::Denied(_))));
            assert!(is_expected, "{status} {text}");
        }
        assert!(meaning(200, "{\"a\": 1", false).is_none());
        assert!(meaning(500, "<html>", false).is_none());
        assert!(meaning(429, "", false).is_none());
    }

    #[test]
    fn a_refused_login_names_the_settings() {
        for (status, text) in [
            (400, r#"{"error":"invalid_client"}"#),
            (401, r#"{"error":"unauthorized_client"}"#),
            (400, r#"{"error":"invalid_grant"}"#),
            (302, ""),
            (200, "<html>"),
        ] {
            match meaning(status, text, true) {
                Some(Refusal::Final(Fault::Denied(reason))) => {
                    assert!(reason.as_str().contains("MLUVII_CLIENT_SECRET"), "{reason}");
                }
                other => panic!("{status} {text}: {other:?}"),
            }
        }
        assert!(meaning(503, "<html>", true).is_none());
    }

    #[test]
    fn a_refused_request_says_which_field_is_wrong() {
        match meaning(
            400,
            r#"{"limit":"too high","Created.Min":"no date"}"#,
            false,
        ) {
            Some(Refusal::Final(Fault::Refused(400, text))) => {
                assert_eq!(text, "Created.Min: no date, limit: too high");
            }
            other => panic!("{other:?}"),
        }
        assert!(meaning(400, "odd", false).is_none());
        let forbidden = meaning(403, "no", false);
        assert!(matches!(forbidden, Some(Refusal::Final(Fault::Denied(_)))));
    }
}
