//! The secret of each system, and what it gives for it, are in no output and in no file.

use std::fs;

use pretend_callyzer::Misbehaviour;
use serde_json::json;

use super::{KNOWN, SYSTEMS, SystemUnderTest};
use crate::moment::ago;
use crate::office::Office;
use crate::run::Run;

/// Enough of each secret, and no digits, which are masked wherever they are many.
fn secrets(system: &SystemUnderTest) -> impl Iterator<Item = &'static str> {
    let all = system.given_token.into_iter().chain([system.secret]);
    all.map(|secret| secret.split_at(11).0)
}

/// A run that may say what it likes on standard error, but no secret.
fn keeps_silent(system: &SystemUnderTest, run: Run) {
    let output = run.logs().run();
    let text = output.stdout + &output.stderr;
    for secret in secrets(system) {
        assert!(!text.contains(secret), "{}: {text}", system.name);
    }
}

/// The names of the office's files, none of which has a secret.
fn files_without_secrets(system: &SystemUnderTest, office: &Office) -> Vec<String> {
    let files = fs::read_dir(office.path("")).unwrap();
    let names = files.map(|file| {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
        let found = secrets(system).find(|secret| has(secret));
        assert_eq!(found, None, "{}: {}", system.name, path.display());
        path.file_name().unwrap().to_string_lossy().into_owned()
    });
    names.collect()
}

#[test]
fn no_secret_is_in_any_output_or_file() {
    for system in &SYSTEMS {
        let office = system.office();
        (system.call)(&office, 1, KNOWN, ago(20));
        let run = |arguments: &[&str]| office.callsync(arguments);
        keeps_silent(system, run(&["-vv", "sync"]).prints("Połączenia: 1 "));
        keeps_silent(system, run(&["check"]).prints("accepts the "));

        let echo = json!({"message": format!("{} is no token", system.secret)}).to_string();
        let refusal = Misbehaviour::status(401, &echo);
        office.callyzer.when(|_| true, refusal);
        let refused = run(&["-vv", "sync"]).fails(77);
        keeps_silent(system, refused.says("is no token"));
        let wrong = run(&["check"]).fails(1);
        keeps_silent(system, wrong.prints("is no token"));
        let status = run(&["status"]).fails(1);
        keeps_silent(system, status.prints("callsync wymaga uwagi"));

        let names = files_without_secrets(system, &office);
        for file in ["callsync.db", "callsync.db-sync"] {
            let is_there = names.iter().any(|name| name == file);
            assert!(is_there, "{}: {names:?}", system.name);
        }
    }
}
