//! mluvii's part of `check`: credentials, clock and users, from one question: sessions of a
//! week.

use std::collections::HashSet;

use chrono::TimeDelta;
use serde_json::Value;

use super::Api;
use crate::call::{Call, Records};
use crate::check::Item;
use crate::check::system::{CallKeys, access, clock, keys, unless_interrupted};
use crate::moment::{self, Window};
use crate::provider::{Provider, Result};

/// Asks and compares. `known`: the keys that somebody has; None if the database could not
/// be read.
pub fn items(api: &Api, known: Option<&HashSet<String>>) -> Result<Vec<Item>> {
    let now = moment::now();
    let week = Window {
        from: now - TimeDelta::days(7),
        to: now,
    };
    let sessions = unless_interrupted(api.sample(week))?;
    let mut items = vec![
        access(
            Provider::Mluvii,
            "mluvii accepts the credentials",
            sessions.as_ref().err(),
        ),
        clock(
            Provider::Mluvii,
            api.http().clock().map(|heard| heard.reading),
        ),
    ];
    if let Ok(sessions) = &sessions {
        items.extend(unknown_keys(sessions, known));
    }
    Ok(items)
}

/// Names the operators of the week's calls who are no users.
fn unknown_keys(sessions: &Records, known: Option<&HashSet<String>>) -> Vec<Item> {
    let calls = sessions.calls.iter().map(|call| CallKeys {
        keys: &call.advisor_keys,
        name: operator(call),
    });
    keys(Provider::Mluvii, &calls.collect::<Vec<_>>(), known)
}

/// The name of the operator who joined first: ` (Anna Nowak)`.
fn operator(call: &Call) -> String {
    let details = call.details.as_deref().unwrap_or_default();
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    let operators = details["operators"].as_array();
    let mut operators = operators.into_iter().flatten();
    let first = operators.find(|operator| {
        let id = operator["id"].as_str();
        id.is_some() && id == call.advisor_keys.first().map(String::as_str)
    });
    let name = first.and_then(|operator| operator["name"].as_str());
    name.map_or(String::new(), |name| format!(" ({name})"))
}
