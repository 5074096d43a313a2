//! The outer form of Callyzer's requests and answers: pages, totals, refusals.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::http::{Refusal, Refused, System};
use crate::provider::Fault;
use crate::provider::Provider;
use crate::rate_limit::LockNames;
use crate::reason::Cause;
use crate::scalar::Scalar;
use crate::{text, tolerant_json};

/// The most rows that the API gives at once.
pub const PAGE_SIZE: u64 = 100;

pub const SYSTEM: System = System {
    name: Provider::Callyzer.name(),
    locks: LockNames {
        queue: Some("-line"),
        permit: "-turn",
    },
    refusal,
};

/// Every paged answer of v2.x.
#[derive(Deserialize)]
pub struct Envelope {
    pub result: Vec<Box<RawValue>>,
    #[serde(default)]
    total_records: Scalar,
    #[serde(default)]
    page_size: Scalar,
}

impl Envelope {
    pub fn total(&self) -> Option<u64> {
        self.total_records.whole_number()
    }

    /// How many rows a page has, which may be fewer than were asked for.
    pub fn page_size(&self) -> u64 {
        let size = self.page_size.whole_number();
        size.filter(|size| (1..PAGE_SIZE).contains(size))
            .unwrap_or(PAGE_SIZE)
    }
}

/// The request for one page of a question.
pub fn page(filter: &Value, number: u64) -> Value {
    let mut request = filter.clone();
    request["page_no"] = number.into();
    request["page_size"] = PAGE_SIZE.into();
    request
}

/// What Callyzer's refusals mean. A 400 without the documented body is a passing
/// database error.
fn refusal(refused: &Refused) -> Option<Refusal> {
    #[derive(Deserialize)]
    struct Documented {
        message: String,
    }
    let (status, body) = (refused.status, refused.text);
    let message = tolerant_json::from_str(body).ok();
    let message = message.map(|documented: Documented| documented.message);
    let quoted = text::quoted(message.as_deref().unwrap_or(body));
    match (status, message) {
        (401, _) => Some(Refusal::Final(Fault::Denied(
            Cause::CallyzerToken.of(&[&quoted]),
        ))),
        (403, _) => Some(Refusal::Final(Fault::Denied(
            Cause::CallyzerSubscription.of(&[&quoted]),
        ))),
        (status @ 400, Some(message)) => Some(Refusal::Final(Fault::Refused(status, message))),
        (400, None) => Some(Refusal::Passing(Fault::Unavailable(
            Cause::DatabaseError.of(&[&quoted]),
        ))),
        _ => None,
    }
}
