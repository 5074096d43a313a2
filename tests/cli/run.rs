//! Runs of the built binary, and what is expected of them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A run of the binary and what is expected of it. What is not stated must not
/// happen: exit code 0, nothing on standard output, nothing on standard error.
#[must_use = "a run is described first, then run or started"]
pub struct Run {
    command: Command,
    input: Option<Vec<u8>>,
    code: i32,
    stdout: Expected,
    stderr: Expected,
}

/// What one of the two outputs must be: nothing, unless something is stated.
#[derive(Default)]
struct Expected {
    whole: Option<String>,
    parts: Vec<String>,
    anything: bool,
}

pub struct Output {
    pub stdout: String,
    pub stderr: String,
}

/// A run under way. Dropped, it is killed and waited for, so that a failing test
/// leaves no process behind.
#[must_use = "dropped, it is killed"]
pub struct Running(Child);

impl Run {
    pub fn new(mut command: Command) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self {
            command,
            input: None,
            code: 0,
            stdout: Expected::default(),
            stderr: Expected::default(),
        }
    }

    pub fn with(mut self, variable: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(variable, value);
        self
    }

    pub fn without(mut self, variable: &str) -> Self {
        self.command.env_remove(variable);
        self
    }

    /// Standard input holds these bytes; else it is empty.
    pub fn reads(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = Some(input.into());
        self.command.stdin(Stdio::piped());
        self
    }

    /// Nobody reads standard output: its reader has gone.
    #[track_caller]
    pub fn into_closed_pipe(mut self) -> Self {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        self.command.stdout(writer);
        self
    }

    /// Standard error goes into this file.
    pub fn complaining_into(mut self, file: File) -> Self {
        self.command.stderr(file);
        self
    }

    /// Standard output goes into this file.
    pub fn printing_into(mut self, file: File) -> Self {
        self.command.stdout(file);
        self
    }

    pub fn fails(mut self, code: i32) -> Self {
        self.code = code;
        self
    }

    /// Standard output holds this text.
    pub fn prints(mut self, text: &str) -> Self {
        self.stdout.parts.push(text.into());
        self
    }

    /// Standard output is this text.
    pub fn prints_only(mut self, text: &str) -> Self {
        self.stdout.whole = Some(text.into());
        self
    }

    /// Standard error holds this text.
    pub fn says(mut self, text: &str) -> Self {
        self.stderr.parts.push(text.into());
        self
    }

    /// Standard error is this text, apart from the times of log lines.
    pub fn says_only(mut self, text: &str) -> Self {
        self.stderr.whole = Some(text.into());
        self
    }

    /// Standard error may hold anything.
    pub fn logs(mut self) -> Self {
        self.stderr.anything = true;
        self
    }

    #[track_caller]
    pub fn run(mut self) -> Output {
        let output = self.output();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let run = format!(
            "{:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}",
            self.command
        );
        assert_eq!(output.status.code(), Some(self.code), "exit code of {run}");
        self.stdout.check("stdout", &stdout, &run);
        self.stderr.check("stderr", &without_times(&stderr), &run);
        Output { stdout, stderr }
    }

    /// Runs, and gives how it ended, whatever was expected; no exit code after a signal.
    #[track_caller]
    pub fn outcome(mut self) -> (Option<i32>, Output) {
        let output = self.output();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        (output.status.code(), Output { stdout, stderr })
    }

    /// Runs, and gives the object on the one line of standard output.
    #[track_caller]
    pub fn json(self) -> Value {
        let stdout = self.prints("{").run().stdout;
        assert_eq!(stdout.lines().count(), 1, "{stdout}");
        serde_json::from_str(&stdout).unwrap()
    }

    #[track_caller]
    fn output(&mut self) -> std::process::Output {
        let mut child = self.command.spawn().unwrap();
        let input = self.input.take();
        thread::scope(|scope| {
            if let Some((mut stdin, input)) = child.stdin.take().zip(input) {
                // A run that ends before it has read all is judged by its exit code.
                scope.spawn(move || stdin.write_all(&input).ok());
            }
            child.wait_with_output().unwrap()
        })
    }

    /// Starts the run and leaves it running; nobody looks at what it says.
    #[track_caller]
    pub fn start(mut self) -> Running {
        self.command.stderr(Stdio::null());
        self.start_talking()
    }

    /// Starts the run and leaves it running; [`Running::finish`] gives what it prints.
    #[track_caller]
    pub fn start_printing(mut self) -> Running {
        self.command.stderr(Stdio::null());
        Running(self.command.spawn().unwrap())
    }

    /// Starts the run and leaves it running; [`Running::messages`] reads what it says.
    #[track_caller]
    pub fn start_talking(mut self) -> Running {
        self.command.stdout(Stdio::null());
        Running(self.command.spawn().unwrap())
    }
}

impl Expected {
    #[track_caller]
    fn check(&self, name: &str, found: &str, run: &str) {
        if let Some(whole) = &self.whole {
            assert_eq!(found, whole, "{name} of {run}");
        }
        let is_stated = self.anything || self.whole.is_some() || !self.parts.is_empty();
        assert!(is_stated || found.is_empty(), "{name} is not empty: {run}");
        for part in &self.parts {
            assert!(found.contains(part), "no {part:?} in {name}: {run}");
        }
    }
}

impl Output {
    /// The log lines of a level.
    pub fn logged(&self, level: &str) -> Vec<&str> {
        let level = format!("Z {level:<5} ");
        let lines = self.stderr.lines();
        lines.filter(|line| line.contains(&level)).collect()
    }
}

impl Running {
    /// Waits for the end, and gives the exit code; none after a signal that killed.
    #[track_caller]
    pub fn wait(&mut self) -> Option<i32> {
        self.0.wait().unwrap().code()
    }

    /// Waits for the end, and gives the exit code and standard output.
    #[track_caller]
    pub fn finish(&mut self) -> (Option<i32>, String) {
        let stdout = self.0.stdout.take().unwrap();
        (self.wait(), io::read_to_string(stdout).unwrap())
    }

    /// Kills it, and waits until it is gone.
    #[track_caller]
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// The most memory that it has taken so far, in kilobytes; None: it has ended.
    pub fn peak_memory_kb(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        peak.trim().strip_suffix(" kB").unwrap().parse().ok()
    }

    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }

    /// The lines of standard error as they come, of a run that [`Run::start_talking`] started.
    #[track_caller]
    pub fn messages(&mut self) -> impl Iterator<Item = String> + use<> {
        let stderr = self.0.stderr.take().unwrap();
        BufReader::new(stderr).lines().map(Result::unwrap)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail where the run has ended, which is what is wanted.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The words of a table's line, one space between them.
pub fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Log lines begin with their time, as `2026-11-21T10:51:01Z WARN  …`.
fn without_times(stderr: &str) -> String {
    let lines = stderr.split_inclusive('\n').map(|line| {
        let time = line.split_once(' ').filter(|(time, _)| is_time(time));
        time.map_or(line, |(_, rest)| rest)
    });
    lines.collect()
}

fn is_time(word: &str) -> bool {
    word.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(word).is_ok()
}
