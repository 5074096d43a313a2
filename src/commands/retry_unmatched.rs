//! `callsync retry-unmatched`: step five of the pass alone, without the network.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::store::Store;
use crate::store::runs::Starter;

const COMMAND: &str = "retry-unmatched";

pub fn run(session: &Session, all: bool, out: &mut dyn Write) -> Result<()> {
    let asker = session.maintainer("retry unmatched calls")?;
    let mut store = Store::open(session.database())?;
    let starter = Starter {
        command: COMMAND,
        account: &asker.account,
        ..Starter::default()
    };
    let below = (!all).then_some(session.settings.max_attempts);
    let retried = store.record_run(starter, |store, run_id, now| {
        let until = store.last_call_id()?;
        store.retry_unmatched(run_id, until, below, now)
    })?;
    writeln!(
        out,
        "Ponowione próby: {}, przypisane do leadów: {}",
        retried.tried, retried.assigned
    )?;
    Ok(())
}
