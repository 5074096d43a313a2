//! The pretend Callyzer as a process of its own: what it costs is nobody's whom the
//! bench measures.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{DialogCall, MluviiSession, PretendCallyzer, TelecubeCall, World};

use crate::account::{self, Account};

/// Calls at TeleCube, of the hours that every pass reads again.
const TELECUBE_CALLS: i64 = 500;
/// Sessions at mluvii, of the day that every pass reads again.
pub const MLUVII_SESSIONS: i64 = 2_000;
/// Rows of Dialog's campaign, of the hour that every pass reads again.
const DIALOG_ROWS: i64 = 1_000;
pub const DIALOG_CAMPAIGN: i64 = 7_001;

/// What is added: Callyzer's calls, or mluvii's sessions.
pub const CALLS: &str = "calls";
pub const SESSIONS: &str = "sessions";

/// The word that makes this program the server.
pub const WORD: &str = "serve";

#[derive(Debug)]
pub struct Server {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    pub url: String,
    pub telecube_url: String,
    pub mluvii_url: String,
    pub dialog_url: String,
}

impl Server {
    /// Serves the newest calls of an account.
    pub fn start(account: &Account) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg(WORD)
            .args(account.to_arguments())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            to: process.stdin.take().unwrap(),
            from: BufReader::new(process.stdout.take().unwrap()),
            process,
            url: String::new(),
            telecube_url: String::new(),
            mluvii_url: String::new(),
            dialog_url: String::new(),
        };
        server.url = server.answer();
        server.telecube_url = server.answer();
        server.mluvii_url = server.answer();
        server.dialog_url = server.answer();
        server
    }

    /// Adds so many calls or sessions of just now.
    pub fn add(&mut self, count: usize, what: &str) {
        writeln!(self.to, "{count} {what}").unwrap();
        self.answer();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The server's own process: says its address, then adds calls as it is told.
pub fn serve(arguments: &[String]) {
    let account = Account::from_arguments(arguments);
    let mut world = World::new();
    for number in 0..account::ADVISORS {
        world.employee(&account::advisor_number(number), "Doradca");
    }
    world.generate(account.served, account.served_from(), account.now, 1);
    account.disguise(&mut world, 0);
    world.render();
    for number in 0..TELECUBE_CALLS {
        let at = account.now - TimeDelta::seconds(number * 10);
        let (uuid, client) = (format!("t-{number:04}"), client(number));
        world.telecube_call(TelecubeCall::new(&uuid, "OUT", &client, "u-0", at, 60));
    }
    for number in 0..DIALOG_ROWS {
        let at = account.now - TimeDelta::seconds(number * 2);
        let (id, client) = (format!("d-{number:04}"), client(number));
        world.dialog_call(DialogCall::new(DIALOG_CAMPAIGN, &id, &client, at, 60));
    }
    for number in 0..MLUVII_SESSIONS {
        let at = account.now - TimeDelta::seconds(number * 40);
        add_session(&mut world, at);
    }
    let server = PretendCallyzer::start(world);
    server.may_stay_unasked();
    say(&server.base_url());
    say(&server.telecube_url());
    say(&server.mluvii_url());
    say(&server.dialog_url());
    for (round, line) in (2..).zip(io::stdin().lock().lines()) {
        let line = line.unwrap();
        let (count, what) = line.split_once(' ').unwrap();
        let count = count.parse().unwrap();
        server.world(|world| match what {
            SESSIONS => {
                let at = Utc::now() - TimeDelta::minutes(3);
                (0..count).for_each(|_| add_session(world, at));
            }
            _ => add_calls(world, &account, count, round),
        });
        say("added");
    }
}

fn add_calls(world: &mut World, account: &Account, calls: usize, round: u64) {
    let (now, before): (DateTime<Utc>, _) = (Utc::now(), world.calls.len());
    world.generate(
        calls,
        now - TimeDelta::minutes(3),
        now - TimeDelta::minutes(1),
        round,
    );
    account.disguise(world, before);
    world.render();
}

/// One that was taken and has a note.
fn add_session(world: &mut World, at: DateTime<Utc>) {
    let id = world.mluvii.sessions.len() as i64 + 1;
    let session = MluviiSession::new(id, "IncomingCall", &client(id), "7", at, 60);
    world.mluvii.sessions.push(session.noting("oddzwonić"));
}

fn client(number: i64) -> String {
    format!("4860120{:04}", number % 500)
}

fn say(line: &str) {
    let mut out = io::stdout();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
