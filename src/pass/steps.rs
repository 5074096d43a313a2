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
    fn may_go_on(&self) -> bool {
        !self.has_ended && self.outages < MAX_OUTAGES
    }

    /// Whether a failure ended all asking.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Whether the system is away since the last question, as far as is known.
    pub fn met_an_outage(&self) -> bool {
        self.has_ended || self.outages > 0
    }

    /// Takes in the end of a step.
    fn keep(&mut self, done: Result<()>) {
        if let Err(error) = &done {
            self.has_ended |= ends_all_asking(error);
            self.outages = if is_outage(error) {
                self.outages + 1
            } else {
                0
            };
        }
        let before = mem::replace(&mut self.result, Ok(()));
        self.result = exit::gravest(before, done);
    }

    pub fn into_result(self) -> Result<()> {
        self.result
    }
}

/// A system's pass, which goes step by step.
pub trait Stepwise: Sized {
    fn steps(&mut self) -> &mut Steps;

    /// Takes in the system's clock, if an answer has told it.
    fn update_clock(&mut self) -> Result<()>;

    /// Takes a step, unless a failure or two outages in a row ended all asking. A
    /// failure of it is kept.
    fn step(&mut self, work: impl FnOnce(&mut Self) -> Result<()>) {
        if self.steps().may_go_on() {
            let done = self.update_clock().and_then(|()| work(self));
            self.steps().keep(done);
        }
    }

    /// Takes a step for each item. One that fails does not stop the others, for it
    /// may concern that item alone. Gives whether all went well.
    fn each<T>(&mut self, items: Vec<T>, mut work: impl FnMut(&mut Self, T) -> Result<()>) -> bool {
        let mut is_done = true;
        for item in items {
            let mut is_well = false;
            self.step(|pass| {
                work(pass, item)?;
                pass.steps().outages = 0;
                is_well = true;
                Ok(())
            });
            is_done &= is_well;
        }
        is_done
    }

    /// Takes a step that needs no answer, whatever became of the others.
    fn step_without_asking(&mut self, work: impl FnOnce(&mut Self) -> Result<()>) {
        let done = work(self);
        self.steps().keep(done);
    }
}

/// Whether nothing more is to be asked of the system in this run.
pub fn ends_all_asking(error: &anyhow::Error) -> bool {
    match provider::fault(error) {
        Some(Fault::Timeout | Fault::Unavailable(_) | Fault::BadAnswer(_) | Fault::Refused(..)) => {
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
