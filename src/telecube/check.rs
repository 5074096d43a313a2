//! TeleCube's part of `check`: key, clock, users and zone, from one question: the calls of
//! a day.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;

use super::api::History;
use super::{Api, PROVIDER};
use crate::check::Item;
use crate::check::system::{access, clock, unless_interrupted};
use crate::moment::{self, Moment, Window};
use crate::provider::{Provider, Result};

/// A call cannot be made later than this after the answer that has it.
const LARGEST_LEAD: TimeDelta = TimeDelta::minutes(5);

/// Asks and compares. `known`: the keys that somebody has; None if the database could not
/// be read.
pub fn items(api: &Api, known: Option<&HashSet<String>>) -> Result<Vec<Item>> {
    let now = moment::now();
    let day = Window {
        from: now - TimeDelta::days(1),
        to: now,
    };
    let history = unless_interrupted(api.sample(day))?;
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

/// The users of the day's calls whom nobody has.
fn keys(history: &History, known: Option<&HashSet<String>>) -> Vec<Item> {
    let Some(known) = known else {
        return vec![Item::skipped(
            "advisors' keys: the database does not tell them",
        )];
    };
    let mut strangers: BTreeMap<&str, usize> = BTreeMap::new();
    for call in &history.records.calls {
        let is_ours = call.advisor_keys.iter().any(|key| known.contains(key));
        if let Some(key) = call.advisor_keys.first().filter(|_| !is_ours) {
            *strangers.entry(key).or_default() += 1;
        }
    }
    if strangers.is_empty() {
        return vec![Item::good(
            "advisors' keys: the users of a day's calls are all known",
        )];
    }
    let item = |(key, calls): (&str, usize)| {
        Item::warning(format!(
            "advisors' keys: {calls} calls of a day are of '{key}', which nobody has; \
             import users with it in the column {PROVIDER}"
        ))
    };
    strangers.into_iter().map(item).collect()
}

/// A call later than TeleCube's own clock was read in another zone than it was written.
fn zone(history: &History, theirs: Option<Moment>) -> Item {
    let newest = history
        .records
        .calls
        .iter()
        .map(|call| call.started_at)
        .max();
    match newest.zip(theirs) {
        Some((newest, theirs)) if newest > theirs + LARGEST_LEAD => Item::wrong(format!(
            "zone: a call of {} is later than TeleCube's clock: set TELECUBE_TIMEZONE to the zone \
             of its times, then callsync sync --provider {PROVIDER} --since the day it changed",
            moment::to_text(newest)
        )),
        Some(_) => Item::good("zone: no call is later than TeleCube's clock"),
        None => Item::skipped("zone: no call of a day to tell it by"),
    }
}
