//! What is checked of every telephony system.

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
    matches!(error.fault, Fault::BadAnswer(_) | Fault::Refused(_))
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
