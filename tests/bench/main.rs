//! What the commands cost, on files of several sizes, beside the least that a first
//! synchronisation can cost. Run with: cargo bench [-- CALLS…]
//!
//! CPU is compared, not time: of the command's own process alone, since Callyzer is a
//! process of its own with rows made beforehand. It is asked without TLS, whose
//! certificates alone take some milliseconds of each run. Growth is the ratio of the
//! largest file to the smallest, where the work is the same.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod account;
mod floor;
mod meter;
mod server;
mod systems;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{Datelike, Months, TimeDelta, Utc};
use rusqlite::Connection;

use account::{ADVISORS, Account};
use meter::{Cost, Meter};
use server::Server;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// How often a command is measured that takes no time to prepare.
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(server::WORD) => return server::serve(&arguments[1..]),
        Some(floor::FETCH) => return floor::fetch(&arguments[1..]),
        Some(floor::FETCH_SESSIONS) => return floor::fetch_sessions(&arguments[1..]),
        Some(floor::INSERT) => return floor::insert(&arguments[1..]),
        _ => {}
    }
    // Cargo itself adds `--bench`.
    let sizes: Vec<usize> = arguments
        .iter()
        .filter_map(|word| word.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        SIZES.to_vec()
    } else {
        sizes
    };
    let measured: Vec<_> = sizes.iter().map(|size| measure(*size)).collect();
    print(&sizes, &measured);
}

/// A name and what it cost.
type Row = (&'static str, Cost);

fn measure(calls: usize) -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let account = Account::new(calls);
    let mut server = Server::start(&account);
    let bench = Bench::new(folder.path(), &server, &account);
    let mut rows = vec![
        (
            "fetching alone",
            bench.floor(floor::FETCH, &server.url, account),
        ),
        ("inserting alone", bench.floor(floor::INSERT, "", account)),
        (
            "fetching 2000 sessions alone",
            bench.median(|| bench.floor(floor::FETCH_SESSIONS, &server.mluvii_url, account)),
        ),
    ];
    rows.extend(syncs(&bench, &mut server, &account));
    rows.extend(systems::passes(&bench, &mut server));
    let mut names = 0..;
    rows.push((
        "import leads, one row",
        bench.median(|| {
            let name = names.next().unwrap();
            bench.write(
                "lead.csv",
                &format!("id,name,phone\n7,Klient {name},601200006\n"),
            );
            bench.run(&["import", "leads", &bench.path("lead.csv")])
        }),
    ));
    for (name, arguments) in bench.commands() {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        rows.push((name, bench.median(|| bench.run(&arguments))));
    }
    rows
}

/// Every kind of `sync`, from the first on.
fn syncs(bench: &Bench, server: &mut Server, account: &Account) -> Vec<Row> {
    let since = (account.served_from() - TimeDelta::days(1)).to_rfc3339();
    let mut rows = vec![
        ("sync: first", bench.run(&["sync"])),
        ("sync: again", bench.run(&["sync", "--since", &since])),
    ];
    bench.run(&["sync"]);
    bench.exhaust_all_but_the_last_day();
    rows.push(("sync: nothing new", bench.median(|| bench.run(&["sync"]))));
    rows.push((
        "sync: 100 new calls",
        bench.median(|| {
            server.add(100, server::CALLS);
            bench.run(&["sync"])
        }),
    ));
    rows.push((
        "sync: a closed day",
        bench.median(|| {
            bench.make_yesterday_due();
            bench.run(&["sync"])
        }),
    ));
    rows.push((
        "sync --dry-run",
        bench.median(|| {
            server.add(100, server::CALLS);
            let cost = bench.run(&["sync", "--dry-run"]);
            bench.run(&["sync"]);
            cost
        }),
    ));
    rows
}

#[derive(Debug)]
struct Bench {
    meter: Meter,
    /// Of the command that is measured.
    binary: OsString,
    folder: PathBuf,
    url: String,
    /// Of the other systems, beside Callyzer's.
    settings: Vec<(&'static str, String)>,
    initial_days: String,
}

impl Bench {
    /// Makes the file of the account's earlier years.
    fn new(folder: &Path, server: &Server, account: &Account) -> Self {
        let given = env::var_os("CALLSYNC_BENCH_BINARY");
        let bench = Self {
            meter: Meter::build(folder),
            binary: given.unwrap_or_else(|| env!("CARGO_BIN_EXE_callsync").into()),
            folder: folder.to_owned(),
            url: server.url.clone(),
            settings: systems::settings(server),
            initial_days: account.served_days().to_string(),
        };
        let users = (0..ADVISORS).map(|number| {
            let phone = account::advisor_number(number);
            format!("d{number},Doradca {number},advisor-bik,bik,{phone},u-{number},{number}\n")
        });
        bench.write(
            "users.csv",
            &format!(
                "login,name,role,team,numbers,telecube,mluvii\n{}",
                users.collect::<String>()
            ),
        );
        bench.run(&["import", "users", &bench.path("users.csv")]);
        account.fill(&folder.join("callsync.db"));
        bench
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).unwrap();
    }

