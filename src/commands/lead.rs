//! `callsync lead`: the call register of a lead, chosen by its id or by a phone number.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use super::{Session, no_permission};
use crate::cli::{Format, LeadArgs};
use crate::exit::{Exit, failure};
use crate::identity::Asker;
use crate::output::register::{CALLS_PER_PAGE, Register};
use crate::output::{self, leads};
use crate::permission::{self, Right};
use crate::phone::PhoneNumber;
use crate::store::Store;
use crate::store::register::Lead;
use crate::text;

/// Shows the register; where several leads have the number, the leads.
pub fn run(session: &Session, args: &LeadArgs, out: &mut dyn Write) -> Result<()> {
    let LeadArgs { choice, view, .. } = args;
    let as_login = view.behalf.as_login.as_deref();
    let (asker, leads, store) = match (choice.id, choice.number.as_deref()) {
        (Some(id), _) => {
            let (asker, lead, store) = session.visible_lead(id, as_login)?;
            (asker, vec![lead], store)
        }
        (None, number) => leads_of(session, number.unwrap_or_default(), as_login)?,
    };
    let leads = match <[Lead; 1]>::try_from(leads) {
        Ok([lead]) => {
            let mut register = register(&store, &asker, lead, view.page)?;
            if args.phases {
                let calls = register.calls.rows.iter().map(|call| call.id);
                register.phases = Some(store.phases_of(calls)?);
            }
            return write(&register, args.format, session.settings.zone, out);
        }
        Err(leads) => leads,
    };
    match args.format {
        Format::Table => leads::write_table(out, &leads),
        Format::Json => output::json(out, &leads::to_json(&leads)),
    }
}

fn write(register: &Register, format: Format, zone: Tz, out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Table => register.write_table(out, zone),
        Format::Json => output::json(out, &register.to_json()),
    }
}

/// The leads with this number that the asker may see; fails if there are none. An asker who
/// may not see all leads gets the same refusal whether others exist or not.
fn leads_of(
    session: &Session,
    given: &str,
    as_login: Option<&str>,
) -> Result<(Asker, Vec<Lead>, Store)> {
    let asker = session.asker_for_leads(as_login)?;
    let Some(number) = PhoneNumber::parse(given, session.settings.region) else {
        let given = text::shown(given);
        let reason = format!("Nieprawidłowy format numeru telefonu: {given}");
        return Err(failure(Exit::Data, reason));
    };
    let store = Store::read(session.database())?;
    let may_see = |advisor_id| permission::allows(&asker.who, Right::SeeLead { advisor_id });
    let mut leads = store.leads_of(&number)?;
    leads.retain(|lead| may_see(lead.advisor_id));
    if !leads.is_empty() {
        return Ok((asker, leads, store));
    }
    Err(if may_see(None) {
        failure(Exit::Data, format!("Nie ma leada z numerem {number}"))
    } else {
        no_permission()
    })
}

/// A page of a lead's register. Of other leads only those are named that the asker may see.
pub fn register(store: &Store, asker: &Asker, lead: Lead, page: i64) -> Result<Register> {
    let calls = store.register(lead.id, CALLS_PER_PAGE, (page - 1) * CALLS_PER_PAGE)?;
    output::refuse_missing_page("rejestr", page, output::pages(calls.total, CALLS_PER_PAGE))?;
    let mut other_holders = store.other_holders(lead.id)?;
    other_holders.retain(|holder| {
        let advisor_id = holder.advisor_id;
        permission::allows(&asker.who, Right::SeeLead { advisor_id })
    });
    Ok(Register {
        system_dates: store.system_dates()?,
        other_holders,
        calls,
        phases: None,
        lead,
        page,
    })
}
