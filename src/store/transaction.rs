//! Writing transactions.

use std::ops::Deref;

use anyhow::Result;
use rusqlite::{Transaction, TransactionBehavior};

use super::Store;
use super::dry_run::DryRun;
use super::matching::unmatched_count;
use super::placement::Placement;

impl Store {
    /// Waits for another process's transaction.
    pub(super) fn transaction(&mut self) -> rusqlite::Result<WriteTransaction<'_>> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let dry_run = match &mut self.dry_run {
            Some(dry_run) => Some((unmatched_count(&transaction)?, dry_run)),
            None => None,
        };
        Ok(WriteTransaction {
            transaction,
            placement: self.placement.as_ref(),
            dry_run,
        })
    }
}

/// A writing transaction. Dropped without [`Self::commit`] it leaves nothing behind.
pub(super) struct WriteTransaction<'a> {
    transaction: Transaction<'a>,
    placement: Option<&'a Placement>,
    /// With how many calls had no lead at its begin.
    dry_run: Option<(i64, &'a mut DryRun)>,
}

impl WriteTransaction<'_> {
    /// Keeps what was written, if the file is still in its place; in a dry run undoes it.
    pub(super) fn commit(self) -> Result<()> {
        if let Some((before, dry_run)) = self.dry_run {
            dry_run.more_unmatched += unmatched_count(&self.transaction)? - before;
            return Ok(self.transaction.rollback()?);
        }
        if let Some(placement) = self.placement {
            placement.check(&self.transaction)?;
        }
        Ok(self.transaction.commit()?)
    }
}

impl<'a> Deref for WriteTransaction<'a> {
    type Target = Transaction<'a>;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}
