//! SIGKILL at any instant of any command that writes, while calls come in at the systems.
//!
//! A thousand: `CALLSYNC_TEST_TIMES=1000 cargo test --test cli proof::kills -- --nocapture`

#![allow(clippy::print_stdout)]

mod after_kill;
pub mod begin;
mod chain;
pub mod command;
mod content;
mod lengths;
pub mod scene;
mod tally;
pub mod truth;
mod uploads;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{seeds, times};
use chain::{Chain, MOST_KILLS};
use lengths::Lengths;
use tally::Tally;

/// Kills within the suite.
const FEW: u64 = 6;

#[test]
fn whatever_is_killed_the_file_says_the_truth_in_the_end() {
    let (lengths, tally) = (Lengths::default(), Tally::default());
    let (chains, has_failed) = (Mutex::new(chains()), AtomicBool::new(false));
    let next = || chains.lock().unwrap().next();
    let work = || {
        while let Some((seed, kills)) = next() {
            let _named = Named(seed, kills, &has_failed);
            Chain::new((seed, kills), &lengths, &tally).run();
            if has_failed.load(Ordering::Relaxed) {
                return;
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    println!("{tally}");
}

/// Each chain's seed, and how many kills it has.
fn chains() -> impl Iterator<Item = (u64, u64)> {
    let wanted = times(FEW);
    let before = (0..wanted).step_by(MOST_KILLS as usize);
    seeds(FEW).zip(before.map(move |before| MOST_KILLS.min(wanted - before)))
}

/// Names the chain that fails.
struct Named<'a>(u64, u64, &'a AtomicBool);

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let Self(seed, kills, has_failed) = self;
            println!("repeat it: CALLSYNC_TEST_SEED={seed} CALLSYNC_TEST_TIMES={kills}");
            has_failed.store(true, Ordering::Relaxed);
        }
    }
}
