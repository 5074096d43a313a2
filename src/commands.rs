//! The subcommands, one file each: open, call, print.

mod backup;
mod campaign;
mod check;
mod explain;
mod export;
mod forget;
mod import;
mod lead;
mod ownership;
mod purge;
mod recordings;
mod refresh_lead;
mod retry_unmatched;
mod stats;
mod status;
mod sync;
mod unmatched;

use std::io::Write;
use std::path::Path;

use anyhow::{Error, Result};
use chrono::TimeDelta;

use crate::cli::{self, Behalf, Cli, Command, RecordingsCommand};
use crate::exit::{self, Exit, failure};
use crate::identity::{Account, Asker};
use crate::output::Results;
use crate::permission::{self, Right};
use crate::provider::Provider;
use crate::settings::Settings;
use crate::status::StatusOptions;
use crate::store::register::Lead;
use crate::store::{self, Store};
use crate::sync::end::RunFailure;
use crate::user::Who;
use crate::{interrupt, moment, terminal};

/// From here on an id may be a phone number in its place.
const PHONE_NUMBERS: i64 = 100_000_000;

/// Runs the command. Gives the exit code of a command that did not fail.
pub fn run(cli: &Cli) -> Result<Exit, RunFailure> {
    interrupt::install().map_err(Error::from)?;
    let mut out = Results::new(cli.global.quiet, cli.command.prints_json());
    let done = dispatch(cli, &mut out).and_then(|exit| {
        out.flush().map_err(Error::from)?;
        Ok(exit)
    });
    if let Err(failure) = &done {
        out.write_failure(&failure.error);
    }
    done
}

/// Ends a failed command with its last line. That of a `sync`, whose standard error is a log,
/// is a record.
pub fn tell_failure(command: &Command, failure: &RunFailure) {
    if !matches!(command, Command::Sync(_)) {
        return terminal::fail(&exit::last_line(&failure.error));
    }
    failure.log();
    terminal::end_failed_log();
}

fn dispatch(cli: &Cli, out: &mut dyn Write) -> Result<Exit, RunFailure> {
    match &cli.command {
        Command::Sync(args) => sync::run(cli, args, out)?,
        Command::RetryUnmatched { all, format } => {
            retry_unmatched::run(&Session::begin(cli)?, *all, *format, out)?
        }
        Command::Lead(args) => lead::run(&Session::begin(cli)?, args, out)?,
        Command::RefreshLead { id, behalf, format } => {
            refresh_lead::run(Session::begin(cli), *id, behalf, *format, out)?
        }
        Command::Unmatched(args) => unmatched::run(&Session::begin(cli)?, args, out)?,
        Command::Explain(args) => explain::run(&Session::begin(cli)?, args, out)?,
        Command::Stats(args) => stats::run(&Session::begin(cli)?, args, out)?,
        Command::Recordings(RecordingsCommand::Fetch(args)) => {
            recordings::run(&Session::begin(cli)?, args, out)?
        }
        Command::Import(command) => import::run(&Session::begin(cli)?, command, out)?,
        Command::Export(command) => export::run(&Session::begin(cli)?, command, out)?,
        Command::Backup { file, format } => backup::run(&Session::begin(cli)?, file, *format, out)?,
        Command::Campaign(command) => campaign::run(&Session::begin(cli)?, command, out)?,
        Command::Forget(args) => forget::run(&Session::begin(cli)?, args, out)?,
        Command::Purge(args) => purge::run(&Session::begin(cli)?, args, out)?,
        Command::Status { format } => {
            let session = Session::begin(cli)?;
            return Ok(status::run(&session, *format, cli.global.quiet, out)?);
        }
        Command::Check { full, format } => return Ok(check::run(cli, *full, *format, out)?),
        Command::Completions { shell } => {
            let script = cli::completions(*shell);
            out.write_all(&script).map_err(Error::from)?;
        }
    }
    Ok(Exit::Done)
}

/// The settings of a command and the account that runs it.
struct Session {
    settings: Settings,
    account: Account,
}

impl Session {
    fn begin(cli: &Cli) -> Result<Self> {
        let account = Account::of_process();
        let settings = Settings::examine(&cli.global, account.is_borrowed())?.usable()?;
        Self::new(settings, account)
    }

