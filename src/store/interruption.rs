//! A signal ends a statement that goes on for long after it. Its transaction is undone.

use rusqlite::Result;

use super::Store;
use crate::interrupt::{self, Grace};

/// How many steps of SQLite's virtual machine lie between two looks for a signal: well below
/// a millisecond.
const STEPS: i32 = 1000;

impl Store {
    pub(super) fn let_signals_end_statements(&mut self) -> Result<()> {
        let is_over = || interrupt::is_over(Grace::Statement);
        self.connection.progress_handler(STEPS, Some(is_over))
    }

    /// From here on a statement goes on to its end.
    pub(super) fn let_statements_end(&mut self) -> Result<()> {
        self.connection.progress_handler(0, None::<fn() -> bool>)
    }
}
