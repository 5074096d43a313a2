//! Commands that only read, on a disk that cannot be read at one place.

use super::faulty_disk::{self, Ended, Fault};
use super::work;
use crate::need::{self, Need};
use crate::office::Office;
use crate::proof::chance;
use crate::proof::io::try_each;

const COMMANDS: [&[&str]; 7] = [
    &["lead", "1"],
    &["lead", "--number", "601200301"],
    &["unmatched"],
    &["explain", "601200301"],
    &["stats", "--month", "2026-06"],
    &["export", "leads"],
    &["status"],
];

#[test]
fn what_cannot_be_read_is_a_failure_and_never_half_a_result() {
    let office = (work::SYNC.office)();
    let Some(sound) = sound_runs(&office) else {
        return;
    };
    let tries = sound.iter().flat_map(|(arguments, ended)| {
        let faults = ended.report.faults().into_iter();
        let faults = faults.filter(|fault| matches!(fault, Fault::Unreadable(_)));
        faults.map(move |fault| (*arguments, fault, ended))
    });
    let mut tries: Vec<_> = tries.collect();
    chance(0).shuffle(&mut tries);
    try_each("reading", tries.len(), |n| {
        let (arguments, fault, sound) = &tries[n];
        let ended = faulty_disk::run(&office, arguments, *fault).unwrap();
        let stderr = &ended.output.stderr;
        let judged = judge(&ended, sound);
        judged.map_err(|wrong| format!("{arguments:?}, {fault:?}: {wrong}\n{stderr}"))
    });
}

/// Each command where nothing fails. None where the machine lets nobody filter calls.
fn sound_runs(office: &Office) -> Option<Vec<(&'static [&'static str], Ended)>> {
    let run = |arguments| {
        let ended = faulty_disk::run(office, arguments, Fault::None);
        Some((arguments, need::met(Need::Seccomp, ended)?))
    };
    COMMANDS.into_iter().map(run).collect()
}

/// A reading command prints all that it should, or says why it cannot.
fn judge(ended: &Ended, sound: &Ended) -> Result<(), String> {
    let (code, output) = (ended.code, &ended.output);
    if code == sound.code && output.stdout == sound.output.stdout {
        return Ok(());
    }
    let is_told = output.stderr.contains("dmesg") || output.stderr.contains("Input/output error");
    match code {
        Some(74) if is_told && !output.stderr.contains("Error code") => Ok(()),
        Some(74) => Err("it does not tell what to do".into()),
        code => Err(format!("exit code {code:?}, printed {}", output.stdout)),
    }
}
