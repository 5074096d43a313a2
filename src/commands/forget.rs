//! `callsync forget`: removes a person's phone number, or a lead, for good.

use std::io::Write;

use anyhow::{Result, bail};

use super::Session;
use crate::cli::ForgetArgs;

pub fn run(session: &Session, args: &ForgetArgs, _out: &mut dyn Write) -> Result<()> {
    session.maintainer("forget somebody")?;
    bail!(
        "forget (--number: {}, --lead: {}, --yes: {}) is not there yet",
        args.whom.number.is_some(),
        args.whom.lead.is_some(),
        args.consent.is_given()
    )
}
