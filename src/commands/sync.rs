//! `callsync sync`: the periodic pass.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::callyzer::pass::PassOptions;
use crate::cli::{Cli, SyncArgs};
use crate::exit::{self, Exit, failure};
use crate::http::{RetryPolicy, ping};
use crate::identity::Account;
use crate::moment::{self, Window};
use crate::reading::Scope;
use crate::settings::Settings;
use crate::sync::{self, Outcome, Summary, SyncOptions};

/// Ends with exactly one ping, unless another `sync` is at work or this one only tries.
pub fn run(cli: &Cli, args: &SyncArgs, out: &mut dyn Write) -> Result<()> {
    let account = Account::of_process();
    let examined = Settings::examine(&cli.global, account.is_borrowed())?;
    let ping_url = examined.settings.ping_url.clone();
    let settings = examined.usable();
    let result = settings.and_then(|settings| sync(&Session { settings, account }, args));
    let is_watched = !args.dry_run && !matches!(result, Ok(Outcome::Busy(_)));
    if let Some(url) = ping_url.filter(|_| is_watched) {
        ping(&url, result.as_ref().err().map(exit::last_line));
    }
    match result? {
        Outcome::Done(summary) => print(out, &summary),
        Outcome::Busy(since) => {
            let reason = format!("another sync has been at work since {since}");
            Err(failure(Exit::TryAgain, reason))
        }
    }
}

fn sync(session: &Session, args: &SyncArgs) -> Result<Outcome> {
    let scope = scope(session, args)?;
    let asker = session.maintainer("run sync")?;
    let options = SyncOptions {
        database: session.database(),
        account: &asker.account,
        pass: pass_options(session, scope),
        max_attempts: session.settings.max_attempts,
    };
    let callyzer = || session.callyzer(RetryPolicy::UNATTENDED);
    if args.dry_run {
        return Ok(Outcome::Done(sync::try_out(&options, callyzer)?));
    }
    sync::run(&options, callyzer)
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

fn pass_options(session: &Session, scope: Scope) -> PassOptions {
    let settings = &session.settings;
    PassOptions {
        scope,
        zone: settings.zone,
        kinds: settings.callyzer.kinds.clone(),
        overlap: settings.overlap,
        initial: settings.initial,
        reread_days: settings.reread_days,
    }
}

fn print(out: &mut dyn Write, summary: &Summary) -> Result<()> {
    let Summary { counts, unmatched } = summary;
    writeln!(
        out,
        "Połączenia: {} (nowe {}, zmienione {})",
        counts.read, counts.new, counts.changed
    )?;
    writeln!(out, "Przypisane do leadów: {}", counts.assigned)?;
    writeln!(
        out,
        "Nieprzetworzone: {unmatched} (nowe {})",
        counts.unmatched
    )?;
    Ok(writeln!(out, "W kwarantannie: {}", counts.quarantined)?)
}
