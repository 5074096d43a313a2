//! `callsync refresh-lead ID`: one lead's last six months, at once.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Session, lead};
use crate::cli::{Behalf, Format};
use crate::exit::{self, Exit, failure};
use crate::identity::Asker;
use crate::moment;
use crate::output;
use crate::output::register::Register;
use crate::phone::PhoneNumber;
use crate::provider::Error;
use crate::provider::http::Patience;
use crate::refresh::{self, Order};
use crate::store::Store;
use crate::store::register::Lead;
use crate::store::runs::{Counts, Ending, Starter};
use crate::{terminal, text};

const COMMAND: &str = "refresh-lead";
const SUCCESS: &str = "Historia połączeń została zaktualizowana";
const FAILURE: &str = "Wystąpił błąd podczas aktualizacji historii połączeń";

pub fn run(
    session: &Session,
    id: i64,
    behalf: &Behalf,
    format: Format,
    out: &mut dyn Write,
) -> Result<()> {
    let refreshed = refresh(session, id, behalf);
    terminal::end_progress();
    match (&refreshed, format) {
        (Ok((counts, register)), Format::Table) => {
            writeln!(out, "{SUCCESS}")?;
            let Counts {
                new,
                changed,
                removed,
                ..
            } = counts;
            writeln!(
                out,
                "Nowe: {new}, zmienione: {changed}, usunięte: {removed}"
            )?;
            register.write_table(out, session.settings.zone)?;
        }
        (Ok((counts, register)), Format::Json) => output::json(out, &success(counts, register))?,
        (Err(error), Format::Json) => output::json(out, &failed(error))?,
        (Err(_), Format::Table) => {}
    }
    refreshed.map(drop)
}

fn success(counts: &Counts, register: &Register) -> Value {
    let mut json = register.to_json();
    json["status"] = SUCCESS.into();
    json["message"] = Value::Null;
    json["exit_code"] = (Exit::Done as u8).into();
    json["new"] = counts.new.into();
    json["changed"] = counts.changed.into();
    json["removed"] = counts.removed.into();
    json
}

fn failed(error: &anyhow::Error) -> Value {
    let message = format!("{error:#}");
    // The sentence that is the status already stands before the cause.
    let cause = message
        .strip_prefix(FAILURE)
        .map_or(message.as_str(), str::trim_start);
    json!({
        "status": FAILURE,
        "message": cause,
        "exit_code": exit::of(error) as u8,
        "new": 0,
        "changed": 0,
        "removed": 0,
    })
}

fn refresh(session: &Session, id: i64, behalf: &Behalf) -> Result<(Counts, Register)> {
    let (asker, lead) = session.visible_lead(id, behalf.as_login.as_deref())?;
    let number = number(&lead, session)?;
    let mut store = Store::open(session.database())?;
    terminal::start_wait();
    let counts = fetch(session, &mut store, &asker, &lead, &number).map_err(in_polish)?;
    let lead = store.lead(id)?.unwrap_or(lead);
    Ok((counts, lead::register(&store, lead, 1)?))
}

fn number(lead: &Lead, session: &Session) -> Result<PhoneNumber> {
    let number = lead.number.as_deref();
    number
        .and_then(|number| PhoneNumber::parse(number, session.settings.region))
        .ok_or_else(|| {
            let given = text::one_line(lead.phone.as_deref().unwrap_or_default());
            failure(
                Exit::Data,
                format!("Nieprawidłowy format numeru telefonu: {given}"),
            )
        })
}

/// Refreshes; a failure leaves the register as it was, and a row in `sync_runs`.
fn fetch(
    session: &Session,
    store: &mut Store,
    asker: &Asker,
    lead: &Lead,
    number: &PhoneNumber,
) -> Result<Counts> {
    let callyzer = session.callyzer(Patience::OF_A_PERSON)?;
    let starter = Starter {
        command: COMMAND,
        account: &asker.account,
        as_login: asker.as_login.as_deref(),
        lead_id: Some(lead.id),
    };
    let order = Order {
        number,
        now: moment::now(),
        zone: session.settings.zone,
    };
    let refreshed = refresh::refresh(store, &callyzer, order, starter);
    if let Err(error) = &refreshed {
        let requests = callyzer.http().requests();
        let ending = Ending {
            failure: Some(error),
            requests,
            ..Ending::default()
        };
        store.record_failure(starter, ending, order.now)?;
    }
    refreshed
}

/// What the person who waits is told, with the exit code of the cause.
fn in_polish(error: anyhow::Error) -> anyhow::Error {
    let sentence = match error.downcast_ref() {
        Some(Error::TokenRefused(_) | Error::SubscriptionExpired(_)) => {
            format!("Błąd autoryzacji API Callyzer\n{error:#}")
        }
        Some(Error::Timeout) => "Przekroczono czas oczekiwania. Spróbuj ponownie.".into(),
        _ => format!("{FAILURE}\n{error:#}"),
    };
    failure(exit::of(&error), sentence)
}
