//! `callsync check`: what is wrong here?

use std::io::Write;

use anyhow::Result;

use super::{Session, ownership};
use crate::check::database::{self, Extent};
use crate::check::files;
use crate::check::service::Service;
use crate::check::{self, Item, Verdict};
use crate::cli::{Cli, Format};
use crate::exit::Exit;
use crate::identity::Account;
use crate::output;
use crate::provider::Provider;
use crate::settings::{EnvFile, Examined, Finding, Settings, SystemSettings};
use crate::status;
use crate::store::Store;
use crate::systems::{self, access};

/// Prints an item a line as it is checked, and the verdict last; as JSON all at the end.
/// Exit code 1, and with `-q` a word on standard error, if one is wrong.
pub fn run(cli: &Cli, full: bool, format: Format, out: &mut dyn Write) -> Result<Exit> {
    let account = Account::of_process();
    let examined = Settings::examine(&cli.global, account.is_borrowed())?;
    if examined.env_file.is_closed {
        // What else it could say would be of other files than are meant.
        return examined.usable().map(|_| Exit::Wrong);
    }
    let Examined {
        settings,
        findings,
        env_file,
        ..
    } = examined;
    let session = Session::new(settings, account)?;
    if !session.is_locked_out()? {
        session.maintainer("run check")?;
    }
    let mut items = Vec::new();
    let mut show = |mut found: Vec<Item>| {
        // A lock file that is refused was one of the files. What is good of a system says
        // nothing of another one.
        let is_told = |item: &Item| items.iter().any(|one: &Item| one.found == item.found);
        found.retain(|item| item.verdict != Verdict::Wrong || !is_told(item));
        let shown = match format {
            Format::Table => output::check::write_items(out, &found),
            Format::Json => Ok(()),
        };
        items.extend(found);
        shown
    };
    show(local_items(&session, &findings, &env_file, full))?;
    for provider in session.settings.providers() {
        show(ask(&session.settings, &findings, provider)?)?;
    }
    show(without_settings(&session.settings))?;
    match format {
        Format::Table => output::check::write_verdict(out, &items)?,
        Format::Json => output::json(out, &output::check::to_json(&items))?,
    }
    let wrong = items.iter().filter(|item| item.verdict == Verdict::Wrong);
    let wrong: Vec<_> = wrong.map(Item::to_string).collect();
    Ok(super::judged(&wrong, cli.global.quiet))
}

/// What can be checked without asking any system.
fn local_items(
    session: &Session,
    findings: &[Finding],
    env_file: &EnvFile,
    full: bool,
) -> Vec<Item> {
    let (settings, database) = (&session.settings, session.database());
    let service = Service::of(database);
    let providers = settings.providers();
    let fault = |provider: &Provider| Some((*provider, access(*provider, settings).err()?));
    let faults: Vec<_> = providers.iter().filter_map(fault).collect();
    let mut items = check::settings(findings, &faults);
    items.extend(files::env_file(env_file, &service));
    let systems = providers.iter();
    let systems = systems.filter_map(|provider| settings.system(*provider));
    let secret_files = systems.flat_map(SystemSettings::secret_files);
    let secret_files =
        secret_files.filter_map(|(what, file)| files::secret_file(&what, file, &service));
    // The fault of a setting may have said it already.
    let is_new = |item: &Item| item.fix.is_none() || items.iter().all(|one| one.fix != item.fix);
    let secret_files: Vec<_> = secret_files.filter(is_new).collect();
    items.extend(secret_files);
    if check::is_usable("CALLSYNC_DATABASE", findings) {
        let locks: Vec<_> = ownership::lock_files().collect();
        items.extend(files::of_database(database, &locks, &service));
        let extent = if full {
            Extent::Whole
        } else {
            Extent::InPassing
        };
        items.extend(database::items(database, extent));
    }
    items
}

/// Systems whose settings are gone, or misspelt.
fn without_settings(settings: &Settings) -> Vec<Item> {
    let store = Store::read(&settings.database);
    let lost = store.and_then(|store| status::without_settings(&store, &settings.providers()));
    let item = |name: String| {
        let found = format!("{name} was read before, but its settings are not there");
        let fix = "put them back (to leave it for good, see the README)";
        Item::wrong(name, found).with_fix(fix)
    };
    lost.unwrap_or_default().into_iter().map(item).collect()
}

/// A system is asked only where the settings say where it is, who asks, and how it is
/// reached.
fn ask(settings: &Settings, findings: &[Finding], provider: Provider) -> Result<Vec<Item>> {
    let is_wrong = |finding: &Finding| finding.found.is_err() && finding.is_of_access(provider);
    let missing = if access(provider, settings).is_err() || findings.iter().any(is_wrong) {
        "credentials and address"
    } else if findings.iter().any(Finding::keeps_from_asking) {
        "the settings of the network"
    } else {
        let zone = check::is_usable("CALLYZER_TIMEZONE", findings).then_some(settings.zone);
        return systems::check(provider, settings, zone);
    };
    let name = provider.name();
    let found = format!("{name} is not asked without {missing}");
    Ok(vec![Item::skipped(name, found)])
}
