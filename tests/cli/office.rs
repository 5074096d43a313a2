//! A sales office to test in: a folder, a database, a pretend Callyzer, and the built binary.

use std::cell::Cell;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{
    Call, DialogCall, MluviiSession, PretendCallyzer, Request, TelecubeCall, World,
};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use crate::machine_clock;
use crate::moment::ago;
use crate::run::Run;

pub const USERS: &str = "login,name,role,team,numbers,active,telecube,mluvii
anna,Anna Wójcik,advisor-bik,bik,600 100 201,1,u-anna|101,41
bartek,Bartosz Zieliński,advisor-bik,bik,600 100 202|22 555 01 02,1,,
celina,Celina Dąbrowska,advisor-cesje,cesje,600 100 203,1,u-celina,43
kierownik,Karol Maj,manager,bik,,1,u-karol,44
";

pub const LEADS: &str = "id,name,phone,advisor,created_at
1,Jan Kowalski,601 200 301,anna,2026-01-01
2,Ewa Nowak,+48 601-200-302,bartek,2026-01-02
3,Żaneta Łoś,601200303,,2026-01-03
";

/// The campaign whose results the offices with Dialog read.
pub const DIALOG_CAMPAIGN: i64 = 7001;

/// Which column of Dialog's reports is what.
pub const DIALOG_COLUMNS: &str =
    "id=call_id,time=call_time,duration=call_duration,result=call_result,number=phone_number";

/// The kinds of call that a sync asks for, each in a request of its own.
pub const KINDS: usize = 3;

/// How long a condition is waited for before the test fails.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// The database in which [`USERS`] and [`LEADS`] were imported: once for all tests.
static IMPORTED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office.import("users", USERS);
    office.import("leads", LEADS);
    // Closed by another program than callsync, all of it is in the file itself.
    office.execute("SELECT 1");
    fs::read(office.database()).unwrap()
});

/// The systems whose settings are there.
#[derive(Default)]
struct Systems {
    callyzer: bool,
    telecube: bool,
    mluvii: bool,
    dialog: bool,
}

pub struct Office {
    folder: TempDir,
    /// The pretend Callyzer, and the other pretend systems beside it.
    pub callyzer: PretendCallyzer,
    systems: Systems,
    /// How far the machine's clock is ahead of the real one.
    clock_ahead: Cell<TimeDelta>,
}

impl Office {
    /// No database yet; the account knows the advisors and has no calls.
    pub fn empty() -> Self {
        let mut world = World::new();
        for (number, name) in [
            ("600100201", "Anna Wójcik"),
            ("600100202", "Bartosz Zieliński"),
            ("225550102", "Bartosz Zieliński"),
            ("600100203", "Celina Dąbrowska"),
        ] {
            world.employee(number, name);
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("callsync.env"), "").unwrap();
        Self {
            folder,
            callyzer: PretendCallyzer::start(world),
            systems: Systems {
                callyzer: true,
                ..Systems::default()
            },
            clock_ahead: Cell::default(),
        }
    }

    /// With [`USERS`] and [`LEADS`].
    pub fn new() -> Self {
        let office = Self::empty();
        let mut private = OpenOptions::new();
        private.write(true).create_new(true).mode(0o600);
        let mut database = private.open(office.database()).unwrap();
        database.write_all(&IMPORTED).unwrap();
        office
    }

    /// As [`Self::new`], where Callyzer need not be asked.
    pub fn unasked() -> Self {
        let office = Self::new();
        office.callyzer.may_stay_unasked();
        office
    }

    /// With calls, each an id, advisor, client, type, age in minutes and duration.
    pub fn with_calls(calls: &[(&str, &str, &str, &str, i64, u32)]) -> Self {
        let office = Self::new();
        for (id, advisor, client, call_type, minutes, duration_s) in calls {
            office.call(Call::new(
                id,
                advisor,
                client,
                call_type,
                ago(*minutes),
                *duration_s,
            ));
        }
        office
    }

