//! `callsync export`: all users or leads as CSV that `import` reads.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::ExportCommand;
use crate::output::export::{write_leads, write_users};
use crate::store::Store;

pub fn run(session: &Session, command: &ExportCommand, out: &mut dyn Write) -> Result<()> {
    let what = match command {
        ExportCommand::Users => "export users",
        ExportCommand::Leads => "export leads",
    };
    session.maintainer(what)?;
    let store = Store::read(session.database())?;
    match command {
        ExportCommand::Users => write_users(out, &store),
        ExportCommand::Leads => write_leads(out, &store),
    }
}
