//! The outer form of TeleCube's answers: success, rows, totals, refusals.

use serde::Deserialize;
use serde_json::Value;

use super::list::RawRows;
use crate::http::{Refusal, Refused, System};
use crate::provider::{Fault, Provider};
use crate::rate_limit::LockNames;
use crate::reason::Cause;
use crate::scalar::Scalar;
use crate::{text, tolerant_json};

/// The most rows that an answer has.
pub const PAGE_SIZE: u64 = 1_000;

pub const SYSTEM: System = System {
    name: Provider::Telecube.name(),
    locks: LockNames {
        queue: None,
        permit: "-telecube-turn",
    },
    refusal,
};

/// An answer that says `success`; any other one is none.
#[derive(Debug, Deserialize)]
#[serde(try_from = "WireEnvelope")]
pub struct Envelope {
    pub rows: RawRows,
    /// How many rows there are on all pages.
    pub total: Option<u64>,
}

#[derive(Deserialize)]
struct WireEnvelope {
    #[serde(default)]
    success: Scalar,
    #[serde(default)]
    message: Scalar,
    data: Option<RawRows>,
    #[serde(default, rename = "otherData")]
    other_data: Value,
}

impl TryFrom<WireEnvelope> for Envelope {
    type Error = String;

    fn try_from(answered: WireEnvelope) -> Result<Self, String> {
        if !matches!(answered.success.text(), Some("true" | "1")) {
            let message = answered.message.text().unwrap_or("no message");
            return Err(format!("no success ({message})"));
        }
        let total = Scalar::from(answered.other_data["totalCount"].clone()).whole_number();
        match answered.data {
            Some(rows) => Ok(Self { rows, total }),
            None if total == Some(0) => Ok(Self {
                rows: RawRows::default(),
                total,
            }),
            None => Err("no data".into()),
        }
    }
}

/// What TeleCube's refusals mean. The limit of requests comes as 403.
fn refusal(refused: &Refused) -> Option<Refusal> {
    #[derive(Deserialize)]
    struct Documented {
        message: String,
    }
    let documented = tolerant_json::from_str(refused.text);
    let message = documented.map_or(refused.text.to_owned(), |body: Documented| body.message);
    let words = message.to_lowercase();
    let is_limit = words.contains("limit") && words.contains("exceeded");
    let quoted = text::quoted(&message);
    match refused.status {
        401 => Some(Refusal::Final(Fault::Denied(
            Cause::TelecubeKey.of(&[&quoted]),
        ))),
        status @ 403 if is_limit => Some(Refusal::RateLimited {
            status,
            wait: refused.retry_after,
        }),
        403 => Some(Refusal::Final(Fault::Denied(
            Cause::TelecubeRights.of(&[&quoted]),
        ))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_success_is_an_answer() {
        let read = |text: &str| serde_json::from_str::<Envelope>(text);
        for (text, rows, total) in [
            (
                r#"{"success":true,"data":[{}],"otherData":{"totalCount":8437}}"#,
                1,
                Some(8437),
            ),
            (
                r#"{"success":"true","data":{},"otherData":{"totalCount":"0"}}"#,
                0,
                Some(0),
            ),
            (r#"{"success":true,"data":[],"otherData":[]}"#, 0, None),
            (
                r#"{"success":true,"data":null,"otherData":{"totalCount":0}}"#,
                0,
                Some(0),
            ),
        ] {
            let envelope = read(text).unwrap();
            assert_eq!(
                (envelope.rows.0.len(), envelope.total),
                (rows, total),
                "{text}"
            );
        }
        for text in [
            r#"{"success":false,"data":[],"message":"Maintenance"}"#,
            r#"{"data":[],"otherData":{"totalCount":0}}"#,
            r#"{"success":true}"#,
            r#"{"success":true,"data":null}"#,
            r#"{"success":true,"data":"none"}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