    /// Fails through sudo, if the database is none of the service account's.
    fn new(settings: Settings, account: Account) -> Result<Self> {
        exit::name_database(&settings.database);
        ownership::refuse_through_sudo(&account, &settings.database)?;
        Ok(Self { settings, account })
    }

    fn database(&self) -> &Path {
        &self.settings.database
    }

    /// The asker, if one who may see leads at all. Others are refused before the file is
    /// opened, which they may have no right to read.
    fn asker_for_leads(&self, as_login: Option<&str>) -> Result<Asker> {
        let asker = self.asker(as_login)?;
        asker
            .filter(|asker| permission::allows(&asker.who, Right::SeeSomeLeads))
            .ok_or_else(no_permission)
    }

    /// A lead, if the asker may see it, and the file to read more of it.
    fn visible_lead(&self, id: i64, as_login: Option<&str>) -> Result<(Asker, Lead, Store)> {
        let asker = self.asker_for_leads(as_login)?;
        let store = Store::read(self.database())?;
        let lead = store.lead(id)?;
        let advisor_id = lead.as_ref().and_then(|lead| lead.advisor_id);
        if !permission::allows(&asker.who, Right::SeeLead { advisor_id }) {
            return Err(no_permission());
        }
        match lead {
            Some(lead) => Ok((asker, lead, store)),
            None => Err(no_lead(id)),
        }
    }

    /// Who is asking, on whose behalf; None if the asker may not say `--as`. An account that
    /// is nobody because the database is root's is told so.
    fn asker(&self, as_login: Option<&str>) -> Result<Option<Asker>> {
        let owner = store::owner(self.database())?;
        let find = |login: &str| Store::find_user(self.database(), login);
        let asker = Asker::decide(&self.account, owner, as_login, find)?;
        let is_somebody = |asker: &Asker| !matches!(asker.who, Who::Nobody);
        if !asker.as_ref().is_some_and(is_somebody) && self.is_locked_out()? {
            return Err(ownership::locked_out(self.database()));
        }
        Ok(asker)
    }

    /// Whether the database is root's in this account's folder.
    fn is_locked_out(&self) -> Result<bool> {
        ownership::is_locked_out(&self.account, self.database())
    }

    /// Refuses an asker who may not see the unmatched calls.
    fn refuse_unless_unmatched_is_visible(&self, behalf: &Behalf) -> Result<()> {
        let asker = self.asker(behalf.as_login.as_deref())?;
        let may_see = |asker: Asker| permission::allows(&asker.who, Right::SeeUnmatched);
        match asker.is_some_and(may_see) {
            true => Ok(()),
            false => Err(no_permission()),
        }
    }

    /// What the status of the data is judged by. `providers`: those that are read.
    /// `set_up`: those whose settings are there.
    fn status_options<'a>(
        &'a self,
        providers: &'a [Provider],
        set_up: &'a [Provider],
    ) -> StatusOptions<'a> {
        StatusOptions {
            providers,
            set_up,
            campaigns: self.settings.campaigns(),
            now: moment::now(),
            zone: self.settings.zone,
            interval: TimeDelta::minutes(self.settings.interval_minutes),
            max_attempts: self.settings.max_attempts,
        }
    }

    /// The asker, if an administrator; else the error that says what may not be done.
    fn maintainer(&self, what: &str) -> Result<Asker> {
        match self.asker(None)? {
            Some(asker) if permission::allows(&asker.who, Right::Maintain) => Ok(asker),
            _ => Err(failure(
                Exit::Denied,
                format!("only an administrator may {what}"),
            )),
        }
    }
}

/// The error for a lead that does not exist.
fn no_lead(id: i64) -> Error {
    let advice = match id {
        ..PHONE_NUMBERS => String::new(),
        _ => format!("; czy to numer? callsync lead --number {id}"),
    };
    let reason = format!("Nie ma leada o identyfikatorze {id}{advice}");
    failure(Exit::Data, reason)
}

/// The exit code of a command that looks for problems. If `quiet`, prints them.
fn judged(problems: &[String], quiet: bool) -> Exit {
    if problems.is_empty() {
        return Exit::Done;
    }
    if quiet {
        terminal::fail(&format!("callsync: {}", problems.join("\ncallsync: ")));
    }
    Exit::Wrong
}

/// The refusal of everything that shows calls. It gives no reason, so that nothing leaks.
fn no_permission() -> Error {
    failure(
        Exit::Denied,
        "Brak uprawnień do przeglądania historii połączeń",
    )
}
