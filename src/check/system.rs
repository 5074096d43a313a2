//! What is checked of every telephony system.

use std::collections::{BTreeMap, HashSet};

use crate::check::Item;
use crate::clock::ClockReading;
use crate::provider::{Error, Fault, Provider, Result};

/// A signal is an error here; any other failure is something to report.
pub fn unless_interrupted<T>(answer: Result<T>) -> Result<Result<T>> {
    match answer {
        Err(
            error @ Error {
                fault: Fault::Interrupted,
                ..
            },
        ) => Err(error),
        answer => Ok(answer),
    }
}

/// Whether the system accepted the token and only its answer is odd.
pub fn is_answer(error: &Error) -> bool {
    matches!(error.fault, Fault::BadAnswer(_) | Fault::Refused(..))
}

/// Whether the system may be asked at all. `good`: what its answer proves.
pub fn access(provider: Provider, good: &str, error: Option<&Error>) -> Item {
    let name = format!("{} access", provider.name());
    let Some(error) = error else {
        return Item::good(name, good);
    };
    match error.fault {
        Fault::Timeout | Fault::Unavailable(_) => {
            Item::wrong(name, error.to_string()).with_fix(format!(
                "look at the network and {}_BASE_URL, or try again later",
                provider.prefix()
            ))
        }
        Fault::Refused(..) => Item::wrong(name, error.to_string()).with_fix(format!(
            "look at the settings that begin with {}_, and whether the API has changed",
            provider.prefix()
        )),
        _ if is_answer(error) => {
            Item::wrong(name, error.to_string()).with_fix("look whether the API has changed")
        }
        _ => Item::failed(name, &error.to_string()),
    }
}

/// Compares the system's clock with ours.
pub fn clock(provider: Provider, reading: Option<ClockReading>) -> Item {
    let name = provider.name();
    let item = format!("{name} clock");
    let Some(reading) = reading.filter(|reading| reading.theirs.is_some()) else {
        return Item::skipped(item, format!("clock: {name} said no time to compare with"));
    };
    match reading.error_text(name) {
        None => Item::good(item, format!("clock: as {name}'s")),
        Some(error) => Item::wrong(item, format!("clock: {error}"))
            .with_fix("set it, or let it be set: timedatectl set-ntp true"),
    }
}

/// The keys of the users who took part in a call.
#[derive(Debug)]
pub struct CallKeys<'a> {
    pub keys: &'a [String],
    /// What the system says of the first of them, behind its key.
    pub name: String,
}

/// Names the keys of a week's calls that no user has. `known`: the keys that somebody has;
/// None if the database could not be read.
pub fn keys(provider: Provider, calls: &[CallKeys], known: Option<&HashSet<String>>) -> Vec<Item> {
    let system = provider.name();
    let item = format!("{system} keys");
    let Some(known) = known else {
        let found = "advisors' keys: the database does not tell them";
        return vec![Item::skipped(item, found)];
    };
    if calls.is_empty() {
        let found = format!("advisors' keys: {system} had no call within a week");
        return vec![Item::skipped(item, found)];
    }
    let mut unknown: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for call in calls {
        let is_ours = call.keys.iter().any(|key| known.contains(key));
        if let Some(key) = call.keys.first().filter(|_| !is_ours) {
            let (calls, _) = unknown.entry(key).or_insert_with(|| (0, &call.name));
            *calls += 1;
        }
    }
    if unknown.is_empty() {
        let found = "advisors' keys: the users of a week's calls are all known";
        return vec![Item::good(item, found)];
    }
    let warning = |(key, (calls, name)): (&str, (usize, &str))| {
        let found = format!("advisors' keys: {key}{name}, of a week's calls {calls}, is no user's");
        let column = provider.as_str();
        Item::warning(item.as_str(), found)
            .with_fix(format!("import users with it in the column {column}"))
    };
    unknown.into_iter().map(warning).collect()
}