    /// Three calls that only the first sync asks for: it goes one day back.
    pub fn with_old_calls() -> Self {
        Self::with_calls(&[
            ("c-1", "600100201", "601200301", "Outgoing", 300, 87),
            ("c-2", "600100202", "601200302", "Incoming", 290, 60),
            ("c-3", "600100203", "601200303", "Outgoing", 280, 30),
        ])
        .going_back(1)
    }

    /// So many calls of one phone, a hundred of them a page; the first sync goes one day back.
    pub fn with_calls_of_one_phone(count: u32) -> Self {
        let office = Self::new().going_back(1);
        for n in 0..count {
            let (id, at) = (format!("c-{n:04}"), ago(300));
            office.call(Call::new(&id, "600100201", "601200301", "Outgoing", at, n));
        }
        office
    }

    /// No system's settings are there.
    fn of_none() -> Self {
        let mut office = Self::new();
        office.systems = Systems::default();
        office
    }

    /// TeleCube's settings are there too.
    pub fn with_telecube(mut self) -> Self {
        self.systems.telecube = true;
        self
    }

    /// TeleCube's settings alone are there.
    pub fn of_telecube() -> Self {
        Self::of_none().with_telecube()
    }

    /// mluvii's settings are there too.
    pub fn with_mluvii(mut self) -> Self {
        self.systems.mluvii = true;
        self
    }

    /// mluvii's settings alone are there.
    pub fn of_mluvii() -> Self {
        Self::of_none().with_mluvii()
    }

    /// The settings of all systems are there.
    pub fn with_all() -> Self {
        Self::new().with_telecube().with_mluvii().with_dialog()
    }

    /// Adds a session to the company at mluvii, in place of the one that has its id.
    pub fn mluvii_session(&self, session: MluviiSession) {
        self.callyzer.world(|world| {
            world.mluvii_session(session);
        });
    }

    /// Adds a call to the account at TeleCube.
    pub fn telecube_call(&self, call: TelecubeCall) {
        self.callyzer.world(|world| {
            world.telecube_call(call);
        });
    }

    /// Dialog's settings are there too.
    pub fn with_dialog(mut self) -> Self {
        self.systems.dialog = true;
        self
    }

    /// Dialog's settings alone are there.
    pub fn of_dialog() -> Self {
        Self::of_none().with_dialog()
    }

    /// Adds a call to the project at Dialog.
    pub fn dialog_call(&self, call: DialogCall) {
        self.callyzer.world(|world| {
            world.dialog_call(call);
        });
    }

    /// The first sync of a number goes so many days back.
    pub fn going_back(self, days: u32) -> Self {
        self.file("callsync.env", format!("CALLSYNC_INITIAL_DAYS={days}\n"));
        self
    }

    /// It is this moment now, in all systems and on the machine. Time goes on from there.
    pub fn it_is(&self, moment: DateTime<Utc>) {
        let ahead = moment - Utc::now();
        self.callyzer.set_clock_offset(ahead.num_seconds());
        self.callyzer.set_telecube_clock_offset(ahead.num_seconds());
        self.callyzer.set_mluvii_clock_offset(ahead.num_seconds());
        self.callyzer.set_dialog_clock_offset(ahead.num_seconds());
        self.set_machine_clock(moment);
    }

    /// The machine's clock shows this moment, whatever Callyzer's shows.
    pub fn set_machine_clock(&self, moment: DateTime<Utc>) {
        self.clock_ahead.set(moment - Utc::now());
    }

    /// Makes what happened today have happened a day ago.
    #[track_caller]
    pub fn a_day_passes(&self) {
        self.execute(
            "UPDATE sync_runs SET started_at = strftime('%Y-%m-%dT%H:%M:%SZ', started_at, '-1 day');
             UPDATE reread_days SET day = date(day, '-1 day'),
                 read_at = strftime('%Y-%m-%dT%H:%M:%SZ', read_at, '-1 day'),
                 failed_at = strftime('%Y-%m-%dT%H:%M:%SZ', failed_at, '-1 day');
             UPDATE phones SET checked_at = strftime('%Y-%m-%dT%H:%M:%SZ', checked_at, '-1 day')",
        );
    }

