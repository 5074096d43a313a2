//! What Dialog's refusals mean. Of its errors no form is documented: a status, and a
//! message.

use crate::http::{Refusal, Refused, System};
use crate::provider::{Fault, Provider};
use crate::rate_limit::LockNames;
use crate::reason::{Cause, Reason};
use crate::text;

pub const SYSTEM: System = System {
    name: Provider::Dialog.name(),
    locks: LockNames {
        queue: None,
        permit: "-dialog-turn",
    },
    refusal,
};

const LOGIN: &str = "DIALOG_LOGIN, DIALOG_PASSWORD";
const LOGIN_ADDRESS: &str = "DIALOG_LOGIN_URL, DIALOG_LOGIN, DIALOG_PASSWORD";
const CREDENTIALS: &str = "DIALOG_TOKEN, DIALOG_LOGIN, DIALOG_PASSWORD";

fn refusal(refused: &Refused) -> Option<Refusal> {
    if refused.is_login {
        return login_refusal(refused);
    }
    match refused.status {
        401 => {
            let reason = told(Cause::TokenRefused, refused, CREDENTIALS);
            Some(Refusal::Unauthorized(Fault::Denied(reason)))
        }
        403 => Some(denied(told(Cause::RightsRefused, refused, CREDENTIALS))),
        408 | 429 => None,
        status @ 400..=499 => {
            let message = refused.text.to_owned();
            Some(Refusal::Final(Fault::Refused(status, message)))
        }
        _ => None,
    }
}

/// A login with a wrong password may be redirected, or answered by a page for people.
fn login_refusal(refused: &Refused) -> Option<Refusal> {
    if refused.is_for_browser() {
        let details: [&dyn std::fmt::Display; 3] = [&SYSTEM.name, &refused.status, &LOGIN_ADDRESS];
        return Some(denied(Cause::NotLoggedIn.of(&details)));
    }
    match refused.status {
        400 | 401 | 403 | 422 => Some(denied(told(Cause::LoginRefused, refused, LOGIN))),
        _ => None,
    }
}

fn denied(reason: Reason) -> Refusal {
    Refusal::Final(Fault::Denied(reason))
}

fn told(cause: Cause, refused: &Refused, settings: &str) -> Reason {
    let quoted = text::quoted(refused.text);
    cause.of(&[&SYSTEM.name, &refused.status, &quoted, &settings])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(status: u16, text: &str, is_login: bool) -> Option<Refusal> {
        refusal(&Refused::of(status, text, is_login))
    }

    #[test]
    fn a_refused_login_names_the_settings_to_look_at() {
        for (status, text, setting) in [
            (400, "{}", "DIALOG_PASSWORD"),
            (
                401,
                r#"{"detail":"Incorrect username or password"}"#,
                "DIALOG_LOGIN",
            ),
            (403, "", "DIALOG_LOGIN"),
            (422, r#"{"detail":[]}"#, "DIALOG_LOGIN"),
            (302, "", "DIALOG_LOGIN_URL"),
            (200, "<!DOCTYPE html>", "DIALOG_LOGIN_URL"),
        ] {
            match meaning(status, text, true) {
                Some(Refusal::Final(Fault::Denied(reason))) => {
                    assert!(reason.as_str().contains(setting), "{reason}");
                }
                other => panic!("{status} {text}: {other:?}"),
            }
        }
        for status in [404, 429, 503] {
            assert!(meaning(status, "", true).is_none(), "{status}");
        }
    }

    #[test]
    fn a_refused_token_may_be_renewed_and_a_right_that_lacks_may_not() {
        let unauthorized = meaning(401, "expired", false);
        assert!(matches!(
            unauthorized,
            Some(Refusal::Unauthorized(Fault::Denied(_)))
        ));
        let forbidden = meaning(403, "no", false);
        assert!(matches!(forbidden, Some(Refusal::Final(Fault::Denied(_)))));
    }

    #[test]
    fn a_refused_request_is_told_by_its_message_and_what_passes_is_none() {
        for status in [400, 404, 422] {
            match meaning(status, "no phones", false) {
                Some(Refusal::Final(Fault::Refused(told, text))) => {
                    assert_eq!((told, text.as_str()), (status, "no phones"));
                }
                other => panic!("{status}: {other:?}"),
            }
        }
        for (status, text) in [(408, ""), (429, ""), (500, ""), (302, ""), (200, "<html>")] {
            assert!(meaning(status, text, false).is_none(), "{status}");
        }
    }
}
