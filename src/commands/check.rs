//! `callsync check`: what is wrong here?

use std::io::Write;

use anyhow::Result;
use chrono::TimeDelta;

use super::Session;
use crate::callyzer::check::{AssignedNumber, CheckOptions, items};
use crate::check::database::{self, Extent};
use crate::check::files::{self, Service};
use crate::check::{self, Item, Verdict};
use crate::cli::Cli;
use crate::exit::Exit;
use crate::http::RetryPolicy;
use crate::identity::Account;
use crate::moment;
use crate::settings::{Examined, Finding, Settings};
use crate::store::Store;

/// Prints an item a line. Exit code 1, and with `-q` a word on standard error, if one is wrong.
pub fn run(cli: &Cli, full: bool, out: &mut dyn Write) -> Result<Exit> {
    let account = Account::of_process();
    let Examined {
        settings,
        findings,
        env_file,
    } = Settings::examine(&cli.global, account.is_borrowed())?;
    let session = Session { settings, account };
    session.maintainer("run check")?;
    let service = Service::of(session.database());
    let mut items = check::settings(&findings, session.settings.callyzer.access().err());
    items.extend(files::env_file(&env_file, &service));
    let token_file = session.settings.callyzer.token_file();
    items.extend(token_file.and_then(|file| files::token_file(file, &service)));
    if check::is_usable("CALLSYNC_DATABASE", &findings) {
        items.extend(files::of_database(session.database(), &service));
        let extent = if full {
            Extent::Whole
        } else {
            Extent::InPassing
        };
        items.extend(database::items(session.database(), extent));
    }
    write(out, &items)?;
    let answers = ask(&session, &findings)?;
    write(out, &answers)?;
    items.extend(answers);
    let wrong = items.iter().filter(|item| item.verdict == Verdict::Wrong);
    let wrong: Vec<_> = wrong.map(Item::to_string).collect();
    Ok(super::judged(&wrong, cli.global.quiet))
}

fn write(out: &mut dyn Write, items: &[Item]) -> Result<()> {
    Ok(items.iter().try_for_each(|item| writeln!(out, "{item}"))?)
}

/// Callyzer is asked only where the settings say for whom and with which token.
fn ask(session: &Session, findings: &[Finding]) -> Result<Vec<Item>> {
    let settings = &session.settings;
    if settings.callyzer.access().is_err() || !check::is_usable("CALLYZER_BASE_URL", findings) {
        return Ok(vec![Item::skipped(
            "Callyzer is not asked without token and address",
        )]);
    }
    let api = match session.callyzer(RetryPolicy::INTERACTIVE) {
        Ok(api) => api,
        Err(error) => return Ok(vec![Item::wrong(format!("{error:#}"))]),
    };
    let lately = moment::now() - TimeDelta::days(2);
    let numbers =
        Store::read(session.database()).and_then(|store| store.numbers_by_last_call(lately));
    let assigned = |(number, login)| AssignedNumber { number, login };
    let options = CheckOptions {
        numbers: numbers
            .ok()
            .map(|numbers| numbers.into_iter().map(assigned).collect()),
        zone: check::is_usable("CALLYZER_TIMEZONE", findings).then_some(settings.zone),
        kinds: settings.callyzer.kinds.clone(),
    };
    Ok(items(&api, &options)?)
}