    /// Adds a call to the account.
    pub fn call(&self, call: Call) {
        self.callyzer.world(|world| {
            world.call(call);
        });
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn database(&self) -> PathBuf {
        self.path("callsync.db")
    }

    /// Writes a file into the office's folder.
    #[track_caller]
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    #[track_caller]
    pub fn import(&self, what: &str, csv: &str) {
        let file = self.file(&format!("{what}.csv"), csv);
        self.callsync(&["-q", "import", what, file.to_str().unwrap()])
            .run();
    }

    /// A run of the binary with these arguments, to be described further.
    pub fn callsync(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callsync"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("CALLSYNC_ENV_FILE", self.path("callsync.env"))
            .env("CALLSYNC_DATABASE", self.database());
        if self.systems.callyzer {
            command
                .env("CALLYZER_BASE_URL", self.callyzer.base_url())
                .env("CALLYZER_TOKEN", PretendCallyzer::TOKEN)
                .env("CALLYZER_INTERVAL_MS", "0");
        }
        if self.systems.telecube {
            command
                .env("TELECUBE_BASE_URL", self.callyzer.telecube_url())
                .env("TELECUBE_TOKEN", PretendCallyzer::TELECUBE_TOKEN)
                .env("TELECUBE_INTERVAL_MS", "0");
        }
        if self.systems.mluvii {
            command
                .env("MLUVII_BASE_URL", self.callyzer.mluvii_url())
                .env("MLUVII_CLIENT_ID", PretendCallyzer::MLUVII_CLIENT_ID)
                .env(
                    "MLUVII_CLIENT_SECRET",
                    PretendCallyzer::MLUVII_CLIENT_SECRET,
                )
                .env("MLUVII_INTERVAL_MS", "0");
        }
        if self.systems.dialog {
            let ids = [
                ("DIALOG_PROJECT_ID", PretendCallyzer::DIALOG_PROJECT),
                ("DIALOG_SCENARIO_ID", PretendCallyzer::DIALOG_SCENARIO),
                ("DIALOG_START_BLOCK_ID", PretendCallyzer::DIALOG_START_BLOCK),
                ("DIALOG_CAMPAIGNS", DIALOG_CAMPAIGN),
            ];
            command
                .envs(ids.map(|(name, id)| (name, id.to_string())))
                .env("DIALOG_BASE_URL", self.callyzer.dialog_url())
                .env("DIALOG_TOKEN", PretendCallyzer::DIALOG_TOKEN)
                .env("DIALOG_COLUMNS", DIALOG_COLUMNS)
                .env("DIALOG_INTERVAL_MS", "0");
        }
        machine_clock::ahead(Run::new(command), self.clock_ahead.get())
    }

    /// Does a quiet `sync`, which succeeds.
    #[track_caller]
    pub fn sync(&self) {
        self.callsync(&["-q", "sync"]).run();
    }

    /// A `sync` that succeeds and may log what it likes.
    pub fn sync_with_log(&self) -> Run {
        self.callsync(&["sync"]).prints("Połączenia: ").logs()
    }

    /// A `sync` that fails and may log what it likes.
    pub fn failing_sync(&self, code: i32) -> Run {
        self.callsync(&["sync"]).fails(code).logs()
    }

    /// How often Callyzer was asked at a path.
    pub fn asked(&self, path: &str) -> usize {
        self.callyzer.requests_to(path).len()
    }

    /// How often Callyzer was asked at a path since so many requests.
    pub fn asked_since(&self, requests: usize, path: &str) -> usize {
        let since = self.callyzer.requests().into_iter().skip(requests);
        since.filter(|request| request.path == path).count()
    }

    /// Waits until Callyzer was asked so often.
    #[track_caller]
    pub fn wait_for_requests(&self, count: usize) {
        assert!(
            self.callyzer.wait_for_requests(count, TIMEOUT),
            "{count} requests did not come"
        );
    }

    /// Waits until Callyzer was asked so often at a path.
    #[track_caller]
    pub fn wait_for_requests_to(&self, path: &str, count: usize) {
        let end = Instant::now() + TIMEOUT;
        while self.asked(path) < count {
            assert!(
                Instant::now() < end,
                "{count} requests to {path} did not come"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The windows of upload that were asked for since so many requests.
    pub fn upload_windows(&self, since: usize) -> Vec<(i64, i64)> {
        let second = |request: &Request, name: &str| request.body[name].as_i64().unwrap();
        let requests = self.callyzer.requests().into_iter().skip(since);
        requests
            .filter(|request| request.path == HISTORY && request.body["synced_from"].is_i64())
            .map(|request| {
                (
                    second(&request, "synced_from"),
                    second(&request, "synced_to"),
                )
            })
            .collect()
    }

    /// Outcome, exit code and number of requests of the last sync.
    #[track_caller]
    pub fn last_run(&self) -> String {
        self.value(
            "SELECT outcome, exit_code, requests FROM sync_runs
             WHERE command = 'sync' ORDER BY id DESC LIMIT 1",
        )
    }

    /// Each number with its date of last synchronisation.
    pub fn sync_dates(&self) -> Vec<String> {
        self.rows("SELECT number, last_synced_at FROM sync_dates ORDER BY number")
    }

    #[track_caller]
    pub fn count(&self, table: &str) -> String {
        self.value(&format!("SELECT count(*) FROM {table}"))
    }

    /// What a query answers, a line for each row, its values joined by `|`.
    #[track_caller]
    pub fn rows(&self, sql: &str) -> Vec<String> {
        rows(&self.database(), sql)
    }

    /// The one value that a query answers.
    #[track_caller]
    pub fn value(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        rows.into_iter().next().unwrap()
    }

    /// Does something while another connection holds a write transaction for a second.
    #[track_caller]
    pub fn while_another_writes<T>(&self, work: impl FnOnce() -> T) -> T {
        let writer = Connection::open(self.database()).unwrap();
        writer.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (begun, second) = (Instant::now(), Duration::from_secs(1));
        let done = thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(second);
                writer.execute_batch("COMMIT").unwrap();
            });
            work()
        });
        assert!(begun.elapsed() >= second, "it did not wait for the writer");
        done
    }

