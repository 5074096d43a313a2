//! TeleCube's part of `check`: key, clock, users and zone, from one question: calls of a
//! week.

use std::collections::HashSet;

use chrono::TimeDelta;
use serde_json::Value;

use super::list::text;
use super::row::party;
use super::{Api, PROVIDER};
use crate::call::{Call, Records};
use crate::check::Item;
use crate::check::system::{CallKeys, access, clock, keys, unless_interrupted};
use crate::moment::{self, Moment, Window};
use crate::provider::{Provider, Result};

/// How far a call may be ahead of the answer's time.
const MAX_AHEAD: TimeDelta = TimeDelta::minutes(5);

const ZONE: &str = "TeleCube zone";

/// Asks and compares. `known`: the keys that somebody has; None if the database could not
/// be read.
pub fn items(api: &Api, known: Option<&HashSet<String>>) -> Result<Vec<Item>> {
    let now = moment::now();
    // In a zone behind the real one calls are in the future: the window must reach them.
    let week = Window {
        from: now - TimeDelta::days(7),
        to: now + TimeDelta::days(1),
    };
    let history = unless_interrupted(api.sample(week))?;
    let mut items = vec![
        access(
            Provider::Telecube,
            "TeleCube accepts the key",
            history.as_ref().err(),
        ),
        clock(
            Provider::Telecube,
            api.http().clock().map(|heard| heard.reading),
        ),
    ];
    if let Ok(history) = &history {
        items.extend(unknown_keys(history, known));
        items.push(zone(
            history,
            api.http().clock().and_then(|heard| heard.reading.theirs),
        ));
    }
    Ok(items)
}

/// Names the keys of the week's calls that no user has.
fn unknown_keys(history: &Records, known: Option<&HashSet<String>>) -> Vec<Item> {
    let calls = history.calls.iter().map(|call| CallKeys {
        keys: &call.advisor_keys,
        name: receiver(call),
    });
    keys(Provider::Telecube, &calls.collect::<Vec<_>>(), known)
}

/// Who took part first, as the account names them: ` (Jan Kowalski, extension 107)`.
fn receiver(call: &Call) -> String {
    let details = call.details.as_deref().unwrap_or_default();
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    let receiver = &details["receivers"][0];
    let extension = text(receiver, "internal").map(|number| format!("extension {number}"));
    let known: Vec<_> = party::name(receiver).into_iter().chain(extension).collect();
    if known.is_empty() {
        return String::new();
    }
    format!(" ({})", known.join(", "))
}

/// A call in the future was read in another zone than it was written.
fn zone(history: &Records, theirs: Option<Moment>) -> Item {
    let newest = history.calls.iter().map(|call| call.started_at).max();
    match newest.zip(theirs) {
        Some((newest, theirs)) if newest > theirs + MAX_AHEAD => {
            let newest = moment::to_text(newest);
            let found = format!("zone: a call of {newest} is in the future");
            Item::wrong(ZONE, found).with_fix(format!(
                "set TELECUBE_TIMEZONE to the zone of its times, then callsync sync --provider \
                 {PROVIDER} --since the day it changed"
            ))
        }
        Some(_) => Item::good(
            ZONE,
            "zone: no call is in the future (a zone too far east shows nothing)",
        ),
        None => Item::skipped(ZONE, "zone: TeleCube had no call within a week"),
    }
}
