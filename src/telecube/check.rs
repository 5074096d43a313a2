//! TeleCube's part of `check`: key, clock, users and zone, from one question: calls of a
//! week.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;

use super::api::History;
use super::{Api, PROVIDER};
use crate::check::Item;
use crate::check::system::{access, clock, unless_interrupted};
use crate::moment::{self, Moment, Window};
use crate::provider::{Provider, Result};

/// How far a call may be ahead of the answer's time.
const MAX_AHEAD: TimeDelta = TimeDelta::minutes(5);

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
        clock(Provider::Telecube, api.clock().map(|heard| heard.reading)),
    ];
    if let Ok(history) = &history {
        items.extend(keys(history, known));
        items.push(zone(
            history,
            api.clock().and_then(|heard| heard.reading.theirs),
        ));
    }
    Ok(items)
}

/// Names the keys of the week's calls that no user has.
fn keys(history: &History, known: Option<&HashSet<String>>) -> Vec<Item> {
    let Some(known) = known else {
        return vec![Item::skipped(
            "advisors' keys: the database does not tell them",
        )];
    };
    if history.records.calls.is_empty() {
        return vec![Item::skipped(
            "advisors' keys: TeleCube had no call within a week",
        )];
    }
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    for call in &history.records.calls {
        let is_ours = call.advisor_keys.iter().any(|key| known.contains(key));
        if let Some(key) = call.advisor_keys.first().filter(|_| !is_ours) {
            *unknown.entry(key).or_default() += 1;
        }
    }
    if unknown.is_empty() {
        return vec![Item::good(
            "advisors' keys: the users of a week's calls are all known",
        )];
    }
    let item = |(key, calls): (&str, usize)| {
        Item::warning(format!(
            "advisors' keys: '{key}', of a week's calls {calls}, is no user's; \
             import users with it in the column {PROVIDER}"
        ))
    };
    unknown.into_iter().map(item).collect()
}

/// A call in the future was read in another zone than it was written.
fn zone(history: &History, theirs: Option<Moment>) -> Item {
    let newest = history
        .records
        .calls
        .iter()
        .map(|call| call.started_at)
        .max();
    match newest.zip(theirs) {
        Some((newest, theirs)) if newest > theirs + MAX_AHEAD => Item::wrong(format!(
            "zone: a call of {} is in the future: set TELECUBE_TIMEZONE to the zone \
             of its times, then callsync sync --provider {PROVIDER} --since the day it changed",
            moment::to_text(newest)
        )),
        Some(_) => Item::good("zone: no call is in the future (a zone too far east shows nothing)"),
        None => Item::skipped("zone: TeleCube had no call within a week"),
    }
}
