//! `callsync sync`: the periodic pass.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;

use super::Session;
use crate::cli::SyncArgs;
use crate::exit::{self, Exit, failure};
use crate::lock::LockFile;
use crate::moment::{self, Moment, Window};
use crate::provider::http::Patience;
use crate::provider::ping::ping;
use crate::store::Store;
use crate::store::runs::{self, Counts, Ending, Starter};
use crate::sync::{self, Order, Reach, Scope};
use crate::{interrupt, terminal};

/// Longer than a look at the lock takes.
const LOOKED_AT: Duration = Duration::from_millis(200);

pub fn run(session: &Session, args: &SyncArgs, out: &mut dyn Write) -> Result<()> {
    let started_at = moment::now();
    let scope = scope(session, args, started_at)?;
    let asker = session.maintainer("run sync")?;
    let job = Job {
        session,
        scope,
        account: asker.account,
        started_at,
    };
    if args.dry_run {
        let (counts, unmatched) = job.pass(&mut Store::copy(session.database())?)?;
        return print(out, &counts, unmatched);
    }
    let ended = match job.alone() {
        Ok(Alone::Busy(since)) => {
            let reason = format!("another sync has been at work since {since}");
            return Err(failure(Exit::TryAgain, reason));
        }
        Ok(Alone::Done(counts, unmatched)) => Ok((counts, unmatched)),
        Err(error) => Err(error),
    };
    if let Some(url) = &session.settings.ping_url {
        ping(url, ended.as_ref().err().map(exit::last_line));
    }
    let (counts, unmatched) = ended?;
    print(out, &counts, unmatched)
}

fn scope(session: &Session, args: &SyncArgs, now: Moment) -> Result<Scope> {
    let settings = &session.settings;
    let Some(since) = &args.since else {
        return Ok(Scope::Periodic(Reach {
            overlap: settings.overlap,
            initial: settings.initial,
        }));
    };
    let usage = |reason: String| failure(Exit::Usage, reason);
    let time = |text: &String| moment::parse_time(text, settings.zone).map_err(usage);
    let from = time(since)?;
    let to = args
        .until
        .as_ref()
        .map(time)
        .transpose()?
        .map_or(now, |until| until.min(now));
    if from >= to {
        return Err(usage(format!(
            "--since {} is not before the end of the window",
            moment::to_text(from)
        )));
    }
    Ok(Scope::Window(Window { from, to }))
}

/// How an attempt to be the one `sync` at work ended.
enum Alone {
    /// Another has been at work since then.
    Busy(String),
    Done(Counts, i64),
}

struct Job<'a> {
    session: &'a Session,
    scope: Scope,
    account: String,
    started_at: Moment,
}

impl Job<'_> {
    /// Makes the pass if no other is being made. The lock's text says since when one is.
    fn alone(&self) -> Result<Alone> {
        let database = self.session.database();
        let mut store = Store::open(database)?;
        let lock = LockFile::open(database, "-sync")?;
        // Whoever looks whether it is held holds it for a moment.
        if !(lock.try_take()? || interrupt::wait(LOOKED_AT) && lock.try_take()?) {
            return Ok(Alone::Busy(lock.text()?));
        }
        lock.write_text(&moment::to_text(self.started_at))?;
        if store.mark_killed()? > 0 {
            log::warn!("the last sync was killed; this one goes on from where it was");
        }
        let (counts, unmatched) = self.pass(&mut store)?;
        Ok(Alone::Done(counts, unmatched))
    }

    /// Makes the pass between the beginning and the end of its row in `sync_runs`. Gives its
    /// counts and how many calls are unmatched after it.
    fn pass(&self, store: &mut Store) -> Result<(Counts, i64)> {
        let callyzer = self.session.callyzer(Patience::OF_CRON)?;
        interrupt::finish_work_in_hand();
        let starter = Starter {
            command: match self.scope {
                Scope::Periodic(_) => runs::SYNC,
                Scope::Window(_) => runs::SYNC_WINDOW,
            },
            account: &self.account,
            ..Starter::default()
        };
        let run_id = store.begin_run(starter, self.started_at)?;
        log::info!("sync begins: run {run_id}");
        log::debug!("database {}", self.session.database().display());
        terminal::start_progress();
        let mut notes = Vec::new();
        let result = sync::pass(store, &callyzer, self.order(run_id), &mut notes);
        terminal::end_progress();
        let requests = callyzer.http().requests();
        let ending = Ending {
            failure: result.as_ref().err(),
            notes: &notes,
            requests,
        };
        let finished = store.finish_run(run_id, ending, moment::now());
        result?;
        finished?;
        log::info!("sync ends: run {run_id}, {requests} requests");
        Ok((store.run_counts(run_id)?, store.unmatched_count()?))
    }

    fn order(&self, run_id: i64) -> Order {
        let settings = &self.session.settings;
        Order {
            scope: self.scope,
            run_id,
            started_at: self.started_at,
            zone: settings.zone,
            kinds: settings.sweeps(),
            max_attempts: settings.max_attempts,
            reread_days: settings.reread_days,
        }
    }
}

fn print(out: &mut dyn Write, counts: &Counts, unmatched: i64) -> Result<()> {
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
    writeln!(out, "W kwarantannie: {}", counts.quarantined)?;
    Ok(())
}
