//! Writing transactions.

use std::ops::Deref;

use rusqlite::{Transaction, TransactionBehavior};

use super::Store;

impl Store {
    /// Waits for another process's transaction.
    pub(super) fn transaction(&mut self) -> rusqlite::Result<WriteTransaction<'_>> {
        Ok(WriteTransaction {
            is_trial: self.trial.is_some(),
            transaction: self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?,
        })
    }
}

/// A writing transaction. Dropped without [`Self::commit`] it leaves nothing behind.
pub(super) struct WriteTransaction<'a> {
    transaction: Transaction<'a>,
    is_trial: bool,
}

impl WriteTransaction<'_> {
    /// Keeps what was written; in a trial undoes it.
    pub(super) fn commit(self) -> rusqlite::Result<()> {
        if self.is_trial {
            self.transaction.rollback()
        } else {
            self.transaction.commit()
        }
    }
}

impl<'a> Deref for WriteTransaction<'a> {
    type Target = Transaction<'a>;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}
