//! `callsync refresh-lead ID`: one lead's last six months, at once.

use std::io::Write;

use anyhow::Result;

use super::{Session, lead};
use crate::callyzer::{self, refresh};
use crate::cli::{Behalf, Format};
use crate::exit::{self, Exit, failure};
use crate::http::RetryPolicy;
use crate::identity::Asker;
use crate::output;
use crate::output::refresh::{FAILURE, RefreshResult, failure_json};
use crate::phone::PhoneNumber;
use crate::provider::{self, Fault, Provider};
use crate::store::Store;
use crate::store::register::Lead;
use crate::store::runs::{Counts, RunStart};
use crate::{interrupt, reason, systems, terminal, text};

const COMMAND: &str = "refresh-lead";

pub fn run(
    session: Result<Session>,
    id: i64,
    behalf: &Behalf,
    format: Format,
    out: &mut dyn Write,
) -> Result<()> {
    // A program that asks for JSON gets it after a signal too.
    interrupt::finish_work_in_hand();
    let refreshed = session.and_then(|session| {
        let refreshed = refresh_and_read(&session, id, behalf)?;
        Ok((refreshed, session.settings.zone))
    });
    terminal::end_progress();
    match (&refreshed, format) {
        (Ok((refreshed, zone)), Format::Table) => refreshed.write_table(out, *zone)?,
        (Ok((refreshed, _)), Format::Json) => {
            warn_of_invalid(id, &refreshed.invalid_numbers);
            output::json(out, &refreshed.to_json())?;
        }
        (Err(error), Format::Json) => output::json(out, &failure_json(error))?,
        (Err(_), Format::Table) => {}
    }
    refreshed.map(drop)
}

fn refresh_and_read(session: &Session, id: i64, behalf: &Behalf) -> Result<RefreshResult> {
    let (asker, lead, _) = session.visible_lead(id, behalf.as_login.as_deref())?;
    if !session.settings.providers().contains(&Provider::Callyzer) {
        let reason = "Odświeżanie korzysta z Callyzera, a brakuje jego ustawień (CALLYZER_TOKEN). \
                      Połączenia z innych systemów pobiera każda synchronizacja";
        return Err(failure(Exit::Settings, reason));
    }
    let (numbers, invalid_numbers) = numbers(&lead, session)?;
    let mut store = Store::open(session.database())?;
    terminal::start_wait();
    let counts = refresh(session, &mut store, &asker, (lead.id, &numbers)).map_err(in_polish)?;
    let lead = store.lead(id)?.unwrap_or(lead);
    let register = lead::register(&store, &asker, lead, 1)?;
    Ok(RefreshResult {
        counts,
        register,
        invalid_numbers,
    })
}

/// The lead's valid numbers, at least one, and what was given beside them.
fn numbers(lead: &Lead, session: &Session) -> Result<(Vec<PhoneNumber>, Vec<String>)> {
    let region = session.settings.region;
    let numbers = lead.numbers.iter();
    let numbers: Vec<_> = numbers
        .filter_map(|number| PhoneNumber::parse(number, region))
        .collect();
    let given = lead.phone.as_deref();
    if numbers.is_empty() {
        let given = given.map_or(String::new(), |given| format!(": {}", text::shown(given)));
        let reason = format!("Nieprawidłowy format numeru telefonu{given}");
        return Err(failure(Exit::Data, reason));
    }
    let (_, invalid) = PhoneNumber::parse_all(given.unwrap_or_default(), region);
    Ok((numbers, invalid.into_iter().map(str::to_owned).collect()))
}

/// JSON has no place for it.
fn warn_of_invalid(lead_id: i64, numbers: &[String]) {
    for number in numbers {
        let quoted = text::quoted(number);
        log::warn!("lead {lead_id}: '{quoted}' is no valid phone number; it is not asked for");
    }
}

/// A failure leaves the register as it was, and a row in `sync_runs`.
fn refresh(
    session: &Session,
    store: &mut Store,
    asker: &Asker,
    (lead_id, numbers): (i64, &[PhoneNumber]),
) -> Result<Counts> {
    let start = RunStart {
        command: COMMAND,
        provider: Some(callyzer::PROVIDER),
        account: &asker.account,
        as_login: asker.as_login.as_deref(),
        lead_id: Some(lead_id),
        ..RunStart::default()
    };
    let options = refresh::RefreshOptions {
        lead_id,
        numbers,
        zone: session.settings.zone,
    };
    let api = systems::callyzer(&session.settings, RetryPolicy::INTERACTIVE)?;
    store.record_run(start, |store, run| {
        refresh::refresh(store, &api, options, run)
    })
}

/// What the person who waits is told, with the exit code of the cause.
fn in_polish(error: anyhow::Error) -> anyhow::Error {
    let cause = reason::in_polish(&exit::text(&error));
    let sentence = match provider::fault(&error) {
        Some(Fault::Denied(_)) => format!("Błąd autoryzacji API Callyzer\n{cause}"),
        Some(Fault::Timeout) => "Przekroczono czas oczekiwania. Spróbuj ponownie.".into(),
        _ => format!("{FAILURE}\n{cause}"),
    };
    failure(exit::of(&error), sentence)
}
