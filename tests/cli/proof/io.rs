//! A disk that fails. Each command that writes is run on one that does a call wrong, for every
//! call and in every way: it may end with 74 and say why, or with 0 if nothing was lost; run
//! again on a sound disk, it leaves what it would have left without the fault. All of it:
//!
//! ```sh
//! CALLSYNC_TEST_TIMES=100000 cargo test --test cli proof::io -- --nocapture
//! ```
#![allow(clippy::print_stdout)]

mod content;
mod faulty_disk;
mod messages;
mod reading;
mod snapshot;
mod trial;
mod work;

use crate::proof::seeds;
use trial::Trial;
use work::Work;

/// Faults of each command that the suite tries.
const FEW: u64 = 1;

#[track_caller]
fn survives(work: &Work) {
    let Some(mut trial) = Trial::begin(work) else {
        return;
    };
    let faults = trial.faults();
    try_each(work.name, faults.len(), |n| {
        let survived = trial.survives(faults[n]);
        survived.map_err(|wrong| format!("{:?}: {wrong}", faults[n]))
    });
    println!("{}: {}", work.name, trial.ends());
}

/// Makes as many of so many tries as are wanted. Fails with all that was wrong in them.
#[track_caller]
fn try_each(name: &str, all: usize, mut attempt: impl FnMut(usize) -> Result<(), String>) {
    let tries = seeds(FEW).take_while(|seed| *seed <= all as u64);
    let (mut made, mut wrong) = (0, Vec::new());
    for seed in tries {
        made += 1;
        if let Err(what) = attempt(seed as usize - 1) {
            wrong.push(format!("CALLSYNC_TEST_SEED={seed}: {what}"));
        }
    }
    println!("{name}: {made} of {all} faults");
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n\n"));
}

#[test]
fn a_sync_survives_the_faults_of_a_disk() {
    survives(&work::SYNC);
}

#[test]
fn a_sync_after_a_killed_one_survives_the_faults_of_a_disk() {
    survives(&work::SYNC_AFTER_KILL);
}

#[test]
fn a_refresh_survives_the_faults_of_a_disk() {
    survives(&work::REFRESH);
}

#[test]
fn a_retry_survives_the_faults_of_a_disk() {
    survives(&work::RETRY);
}

#[test]
fn an_import_survives_the_faults_of_a_disk() {
    survives(&work::IMPORT);
}

#[test]
fn a_backup_survives_the_faults_of_a_disk() {
    survives(&work::BACKUP);
}

#[test]
fn fetching_recordings_survives_the_faults_of_a_disk() {
    survives(&work::RECORDINGS);
}

#[test]
fn a_campaign_survives_the_faults_of_a_disk_and_is_sent_once() {
    survives(&work::CAMPAIGN);
}

#[test]
fn forgetting_survives_the_faults_of_a_disk_and_leaves_nothing() {
    survives(&work::FORGET);
}

#[test]
fn a_purge_survives_the_faults_of_a_disk_and_leaves_nothing() {
    survives(&work::PURGE);
}

#[test]
fn a_migration_survives_the_faults_of_a_disk() {
    survives(&work::MIGRATION);
}

#[test]
fn a_first_start_survives_the_faults_of_a_disk() {
    survives(&work::FIRST_START);
}
