//! `callsync import`: insert or update users, leads or teams from a CSV file.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::{Format, ImportArgs, ImportCommand};
use crate::import::file::CsvFile;
use crate::import::report::ImportReport;
use crate::import::{Contents, leads, teams, users};
use crate::output::import::{Imported, tell_findings, write_json, write_table};
use crate::store::Store;
use crate::store::runs::{Run, RunStart};
use crate::store::users::SavedRows;

/// If it fails because of bad rows, its JSON is on standard output nevertheless.
pub fn run(session: &Session, command: &ImportCommand, out: &mut dyn Write) -> Result<()> {
    let args = command.args();
    let (imported, report) = match command {
        ImportCommand::Users(_) => (Imported::Users, import_users(session, args)?),
        ImportCommand::Leads(_) => (Imported::Leads, import_leads(session, args)?),
        ImportCommand::Teams(_) => (Imported::Teams, import_teams(session, args)?),
    };
    let shown = match args.format {
        Format::Json => write_json(out, &report),
        Format::Table => {
            tell_findings(&report.file, &report.findings);
            write_table(out, imported, &report, args.dry_run)
        }
    };
    // A broken pipe must not hide the command's own failure.
    report.failure().map_or(shown, Err)
}

fn import_users(session: &Session, args: &ImportArgs) -> Result<ImportReport> {
    let mut import = Import::begin(session, args, "import users")?;
    let known = import.store.logins()?;
    let region = session.settings.region;
    let read = |bytes| users::read(bytes, &known, region);
    let mut contents = import.file.contents(read)?;
    users::warn_of_new_teams(&mut contents, &import.store.team_codes()?);
    import.save(contents, Store::save_users)
}

fn import_leads(session: &Session, args: &ImportArgs) -> Result<ImportReport> {
    let mut import = Import::begin(session, args, "import leads")?;
    let users = import.store.logins()?;
    let (zone, region) = (session.settings.zone, session.settings.region);
    let read = |bytes| leads::read(bytes, &users, zone, region);
    let mut contents = import.file.contents(read)?;
    leads::refuse_new_without_name(&mut contents, |id| import.store.has_lead(id))?;
    leads::warn_of_forgotten(&mut contents, zone, |numbers| {
        import.store.forgotten(numbers)
    })?;
    import.save(contents, Store::save_leads)
}

fn import_teams(session: &Session, args: &ImportArgs) -> Result<ImportReport> {
    let mut import = Import::begin(session, args, "import teams")?;
    let contents = import.file.contents(teams::read)?;
    import.save(contents, Store::save_teams)
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
    fn save<Row>(
        mut self,
        contents: Contents<Row>,
        write: impl FnOnce(&mut Store, &[Row], &Run) -> Result<SavedRows>,
    ) -> Result<ImportReport> {
        if contents.remarks.has_bad_row() {
            let nothing = SavedRows::default();
            return Ok(ImportReport::new(self.file.name, contents, nothing));
        }
        if !self.args.dry_run {
            self.store = Store::create(self.session.database())?;
        }
        let start = RunStart {
            command: self.command,
            account: &self.account,
            ..RunStart::default()
        };
        let rows = &contents.rows;
        let saved = self
            .store
            .record_run(start, |store, run| write(store, rows, run))?;
        Ok(ImportReport::new(self.file.name, contents, saved))
    }
}
