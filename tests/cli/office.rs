//! A sales office to test in: a folder, a database, a pretend Callyzer, and the built binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{Call, PretendCallyzer, World};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

pub const USERS: &str = "login,name,role,team,numbers,active
anna,Anna Wójcik,advisor-bik,bik,600 100 201,1
bartek,Bartosz Zieliński,advisor-bik,bik,600 100 202|22 555 01 02,1
celina,Celina Dąbrowska,advisor-cesje,cesje,600 100 203,1
kierownik,Karol Maj,manager,bik,,1
";

pub const LEADS: &str = "id,name,phone,advisor,created_at
1,Jan Kowalski,601 200 301,anna,2026-01-01
2,Ewa Nowak,+48 601-200-302,bartek,2026-01-02
3,Żaneta Łoś,601200303,,2026-01-03
";

pub struct Office {
    folder: TempDir,
    pub callyzer: PretendCallyzer,
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
        }
    }

    /// With [`USERS`] and [`LEADS`].
    pub fn new() -> Self {
        let office = Self::empty();
        office.import("users", USERS);
        office.import("leads", LEADS);
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

    /// Adds a call to the account.
    pub fn call(&self, call: Call) {
        self.callyzer.world(|world| {
            world.call(call);
        });
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn database(&self) -> PathBuf {
        self.path("callsync.db")
    }

    /// Writes a file into the office's folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

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
            .env("CALLSYNC_DATABASE", self.database())
            .env("CALLYZER_BASE_URL", self.callyzer.base_url())
            .env("CALLYZER_TOKEN", PretendCallyzer::TOKEN)
            .env("CALLYZER_INTERVAL_MS", "0");
        Run {
            command,
            code: 0,
            results: Vec::new(),
            messages: Vec::new(),
            any_messages: false,
        }
    }

    /// A quiet `sync` that succeeds.
    pub fn sync(&self) {
        self.callsync(&["-q", "sync"]).run();
    }

    /// What a query answers, a line for each row, its values joined by `|`.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        rows(&self.database(), sql)
    }

    /// The one value that a query answers.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        rows.into_iter().next().unwrap()
    }

    /// Changes the file by hand.
    pub fn execute(&self, sql: &str) {
        Connection::open(self.database())
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    }
}

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

/// A moment so many minutes before now, in whole seconds.
pub fn ago(minutes: i64) -> DateTime<Utc> {
    let now = DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap();
    now - TimeDelta::minutes(minutes)
}

/// As the database writes a moment.
pub fn text(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A run of the binary and what is expected of it. What is not stated must not
/// happen: exit code 0, nothing on standard output, nothing on standard error.
pub struct Run {
    command: Command,
    code: i32,
    results: Vec<String>,
    messages: Vec<String>,
    any_messages: bool,
}

pub struct Output {
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn with(mut self, variable: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(variable, value);
        self
    }

    pub fn without(mut self, variable: &str) -> Self {
        self.command.env_remove(variable);
        self
    }

    pub fn fails(mut self, code: i32) -> Self {
        self.code = code;
        self
    }

    /// Standard output holds this text.
    pub fn prints(mut self, text: &str) -> Self {
        self.results.push(text.into());
        self
    }

    /// Standard error holds this text.
    pub fn says(mut self, text: &str) -> Self {
        self.messages.push(text.into());
        self
    }

    /// Standard error may hold anything.
    pub fn logs(mut self) -> Self {
        self.any_messages = true;
        self
    }

    pub fn run(mut self) -> Output {
        let output = self.command.stdin(Stdio::null()).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let shown = format!(
            "{:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}",
            self.command
        );
        assert_eq!(output.status.code(), Some(self.code), "{shown}");
        assert_eq!(stdout.is_empty(), self.results.is_empty(), "{shown}");
        for text in &self.results {
            assert!(stdout.contains(text), "no {text:?} in stdout: {shown}");
        }
        assert!(
            self.any_messages || stderr.is_empty() == self.messages.is_empty(),
            "{shown}"
        );
        for text in &self.messages {
            assert!(stderr.contains(text), "no {text:?} in stderr: {shown}");
        }
        Output { stdout, stderr }
    }

    /// Starts the run and leaves it running; what it says is not looked at.
    pub fn start(mut self) -> Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Starts the run and leaves it running; the child's standard error is to be read.
    pub fn start_talking(mut self) -> Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}
