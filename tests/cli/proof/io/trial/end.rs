//! How a command may end on a faulty disk.

use std::fmt;
use std::path::Path;

use super::Verdict;
use crate::proof::io::content::Content;
use crate::proof::io::faulty_disk::{Ended, Fault};

/// What no message may hold.
const RAW: [&str; 4] = ["panicked", "backtrace", "Error code", "SqliteFailure"];

/// One of these tells what to do, or what the disk said.
const TELLING: [&str; 6] = [
    "Make room",
    "make room",
    "Zwolnij na nim miejsce",
    "dmesg",
    "Input/output error",
    "No space left on device",
];

/// One of these says that the disk is full.
const FULL: [&str; 4] = [
    "No space left on device",
    "the disk is full",
    "dysk jest pełny",
    "MB are free",
];

/// The end of a run, and what it left.
pub struct End {
    pub fault: Fault,
    pub ended: Ended,
    /// None: there is no database.
    pub content: Option<Content>,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (code, report) = (self.ended.code, &self.ended.report);
        let stderr = &self.ended.output.stderr;
        write!(f, "exit code {code:?} after failed {report}:\n{stderr}")
    }
}

impl End {
    /// `truth`: what a run leaves that meets no fault.
    pub fn judge(&self, truth: &Content, folder: &Path) -> Verdict {
        let stderr = &self.ended.output.stderr;
        if RAW.iter().any(|raw| stderr.contains(raw)) {
            return Err("it speaks as a machine".into());
        }
        if self.content.as_ref().is_some_and(|it| !it.is_sound()) {
            return Err("the file is damaged".into());
        }
        match (self.ended.code, self.fault) {
            (Some(0), _) => match self.lacks(truth) {
                lacks if lacks.is_empty() => Ok(()),
                lacks => Err(format!("exit code 0 where something was lost:{lacks}")),
            },
            (Some(74), Fault::Half(_)) => Err("it does not write the other half".into()),
            (Some(74), _) => self.judge_message(folder),
            _ => Err("another exit code than 0 and 74".into()),
        }
    }

    /// What is not yet as after a run that meets no fault.
    fn lacks(&self, truth: &Content) -> String {
        match &self.content {
            Some(content) => content.strange_to(truth, truth),
            None => "there is no database".into(),
        }
    }

    /// Whether the last line names the file and the cause, and says what to do.
    fn judge_message(&self, folder: &Path) -> Verdict {
        let last = self.ended.output.stderr.lines().last().unwrap_or_default();
        let names = [folder.to_str().unwrap(), "copy.db", "saved"];
        let has = |words: &[&str]| words.iter().any(|word| last.contains(word));
        if !has(&names) {
            return Err("its last line names no file".into());
        }
        if !has(&TELLING) {
            return Err("its last line does not tell what to do".into());
        }
        match self.fault {
            Fault::Free(_) if !has(&FULL) => {
                Err("its last line does not say that the disk is full".into())
            }
            _ => Ok(()),
        }
    }

    /// Whether the row of the run says how it ended, after the command was run again. If it
    /// did all that it should, it may say so.
    pub fn judge_runs(&self, truth: &Content, runs: &[String]) -> Verdict {
        let is_there = |outcome: &str| runs.iter().any(|run| run.contains(outcome));
        if is_there("|running|") {
            return Err(format!("a run is said to be at work: {runs:?}"));
        }
        let has_row = runs.len() > truth.runs.len();
        let is_told = self.ended.code == Some(0) || is_there("|failed|74");
        match self.fault.is_once() && has_row && !is_told && !self.lacks(truth).is_empty() {
            true => Err(format!("no row says how the run ended: {runs:?}")),
            false => Ok(()),
        }
    }
}
