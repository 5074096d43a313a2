//! Answers by which a system refuses.

use super::shown::{assert_masked, assert_one_line};
use super::text_of;
use crate::http::{Refusal, Refused, System};
use crate::provider::Error;
use crate::{callyzer, dialog, mluvii, reason, telecube};

const SYSTEMS: [System; 4] = [
    callyzer::SYSTEM,
    dialog::SYSTEM,
    mluvii::SYSTEM,
    telecube::SYSTEM,
];
const STATUSES: [u16; 9] = [200, 302, 400, 401, 403, 404, 422, 429, 500];

/// What a system says is told on one line, without a phone number.
pub fn refusals(bytes: &[u8]) {
    let text = text_of(bytes);
    for system in SYSTEMS {
        for (status, is_login) in STATUSES
            .iter()
            .flat_map(|status| [(*status, false), (*status, true)])
        {
            let refused = Refused {
                status,
                text: &text,
                retry_after: None,
                is_login,
            };
            if let Some(refusal) = (system.refusal)(&refused) {
                assert_told(&system, refusal);
            }
        }
    }
}

fn assert_told(system: &System, refusal: Refusal) {
    let (Refusal::Passing(fault) | Refusal::Unauthorized(fault) | Refusal::Final(fault)) = refusal
    else {
        return;
    };
    let told = Error::new(system.name, fault).to_string();
    for line in [reason::shown(&told), told.trim_end().to_owned()] {
        assert_one_line(&line);
        assert_masked(&line);
    }
}
