//! An answer's JSON, read as every answer of a telephony system is.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::shown::assert_one_line;
use crate::{text, tolerant_json};

/// The answer; None if it is none, which can be told on one line.
pub fn read<T: DeserializeOwned>(answer: &str) -> Option<T> {
    let read = tolerant_json::from_str(answer);
    read.map_err(|error| assert_one_line(&text::quoted(&format!("{error} in {answer}"))))
        .ok()
}

/// The rows in their order, then the other way round.
pub fn both_orders(rows: &[Box<RawValue>]) -> [Vec<&str>; 2] {
    let texts: Vec<_> = rows.iter().map(|row| row.get()).collect();
    [texts.to_vec(), texts.into_iter().rev().collect()]
}