    /// Waits until a query answers this.
    #[track_caller]
    pub fn wait_for(&self, sql: &str, value: &str) {
        let end = Instant::now() + TIMEOUT;
        while self.rows(sql) != [value] {
            assert!(Instant::now() < end, "{sql} never was {value}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Changes the file by hand.
    #[track_caller]
    pub fn execute(&self, sql: &str) {
        Connection::open(self.database())
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    }
}

#[track_caller]
pub fn rows(database: &Path, sql: &str) -> Vec<String> {
    let connection = Connection::open(database).unwrap();
    let mut query = connection.prepare(sql).unwrap();
    let columns = query.column_count();
    let text = |value: Value| match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{bytes:?}"),
    };
    let rows = query.query_map([], |row| {
        let values: Result<Vec<Value>, _> = (0..columns).map(|column| row.get(column)).collect();
        Ok(values?.into_iter().map(text).collect::<Vec<_>>().join("|"))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// Whether a request asks for calls of this advisor's number, written `48-600100200`.
pub fn asks_for(request: &Request, number: &str) -> bool {
    let numbers = request.body["emp_numbers"].as_array();
    numbers.is_some_and(|numbers| numbers.contains(&number.into()))
}

/// Whether a request asks the history for calls by this method.
pub fn is_of_kind(request: &Request, method: &str) -> bool {
    request.path == HISTORY && request.body["call_method"] == method
}
