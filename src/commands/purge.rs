//! `callsync purge`: removes what is older than a day, for good.

use std::io::Write;

use anyhow::{Result, bail};

use super::Session;
use crate::cli::PurgeArgs;

pub fn run(session: &Session, args: &PurgeArgs, _out: &mut dyn Write) -> Result<()> {
    session.maintainer("purge the database")?;
    bail!(
        "purge --before {} (--yes: {}) is not there yet",
        args.before,
        args.consent.is_given()
    )
}
