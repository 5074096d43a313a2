//! `callsync lead ID`: a lead's call register.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::{Format, View};
use crate::output;
use crate::output::register::{CALLS_PER_PAGE, Register};
use crate::store::Store;
use crate::store::register::Lead;

pub fn run(
    session: &Session,
    id: i64,
    view: &View,
    format: Format,
    out: &mut dyn Write,
) -> Result<()> {
    let (_, lead, store) = session.visible_lead(id, view.behalf.as_login.as_deref())?;
    let register = register(&store, lead, view.page)?;
    match format {
        Format::Table => register.write_table(out, session.settings.zone),
        Format::Json => output::json(out, &register.to_json()),
    }
}

pub fn register(store: &Store, lead: Lead, page: i64) -> Result<Register> {
    Ok(Register {
        system_dates: store.system_dates()?,
        calls: store.register(lead.id, CALLS_PER_PAGE, (page - 1) * CALLS_PER_PAGE)?,
        other_holders: store.other_holders(&lead)?,
        lead,
        page,
    })
}
