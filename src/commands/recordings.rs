//! `callsync recordings fetch`: recordings into a folder, each once.

use std::io::Write;

use anyhow::Result;
use chrono::{NaiveDate, NaiveTime};
use log::Level;

use super::Session;
use crate::cli::FetchArgs;
use crate::exit::{Exit, failure};
use crate::http::RetryPolicy;
use crate::identity::Asker;
use crate::permission::{self, Right};
use crate::provider::Provider;
use crate::recordings::fetch::{FetchCounts, FetchRequest, fetch};
use crate::recordings::{Folder, Sources};
use crate::store::Store;
use crate::store::recordings::RecordingsWanted;
use crate::store::runs::RunStart;
use crate::{moment, output, systems, terminal};

/// Prints what was done also if something could not be fetched.
pub fn run(session: &Session, args: &FetchArgs, out: &mut dyn Write) -> Result<()> {
    let asker = asker(session, args)?;
    let mut store = Store::open(session.database())?;
    let mut folder = match session.account.is_borrowed() {
        true => Folder::open_known(&args.folder)?,
        false => Folder::open(&args.folder)?,
    };
    warn_of_readers(&folder, args)?;
    let (mut sources, mut counts) = (sources(session), FetchCounts::default());
    let start = RunStart {
        command: "recordings fetch",
        account: &asker.account,
        as_login: asker.as_login.as_deref(),
        lead_id: args.lead,
        ..RunStart::default()
    };
    terminal::start_downloads();
    let fetched = store.record_run(start, |store, run| {
        let request = FetchRequest {
            wanted: wanted(session, args),
            sources: &mut sources,
        };
        let fetched = fetch(store, &mut folder, request, &mut counts);
        run.requests = sources.requests();
        fetched?;
        store.finish_run(run, None)
    });
    terminal::end_progress();
    tell_left(counts);
    let printed = output::recordings::write_line(out, counts, args.files);
    // A broken pipe must not hide the command's own failure.
    fetched.and(printed)
}

/// The asker, if one who may see the lead, or an administrator.
fn asker(session: &Session, args: &FetchArgs) -> Result<Asker> {
    let as_login = args.behalf.as_login.as_deref();
    if let Some(id) = args.lead {
        let (asker, ..) = session.visible_lead(id, as_login)?;
        return Ok(asker);
    }
    match session.asker(as_login)? {
        Some(asker) if permission::allows(&asker.who, Right::Maintain) => Ok(asker),
        _ => Err(failure(
            Exit::Denied,
            "only an administrator may fetch the recordings of all leads; name one: --lead ID",
        )),
    }
}

fn sources(session: &Session) -> Sources {
    let (settings, policy) = (&session.settings, RetryPolicy::UNATTENDED);
    Sources {
        mluvii: systems::mluvii(settings, policy).map(|(api, _)| api),
        callyzer: systems::public_files(Provider::Callyzer, settings),
    }
}

fn wanted(session: &Session, args: &FetchArgs) -> RecordingsWanted {
    let midnight =
        |day: NaiveDate| moment::from_local(day.and_time(NaiveTime::MIN), session.settings.zone);
    RecordingsWanted {
        lead_id: args.lead,
        since: args.since.map(midnight),
        with_files: args.files,
    }
}

/// Recordings are personal data of two people at least.
fn warn_of_readers(folder: &Folder, args: &FetchArgs) -> Result<()> {
    if let Some(mode) = folder.open_to_others()? {
        let folder = args.folder.display();
        let line = format!(
            "the folder {folder} (mode {mode:04o}) is open to other accounts; chmod 700 {folder}"
        );
        terminal::tell(&line, Level::Warn);
    }
    Ok(())
}

fn tell_left(counts: FetchCounts) {
    if counts.later > 0 {
        let line = format!(
            "left for later, as mluvii is still at work on them: {}",
            counts.later
        );
        terminal::tell(&line, Level::Info);
    }
}
