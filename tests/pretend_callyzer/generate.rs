//! Calls by the thousand, the same for the same seed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::world::{Call, World};

const CLIENTS: u64 = 200;

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// A time from 0 up to so many seconds.
    fn seconds(&mut self, limit: u64) -> TimeDelta {
        TimeDelta::seconds(self.below(limit + 1).cast_signed())
    }
}

impl World {
    /// Adds `count` calls of the employees with about 200 clients, made and
    /// uploaded from `from` to `to`: mostly phone calls, one in twenty by `WhatsApp`.
    pub fn generate(&mut self, count: usize, from: DateTime<Utc>, to: DateTime<Utc>, seed: u64) {
        assert!(
            !self.employees.is_empty() && from <= to,
            "employees, and a span of time, to spread calls over"
        );
        let mut dice = Dice(seed);
        let calls =
            (0..count).map(|number| self.roll(format!("g{seed}-{number:06}"), from, to, &mut dice));
        let mut calls: Vec<_> = calls.collect();
        // Sorting what is sorted costs a request next to nothing.
        calls.sort_by(Call::newest_first);
        self.calls.extend(calls);
    }

    fn roll(&self, id: String, from: DateTime<Utc>, to: DateTime<Utc>, dice: &mut Dice) -> Call {
        let employee = &self.employees[dice.below(self.employees.len() as u64) as usize];
        let client = format!("{}", 601_200_000 + dice.below(CLIENTS));
        let (call_type, duration_s) = outcome(dice);
        let (method, mode) = kind(dice);
        let at = from + dice.seconds((to - from).num_seconds().cast_unsigned());
        let uploaded = at + TimeDelta::seconds(duration_s.into()) + dice.seconds(600);
        Call {
            emp_country_code: employee.country_code.clone(),
            method: method.into(),
            mode: mode.into(),
            synced_at: uploaded.min(to),
            ..Call::new(&id, &employee.number, &client, call_type, at, duration_s)
        }
    }
}

fn outcome(dice: &mut Dice) -> (&'static str, u32) {
    let talk_s = 5 + dice.below(600) as u32;
    match dice.below(100) {
        0..35 => ("Outgoing", talk_s),
        35..50 => ("Outgoing", 0),
        50..80 => ("Incoming", talk_s),
        80..95 => ("Missed", 0),
        _ => ("Rejected", 0),
    }
}

fn kind(dice: &mut Dice) -> (&'static str, &'static str) {
    match dice.below(100) {
        0..95 => ("PhoneCall", "Voice"),
        95..99 => ("WhatsAppCall", "Voice"),
        _ => ("WhatsAppCall", "Video"),
    }
}
