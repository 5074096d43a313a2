//! Many calls at once, and many commands at once.
//!
//! 50,000 calls of 200 advisors, and twenty times sixteen commands at one second:
//! `CALLSYNC_TEST_TIMES=20 cargo test --test cli proof::load -- --nocapture`

#![allow(clippy::print_stdout)]

mod account;
mod rush;

use std::time::Instant;

use super::times;
use account::Account;
use rush::Rush;

#[test]
fn all_calls_of_all_advisors_come_in_one_sync() {
    let mut account = Account::new(times(1));
    let begun = Instant::now();
    let peak_kb = account.sync();
    let took = begun.elapsed();
    account.assert_is_stored();
    account.assert_next_day_finds_no_difference();
    println!(
        "{} calls of {} advisors: {:.1} s, {} MB at most",
        account.calls,
        account.advisors,
        took.as_secs_f64(),
        peak_kb / 1024
    );
}

#[test]
fn commands_at_one_second_all_end_right() {
    let mut rush = Rush::new();
    for _ in 0..times(1) {
        rush.happen();
    }
    println!("{} commands at once, {} times", rush.commands, times(1));
    rush.assert_file_is_right();
}
