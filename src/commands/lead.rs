//! `callsync lead ID`: a lead's call register.

use std::io::Write;

use anyhow::Result;

use super::{Session, no_permission};
use crate::cli::{Format, View};
use crate::exit::{Exit, failure};
use crate::output;
use crate::output::register::{CALLS_PER_PAGE, Register};
use crate::permission::{self, Right};
use crate::store::Store;
use crate::store::register::Lead;

pub fn run(
    session: &Session,
    id: i64,
    view: &View,
    format: Format,
    out: &mut dyn Write,
) -> Result<()> {
    let Some(asker) = session.asker(view.behalf.as_login.as_deref())? else {
        return Err(no_permission());
    };
    let store = Store::read(session.database())?;
    let lead = store.lead(id)?;
    let advisor_id = lead.as_ref().and_then(|lead| lead.advisor_id);
    if !permission::allows(&asker.who, Right::SeeLead { advisor_id }) {
        return Err(no_permission());
    }
    let lead =
        lead.ok_or_else(|| failure(Exit::Data, format!("Nie ma leada o identyfikatorze {id}")))?;
    let register = register(&store, lead, view.page)?;
    match format {
        Format::Table => register.write_table(out, session.settings.zone),
        Format::Json => output::json(out, &register.to_json()),
    }
}

fn register(store: &Store, lead: Lead, page: i64) -> Result<Register> {
    Ok(Register {
        last_synced_at: lead.refreshed_at.max(store.oldest_sync_date()?),
        calls: store.register(lead.id, CALLS_PER_PAGE, (page - 1) * CALLS_PER_PAGE)?,
        other_holders: store.other_holders(&lead)?,
        lead,
        page,
    })
}
