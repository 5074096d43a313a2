//! The pretend Callyzer as a process of its own: what it costs is nobody's whom the
//! bench measures.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{PretendCallyzer, TelecubeCall, World};

use crate::account::{self, Account};

/// Calls at TeleCube, of the hours that every pass reads again.
const TELECUBE_CALLS: i64 = 500;

/// The word that makes this program the server.
pub const WORD: &str = "serve";

#[derive(Debug)]
pub struct Server {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    pub url: String,
    pub telecube_url: String,
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
        };
        server.url = server.answer();
        server.telecube_url = server.answer();
        server
    }

    /// Adds so many calls that were made just now.
    pub fn add(&mut self, calls: usize) {
        writeln!(self.to, "{calls}").unwrap();
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
        let (uuid, client) = (
            format!("t-{number:04}"),
            format!("4860120{:04}", number % 500),
        );
        world.telecube_call(TelecubeCall::new(&uuid, "OUT", &client, "u-0", at, 60));
    }
    let server = PretendCallyzer::start(world);
    server.may_stay_unasked();
    say(&server.base_url());
    say(&server.telecube_url());
    for (round, line) in (2..).zip(io::stdin().lock().lines()) {
        let calls = line.unwrap().parse().unwrap();
        let now: DateTime<Utc> = Utc::now();
        server.world(|world| {
            let before = world.calls.len();
            world.generate(
                calls,
                now - TimeDelta::minutes(3),
                now - TimeDelta::minutes(1),
                round,
            );
            account.disguise(world, before);
            world.render();
        });
        say("added");
    }
}

fn say(line: &str) {
    let mut out = io::stdout();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
