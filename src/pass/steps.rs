//! The steps of a pass, and which failures end them.

use std::mem;

use anyhow::Result;

use crate::exit::{self, Exit};
use crate::provider::{self, Fault};

/// After so many outages in a row nothing more is asked.
const MAX_OUTAGES: u32 = 2;

/// How the steps ended so far. A step that fails does not stop the other ones, unless
/// nothing more is to be asked.
#[derive(Debug)]
pub struct Steps {
    /// The gravest failure.
    result: Result<()>,
    /// A failure ended all asking.
    has_ended: bool,
    /// Outages in a row.
    outages: u32,
}

impl Steps {
    pub fn new() -> Self {
        Self {
            result: Ok(()),
            has_ended: false,
            outages: 0,
        }
    }

    /// Whether the next step may be taken.
    pub fn may_go_on(&self) -> bool {
        !self.has_ended && self.outages < MAX_OUTAGES
    }

    /// Takes in the end of a step.
    pub fn keep(&mut self, done: Result<()>) {
        self.has_ended |= done.as_ref().is_err_and(ends_all_asking);
        let before = mem::replace(&mut self.result, Ok(()));
        self.result = exit::gravest(before, done);
    }

    /// Takes in whether the system was away for one of many questions.
    pub fn count_outage(&mut self, done: &Result<()>) {
        self.outages = match done {
            Err(error) if is_outage(error) => self.outages + 1,
            _ => 0,
        };
    }

    pub fn into_result(self) -> Result<()> {
        self.result
    }
}

/// Whether nothing more is to be asked of the system in this run.
pub fn ends_all_asking(error: &anyhow::Error) -> bool {
    match provider::fault(error) {
        Some(Fault::Timeout | Fault::Unavailable(_) | Fault::BadAnswer(_) | Fault::Refused(_)) => {
            false
        }
        Some(_) => true,
        // An answer that the database refuses.
        None => exit::of(error) != Exit::Protocol,
    }
}

/// Whether the system is away, and not only unwilling to answer one question.
fn is_outage(error: &anyhow::Error) -> bool {
    matches!(
        provider::fault(error),
        Some(Fault::Timeout | Fault::Unavailable(_))
    )
}
