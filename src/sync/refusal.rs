//! A `sync` that a setting keeps from asking any system: it has a row all the same.

use std::path::Path;

use anyhow::{Error, Result};

use super::Summary;
use super::end::RunFailure;
use crate::exit;
use crate::store::Store;
use crate::store::runs::RunStart;

/// Records a run that fails before it asks a system. The error: no row could be written.
pub fn refuse(database: &Path, start: RunStart, fault: Error) -> Result<Summary> {
    let store = Store::open(database);
    let recorded = store.and_then(|mut store| store.record_failure(start, &fault));
    match recorded {
        Ok(run_id) => Ok(Summary {
            is_of_several: false,
            systems: Vec::new(),
            unmatched: 0,
            failure: Some(RunFailure {
                run_id: Some(run_id),
                error: fault,
            }),
        }),
        Err(error) => Err(exit::graver(fault, error)),
    }
}
