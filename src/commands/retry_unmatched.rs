//! `callsync retry-unmatched`: the last step of `sync` alone, without the network.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::Format;
use crate::output;
use crate::store::Store;
use crate::store::matching::Waiting;
use crate::store::runs::RunStart;

const COMMAND: &str = "retry-unmatched";

pub fn run(session: &Session, all: bool, format: Format, out: &mut dyn Write) -> Result<()> {
    let asker = session.maintainer("retry unmatched calls")?;
    let start = RunStart {
        command: COMMAND,
        account: &asker.account,
        max_attempts: Some(session.settings.max_attempts),
        ..RunStart::default()
    };
    let retried = Store::open(session.database())?.record_run(start, |store, run| {
        let waiting = Waiting {
            until: store.last_call_id()?,
            below: if all {
                Waiting::ALL
            } else {
                session.settings.max_attempts
            },
        };
        store.retry_unmatched(waiting, run, None)
    })?;
    match format {
        Format::Table => output::sync::write_retried(out, retried),
        Format::Json => output::json(out, &output::sync::retried_json(retried)),
    }
}
