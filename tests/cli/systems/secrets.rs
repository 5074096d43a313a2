//! The token of each system is in no output and in no file.

use std::fs;

use pretend_callyzer::Misbehaviour;
use serde_json::json;

use super::{KNOWN, SYSTEMS, SystemUnderTest};
use crate::moment::ago;
use crate::office::Office;
use crate::run::Run;

/// Enough of the token, and no digits, which are masked wherever they are many.
fn secret(system: &SystemUnderTest) -> &'static str {
    system.token.split_at(13).0
}

/// A run that may say what it likes on standard error, but not the token.
fn keeps_silent(system: &SystemUnderTest, run: Run) {
    let output = run.logs().run();
    for text in [output.stdout, output.stderr] {
        assert!(!text.contains(secret(system)), "{}: {text}", system.name);
    }
}

/// The names of the office's files, none of which has the token.
fn files_without_token(system: &SystemUnderTest, office: &Office) -> Vec<String> {
    let token = secret(system).as_bytes();
    let files = fs::read_dir(office.path("")).unwrap();
    let names = files.map(|file| {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let has_token = bytes.windows(token.len()).any(|bytes| bytes == token);
        assert!(!has_token, "{}: {}", system.name, path.display());
        path.file_name().unwrap().to_string_lossy().into_owned()
    });
    names.collect()
}

#[test]
fn the_token_is_in_no_output_and_in_no_file() {
    for system in &SYSTEMS {
        let office = system.office();
        (system.call)(&office, "c-1", KNOWN, ago(20));
        let run = |arguments: &[&str]| office.callsync(arguments);
        keeps_silent(system, run(&["-vv", "sync"]).prints("Połączenia: 1 "));
        keeps_silent(system, run(&["check"]).prints("accepts the "));

        let echo = json!({"message": format!("{} is no token", system.token)}).to_string();
        let refusal = Misbehaviour::status(401, &echo);
        office.callyzer.when(|_| true, refusal);
        let refused = run(&["-vv", "sync"]).fails(77);
        keeps_silent(system, refused.says("is no token"));
        let wrong = run(&["check"]).fails(1);
        keeps_silent(system, wrong.prints("is no token"));
        let status = run(&["status"]).fails(1);
        keeps_silent(system, status.prints("callsync wymaga uwagi"));

        let names = files_without_token(system, &office);
        for file in ["callsync.db", "callsync.db-sync"] {
            let is_there = names.iter().any(|name| name == file);
            assert!(is_there, "{}: {names:?}", system.name);
        }
    }
}