    /// The commands that need no preparation.
    fn commands(&self) -> Vec<(&'static str, Vec<String>)> {
        let today = Utc::now().date_naive();
        let month = format!("{}-{:02}", today.year(), today.month());
        let (from, to) = ((today - Months::new(36)).to_string(), today.to_string());
        let lead = self.busy_lead().to_string();
        [
            ("refresh-lead", vec!["refresh-lead", &lead]),
            ("retry-unmatched", vec!["retry-unmatched"]),
            ("lead", vec!["lead", &lead]),
            ("unmatched", vec!["unmatched"]),
            (
                "unmatched --format json",
                vec!["unmatched", "--format", "json"],
            ),
            ("stats --month", vec!["stats", "--month", &month]),
            (
                "stats, three years",
                vec!["stats", "--from", &from, "--to", &to],
            ),
            ("status", vec!["status"]),
            ("check", vec!["check"]),
            ("--help", vec!["--help"]),
        ]
        .map(|(name, words)| (name, words.into_iter().map(str::to_owned).collect()))
        .into()
    }

    fn run(&self, arguments: &[&str]) -> Cost {
        // `status` and `check` may find something.
        self.meter.run(&mut self.command(arguments), &[0, 1])
    }

    /// A pass of one of the other systems alone.
    fn run_system(&self, name: &str) -> Cost {
        let mut command = self.command(&["sync", "--provider", name]);
        let settings = self.settings.iter();
        command.envs(settings.map(|(name, value)| (*name, value)));
        // An older binary knows fewer systems.
        self.meter.run(&mut command, &[0, 64])
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .env_clear()
            .env("CALLSYNC_ENV_FILE", "/dev/null")
            .env("CALLSYNC_DATABASE", self.folder.join("callsync.db"))
            .env("CALLSYNC_INITIAL_DAYS", &self.initial_days)
            .env("CALLYZER_BASE_URL", &self.url)
            .env("CALLYZER_TOKEN", pretend_callyzer::PretendCallyzer::TOKEN)
            .env("CALLYZER_INTERVAL_MS", "0");
        command
    }

    fn floor(&self, word: &str, url: &str, account: Account) -> Cost {
        let mut command = Command::new(env::current_exe().unwrap());
        command.arg(word).args(account.to_arguments()).args([
            url,
            &self.path("callsync.db"),
            &self.path("floor.db"),
        ]);
        self.meter.run(&mut command, &[0])
    }

    fn median(&self, mut run: impl FnMut() -> Cost) -> Cost {
        meter::median((0..ROUNDS).map(|_| run()).collect())
    }

    fn file(&self) -> Connection {
        Connection::open(self.folder.join("callsync.db")).unwrap()
    }

    fn make_yesterday_due(&self) {
        let sql = "DELETE FROM reread_days WHERE day = (SELECT max(day) FROM reread_days)";
        self.file().execute(sql, []).unwrap();
    }

    /// As a day of retries does.
    fn exhaust_all_but_the_last_day(&self) {
        let sql = "UPDATE unmatched_calls SET attempts = 96 WHERE call_id IN (
                       SELECT id FROM calls WHERE lead_id IS NULL
                       AND started_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day'))";
        self.file().execute(sql, []).unwrap();
    }

    /// A lead with a call of the last days.
    fn busy_lead(&self) -> i64 {
        let sql = "SELECT lead_id FROM calls WHERE lead_id IS NOT NULL ORDER BY id DESC LIMIT 1";
        self.file().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

/// What has more to do in a larger file, or in a small one something else.
const NOT_COMPARABLE: [&str; 7] = [
    "fetching alone",
    "inserting alone",
    "sync: first",
    "sync: again",
    "unmatched --format json",
    "stats, three years",
    "check",
];

/// A table in Markdown.
fn print(sizes: &[usize], measured: &[Vec<Row>]) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{}, {cores} cores. CPU in ms; the last columns are of the largest file.\n",
        Utc::now().date_naive()
    );
    let heads: Vec<_> = sizes.iter().map(|size| format!("{size} calls")).collect();
    println!(
        "| | {} | growth | read MB | syncs | peak MB |",
        heads.join(" | ")
    );
    println!("| --- |{}", " ---: |".repeat(sizes.len() + 4));
    let (first, last) = (&measured[0], &measured[measured.len() - 1]);
    for (number, (name, cost)) in last.iter().enumerate() {
        let cpu = measured
            .iter()
            .map(|rows| format!("{:.1}", rows[number].1.cpu_ms));
        let cpu: Vec<_> = cpu.collect();
        let growth = if NOT_COMPARABLE.contains(name) {
            "–".to_owned()
        } else {
            format!("{:.2}", cost.cpu_ms / first[number].1.cpu_ms)
        };
        println!(
            "| {name} | {} | {growth} | {:.1} | {} | {:.0} |",
            cpu.join(" | "),
            cost.read_mb,
            cost.syncs,
            cost.peak_mb
        );
    }
}
