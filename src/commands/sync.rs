//! `callsync sync`: the periodic pass.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::call::LeftOut;
use crate::cli::{Cli, SyncArgs};
use crate::exit::{self, Exit, failure};
use crate::http::ping;
use crate::identity::Account;
use crate::moment::{self, Window};
use crate::provider::Provider;
use crate::reading::Scope;
use crate::settings::Settings;
use crate::sync::{self, Outcome, Summary, SyncOptions, SystemSummary};
use crate::systems;

/// Ends with exactly one ping, unless another `sync` is at work or this one only tries.
pub fn run(cli: &Cli, args: &SyncArgs, out: &mut dyn Write) -> Result<()> {
    let account = Account::of_process();
    let examined = Settings::examine(&cli.global, account.is_borrowed())?;
    let ping_url = examined.settings.ping_url.clone();
    let settings = examined.usable();
    let result = settings.and_then(|settings| sync(&Session { settings, account }, args));
    let is_watched = !args.dry_run && !matches!(result, Ok(Outcome::Busy(_)));
    if let Some(url) = ping_url.filter(|_| is_watched) {
        let failure = match &result {
            Ok(Outcome::Done(summary)) => summary.result.as_ref().err(),
            Ok(Outcome::Busy(_)) => None,
            Err(error) => Some(error),
        };
        ping(&url, failure.map(exit::last_line));
    }
    match result? {
        Outcome::Done(summary) => {
            let printed = print(out, &summary);
            // A reader that left is no success of what failed.
            summary.result.and(printed)
        }
        Outcome::Busy(since) => {
            let reason = format!("another sync has been at work since {since}");
            Err(failure(Exit::TryAgain, reason))
        }
    }
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

/// A section for each system, headed by its name if there are several.
fn print(out: &mut dyn Write, summary: &Summary) -> Result<()> {
    let unmatched = summary.unmatched;
    for system in &summary.systems {
        let new = system.counts.unmatched;
        if summary.is_of_several {
            writeln!(out, "{}:", system.provider.name())?;
            print_system(out, system, &format!("nowe {new}"))?;
        } else {
            print_system(out, system, &format!("{unmatched} (nowe {new})"))?;
        }
    }
    if summary.is_of_several && !summary.systems.is_empty() {
        writeln!(out, "Nieprzetworzone razem: {unmatched}")?;
    }
    Ok(())
}

fn print_system(out: &mut dyn Write, system: &SystemSummary, unmatched: &str) -> Result<()> {
    let counts = &system.counts;
    writeln!(
        out,
        "Połączenia: {} (nowe {}, zmienione {})",
        counts.read, counts.new, counts.changed
    )?;
    writeln!(out, "Przypisane do leadów: {}", counts.assigned)?;
    writeln!(out, "Nieprzetworzone: {unmatched}")?;
    writeln!(out, "W kwarantannie: {}", counts.quarantined)?;
    let left_out = system.left_out.iter();
    let left_out: Vec<_> = left_out
        .map(|(what, rows)| format!("{} {rows}", in_polish(*what)))
        .collect();
    if !left_out.is_empty() {
        writeln!(out, "Poza rejestrem: {}", left_out.join(", "))?;
    }
    Ok(())
}

fn in_polish(left_out: LeftOut) -> &'static str {
    match left_out {
        LeftOut::Internal => "wewnętrzne",
        LeftOut::Sms => "SMS",
        LeftOut::Fax => "faksy",
    }
}
