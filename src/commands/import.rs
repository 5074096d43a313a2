//! `callsync import`: insert or update users or leads from a CSV file.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::{ImportArgs, ImportCommand};
use crate::import::file::CsvFile;
use crate::import::{leads, users};
use crate::store::Store;
use crate::store::runs::{Run, RunStart};

pub fn run(session: &Session, command: &ImportCommand, out: &mut dyn Write) -> Result<()> {
    let (args, summary) = match command {
        ImportCommand::Users(args) => (args, save_users(session, args)?),
        ImportCommand::Leads(args) => (args, save_leads(session, args)?),
    };
    if args.dry_run {
        writeln!(out, "Próba: nic nie zapisano")?;
    }
    Ok(writeln!(out, "{summary}")?)
}

fn save_users(session: &Session, args: &ImportArgs) -> Result<String> {
    let mut import = Import::begin(session, args, "import users")?;
    let known = import.store.logins()?;
    let contents = users::read(import.file.take_bytes(), &known, session.settings.region);
    let rows = import.file.good_rows(contents)?;
    let saved = import.save(|store, run| store.save_users(&rows, run))?;
    for moved in saved.moves {
        log::warn!("{}:{moved}", import.file.name);
    }
    let (rows, new, changed) = (rows.len(), saved.new, saved.changed);
    Ok(format!(
        "Użytkownicy: {rows} (nowi {new}, zmienieni {changed})"
    ))
}

fn save_leads(session: &Session, args: &ImportArgs) -> Result<String> {
    let mut import = Import::begin(session, args, "import leads")?;
    let users = import.store.logins()?;
    let (zone, region) = (session.settings.zone, session.settings.region);
    let mut contents = leads::read(import.file.take_bytes(), &users, zone, region);
    if let Ok(contents) = &mut contents {
        leads::refuse_new_without_name(contents, |id| import.store.has_lead(id))?;
    }
    let rows = import.file.good_rows(contents)?;
    let saved = import.save(|store, run| store.save_leads(&rows, run))?;
    let (rows, new, changed) = (rows.len(), saved.new, saved.changed);
    Ok(format!(
        "Leady: {rows} (nowe {new}, zmienione {changed})\nPrzypisane połączenia: {}",
        saved.assigned
    ))
}

struct Import<'a> {
    session: &'a Session,
    args: &'a ImportArgs,
    command: &'static str,
    account: String,
    file: CsvFile,
    store: Store,
}

impl<'a> Import<'a> {
    fn begin(session: &'a Session, args: &'a ImportArgs, command: &'static str) -> Result<Self> {
        let account = session.maintainer(command)?.account;
        let file = CsvFile::read(&args.file)?;
        let database = session.database();
        let store = match (database.exists(), args.dry_run) {
            (false, _) => Store::empty()?,
            (true, true) => Store::open_dry(database)?,
            (true, false) => Store::open(database)?,
        };
        Ok(Self {
            session,
            args,
            command,
            account,
            file,
            store,
        })
    }

    /// Writes what a good file holds; only now a missing database is created.
    fn save<T>(&mut self, write: impl FnOnce(&mut Store, &Run) -> Result<T>) -> Result<T> {
        if !self.args.dry_run {
            self.store = Store::create(self.session.database())?;
        }
        let start = RunStart {
            command: self.command,
            account: &self.account,
            ..RunStart::default()
        };
        self.store.record_run(start, |store, run| write(store, run))
    }
}
