//! `callsync sync`: the periodic pass.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::{Cli, Format, SyncArgs};
use crate::exit::{self, Exit, failure};
use crate::http::ping;
use crate::identity::Account;
use crate::moment::{self, Window};
use crate::provider::Provider;
use crate::reading::Scope;
use crate::settings::{Examined, Settings};
use crate::store::runs::{self, RunStart};
use crate::sync::end::RunFailure;
use crate::sync::{self, Outcome, Summary, SyncOptions};
use crate::{output, systems};

/// Ends with exactly one ping, unless another `sync` is at work or this one only tries.
pub fn run(cli: &Cli, args: &SyncArgs, out: &mut dyn Write) -> Result<(), RunFailure> {
    let account = Account::of_process();
    let examined = Settings::examine(&cli.global, account.is_borrowed());
    let ping_url = examined.as_ref().ok();
    let ping_url = ping_url.and_then(|examined| examined.settings.ping_url.clone());
    let outcome = examined.and_then(|examined| sync(examined, account, args));
    let is_watched = !args.dry_run && !matches!(outcome, Ok(Outcome::Busy(_)));
    let summary = outcome.and_then(summary);
    let failure = match &summary {
        Ok(summary) => summary.failure.as_ref().map(|failure| &failure.error),
        Err(error) => Some(error),
    };
    if let Some(url) = ping_url.filter(|_| is_watched) {
        ping(&url, failure.map(exit::last_line));
    }
    let printed = match (args.format, &summary) {
        (Format::Json, summary) => print_json(out, summary.as_ref().ok(), failure),
        (Format::Table, Ok(summary)) => output::sync::write_table(out, summary, args.dry_run),
        (Format::Table, Err(_)) => Ok(()),
    };
    // A reader that left is no success of what failed.
    match summary?.failure {
        Some(failure) => Err(failure),
        None => Ok(printed?),
    }
}

fn summary(outcome: Outcome) -> Result<Summary> {
    match outcome {
        Outcome::Done(summary) => Ok(summary),
        Outcome::Busy(since) => {
            let reason = format!("another sync has been at work since {since}");
            Err(failure(Exit::TryAgain, reason))
        }
    }
}

/// Prints the object of a `sync` that succeeds and of one that fails, unless it is used wrongly.
fn print_json(
    out: &mut dyn Write,
    summary: Option<&Summary>,
    failure: Option<&anyhow::Error>,
) -> Result<()> {
    if failure.is_some_and(|error| exit::of(error) == Exit::Usage) {
        return Ok(());
    }
    let systems = summary.map_or(&[][..], |summary| &summary.systems);
    output::json(out, &output::sync::to_json(systems, failure))
}

fn sync(examined: Examined, account: Account, args: &SyncArgs) -> Result<Outcome> {
    let has_row = examined.is_database_known && !args.dry_run;
    let (settings, fault) = examined.judged();
    let fault = fault.or_else(|| not_set_up(args.provider?, &settings));
    let session = Session::new(settings, account)?;
    match fault {
        None => pass(&session, args),
        Some(fault) if has_row => Ok(Outcome::Done(refuse(&session, args, fault)?)),
        Some(fault) => Err(fault),
    }
}

/// The fault of a system that is named and has no settings.
fn not_set_up(provider: Provider, settings: &Settings) -> Option<anyhow::Error> {
    match settings.providers().contains(&provider) {
        true => None,
        false => systems::access(provider, settings).err(),
    }
}

/// Records a run that fails before it asks a system, if the asker may run it.
fn refuse(session: &Session, args: &SyncArgs, fault: anyhow::Error) -> Result<Summary> {
    let asker = match session.maintainer("run sync") {
        Ok(asker) => asker,
        Err(error) => return Err(exit::graver(fault, error)),
    };
    let start = RunStart {
        command: match args.since {
            None => runs::SYNC,
            Some(_) => runs::SYNC_WINDOW,
        },
        account: &asker.account,
        ..RunStart::default()
    };
    sync::refuse(session.database(), start, fault)
}

fn pass(session: &Session, args: &SyncArgs) -> Result<Outcome> {
    let scope = scope(session, args)?;
    let asker = session.maintainer("run sync")?;
    let settings = &session.settings;
    let options = SyncOptions {
        settings,
        account: &asker.account,
        scope,
        providers: match args.provider {
            Some(provider) => vec![provider],
            None => settings.providers_to_read(),
        },
    };
    if args.dry_run {
        return Ok(Outcome::Done(sync::try_out(&options)?));
    }
    sync::run(&options)
}

fn scope(session: &Session, args: &SyncArgs) -> Result<Scope> {
    let Some(since) = &args.since else {
        return Ok(Scope::SinceLastSync);
    };
    let now = moment::now();
    let usage = |reason: String| failure(Exit::Usage, reason);
    let time = |text: &String| moment::parse_time(text, session.settings.zone).map_err(usage);
    let from = time(since)?;
    let until = args.until.as_ref().map(time).transpose()?;
    let to = until.map_or(now, |until| until.min(now));
    if from >= to {
        return Err(usage(format!(
            "--since {} is not before the end of the window",
            moment::to_text(from)
        )));
    }
    Ok(Scope::Window(Window { from, to }))
}
