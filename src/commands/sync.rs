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
use crate::sync::{self, Outcome, Summary, SyncOptions};
use crate::{output, systems};

/// Ends with exactly one ping, unless another `sync` is at work or this one only tries.
pub fn run(cli: &Cli, args: &SyncArgs, out: &mut dyn Write) -> Result<()> {
    let account = Account::of_process();
    let examined = Settings::examine(&cli.global, account.is_borrowed());
    let ping_url = examined.as_ref().ok();
    let ping_url = ping_url.and_then(|examined| examined.settings.ping_url.clone());
    let settings = examined.and_then(Examined::usable);
    let outcome = settings.and_then(|settings| sync(&Session { settings, account }, args));
    let is_watched = !args.dry_run && !matches!(outcome, Ok(Outcome::Busy(_)));
    let summary = outcome.and_then(summary);
    let failure = match &summary {
        Ok(summary) => summary.result.as_ref().err(),
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
    summary?.result.and(printed)
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

fn sync(session: &Session, args: &SyncArgs) -> Result<Outcome> {
    let scope = scope(session, args)?;
    let asker = session.maintainer("run sync")?;
    let settings = &session.settings;
    let providers = match args.provider {
        Some(provider) => vec![provider],
        None => settings.providers(),
    };
    refuse_unusable(&providers, settings)?;
    let options = SyncOptions {
        settings,
        account: &asker.account,
        scope,
        providers,
    };
    if args.dry_run {
        return Ok(Outcome::Done(sync::try_out(&options)?));
    }
    sync::run(&options)
}

/// A bad setting of one system fails that system alone; but if no other one is left, the
/// command.
fn refuse_unusable(providers: &[Provider], settings: &Settings) -> Result<()> {
    let mut faults = providers
        .iter()
        .map(|provider| systems::access(*provider, settings).err());
    match faults.next().flatten() {
        Some(fault) if faults.all(|other| other.is_some()) => Err(fault),
        _ => Ok(()),
    }
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
