//! `callsync campaign`: Dialog's campaigns.

mod create;
mod report;

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::CampaignCommand;

pub fn run(session: &Session, command: &CampaignCommand, out: &mut dyn Write) -> Result<()> {
    match command {
        CampaignCommand::Create(args) => create::run(session, args, out),
        CampaignCommand::Report(args) => report::run(session, args, out),
    }
}
