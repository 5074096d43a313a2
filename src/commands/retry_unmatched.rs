//! `callsync retry-unmatched`: step five of the pass alone, without the network.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::moment;
use crate::store::Store;
use crate::store::runs::Starter;

const COMMAND: &str = "retry-unmatched";

pub fn run(session: &Session, all: bool, out: &mut dyn Write) -> Result<()> {
    let asker = session.maintainer("retry unmatched calls")?;
    let mut store = Store::open(session.database())?;
    let now = moment::now();
    let starter = Starter {
        command: COMMAND,
        account: &asker.account,
        as_login: None,
    };
    let run_id = store.begin_run(starter, now)?;
    let below = (!all).then_some(session.settings.max_attempts);
    let until = store.last_call_id()?;
    let result = store.retry_unmatched(run_id, until, below, now);
    store.finish_run(run_id, &result, &[], 0, moment::now())?;
    let retried = result?;
    writeln!(
        out,
        "Ponowione próby: {}, przypisane do leadów: {}",
        retried.tried, retried.assigned
    )?;
    Ok(())
}
