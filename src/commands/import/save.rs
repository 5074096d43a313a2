//! Reads a file and saves its rows, unless one is bad.

use anyhow::Result;

use crate::cli::ImportArgs;
use crate::commands::Session;
use crate::import::file::CsvFile;
use crate::import::report::{Report, SavedRows};
use crate::import::{Contents, leads, teams, users};
use crate::store::Store;
use crate::store::runs::{Run, RunStart};

pub fn save_users(session: &Session, args: &ImportArgs) -> Result<Report> {
    let mut import = Import::begin(session, args, "import users")?;
    let known = import.store.logins()?;
    let region = session.settings.region;
    let read = |bytes| users::read(bytes, &known, region);
    let mut contents = import.file.contents(read)?;
    let saved = import.save(&contents, Store::save_users)?;
    users::report_moves(&mut contents.remarks, &saved.moves);
    let saved = SavedRows {
        new: saved.new,
        changed: saved.changed,
        assigned: 0,
    };
    Ok(Report::new(import.file.name, contents, saved))
}

pub fn save_leads(session: &Session, args: &ImportArgs) -> Result<Report> {
    let mut import = Import::begin(session, args, "import leads")?;
    let users = import.store.logins()?;
    let (zone, region) = (session.settings.zone, session.settings.region);
    let read = |bytes| leads::read(bytes, &users, zone, region);
    let mut contents = import.file.contents(read)?;
    leads::refuse_new_without_name(&mut contents, |id| import.store.has_lead(id))?;
    let saved = import.save(&contents, Store::save_leads)?;
    let saved = SavedRows {
        new: saved.new,
        changed: saved.changed,
        assigned: saved.assigned,
    };
    Ok(Report::new(import.file.name, contents, saved))
}

pub fn save_teams(session: &Session, args: &ImportArgs) -> Result<Report> {
    let mut import = Import::begin(session, args, "import teams")?;
    let contents = import.file.contents(teams::read)?;
    let saved = import.save(&contents, Store::save_teams)?;
    let saved = SavedRows {
        new: saved.new,
        changed: saved.changed,
        assigned: 0,
    };
    Ok(Report::new(import.file.name, contents, saved))
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

    /// Writes what a good file holds; only now a missing database is created. Nothing is
    /// saved of a file with a bad row.
    fn save<Row, Saved: Default>(
        &mut self,
        contents: &Contents<Row>,
        write: impl FnOnce(&mut Store, &[Row], &Run) -> Result<Saved>,
    ) -> Result<Saved> {
        if contents.remarks.has_bad_row() {
            return Ok(Saved::default());
        }
        if !self.args.dry_run {
            self.store = Store::create(self.session.database())?;
        }
        let start = RunStart {
            command: self.command,
            account: &self.account,
            ..RunStart::default()
        };
        self.store
            .record_run(start, |store, run| write(store, &contents.rows, run))
    }
}
