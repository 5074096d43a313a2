//! Dates of last synchronisation that lie after the system's own clock: a clock that ran
//! ahead made them.

use anyhow::Result;

use super::PassOptions;
use super::clock::PassClock;
use crate::moment::Moment;
use crate::store::Store;

/// Dates that were set back.
#[derive(Debug)]
pub struct LateDates {
    pub numbers: Vec<String>,
    /// What they are now.
    pub date: Moment,
}

/// Sets late dates back to the start of the last successful run before the system's clock.
/// None if there are none.
pub fn set_back(
    store: &mut Store,
    options: &PassOptions,
    clock: &PassClock,
) -> Result<Option<LateDates>> {
    let provider = clock.provider.as_str();
    let Some(time) = clock.system_time() else {
        return Ok(None);
    };
    if !store.has_dates_after(provider, time)? {
        return Ok(None);
    }
    let last_success = store.last_success_before(provider, time)?;
    let date = last_success.unwrap_or(time - options.initial);
    let numbers = store.set_back_dates(provider, time, date)?;
    Ok(Some(LateDates { numbers, date }))
}
