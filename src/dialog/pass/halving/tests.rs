//! Servers that cut answers off, and servers that count wrongly.

use super::*;
use crate::moment::{self, Moment};

fn start() -> Moment {
    moment::from_text("2026-07-28T00:00:00Z").unwrap()
}

/// So many hours from midnight, of days that follow each other.
fn window(from: i64, to: i64) -> Window {
    Window {
        from: start() + TimeDelta::hours(from),
        to: start() + TimeDelta::hours(to),
    }
}

/// A server with a call at each of these minutes, which answers with no more than `cap`.
struct Server {
    minutes: Vec<i64>,
    cap: usize,
    /// What it counts where there are so many rows, of which so many are shown.
    count: fn(u64, u64) -> u64,
}

impl Server {
    fn answer(&self, window: Window) -> Reading {
        let at = |minute: &i64| start() + TimeDelta::minutes(*minute);
        let within = |minute: &&i64| (window.from..=window.to).contains(&at(minute));
        let rows: Vec<_> = self.minutes.iter().filter(within).collect();
        let shown = rows.iter().take(self.cap);
        let keys: HashSet<_> = shown.map(ToString::to_string).collect();
        let (all, shown) = (rows.len() as u64, keys.len() as u64);
        Reading {
            keys,
            rows: shown,
            count: Some((self.count)(all, shown)),
        }
    }

    /// Reads days one after the other. Gives the number of questions, of rows that came
    /// and of incomplete windows.
    fn read(&self, days: i64) -> (usize, usize, usize) {
        let (mut questions, mut came) = (0, HashSet::new());
        let (mut fruitless, mut incomplete) = (Fruitless::default(), 0);
        for day in 0..days {
            let mut ask = |window| {
                questions += 1;
                let reading = self.answer(window);
                came.extend(reading.keys.clone());
                Ok::<_, ()>(reading)
            };
            let window = window(day * 24, day * 24 + 24);
            incomplete += read_halving(window, &mut fruitless, &mut ask)
                .unwrap()
                .len();
        }
        (questions, came.len(), incomplete)
    }
}

fn evenly(count: i64) -> Vec<i64> {
    (0..count).map(|n| n * 24 * 60 / count + 1).collect()
}

#[test]
fn a_window_that_is_whole_takes_one_question() {
    let server = Server {
        minutes: evenly(100),
        cap: 100,
        count: |all, _| all,
    };
    assert_eq!(server.read(1), (1, 100, 0));
}

#[test]
fn an_answer_that_is_cut_off_is_completed_by_halves() {
    let evenly = Server {
        minutes: evenly(400),
        cap: 101,
        count: |all, _| all,
    };
    assert_eq!(evenly.read(1), (7, 400, 0));
    // From ten to noon.
    let at_once = Server {
        minutes: (600..720).collect(),
        cap: 95,
        count: |all, _| all,
    };
    assert_eq!(at_once.read(1), (9, 120, 0));
}

#[test]
fn every_day_of_a_long_window_is_completed() {
    let minutes = (0..30).flat_map(|day| (600..720).map(move |n| day * 24 * 60 + n));
    let server = Server {
        minutes: minutes.collect(),
        cap: 95,
        count: |all, _| all,
    };
    assert_eq!(server.read(30), (30 * 9, 30 * 120, 0));
}

#[test]
fn more_rows_in_an_hour_than_an_answer_has_are_an_incomplete_window() {
    let server = Server {
        minutes: (640..660).collect(),
        cap: 10,
        count: |all, _| all,
    };
    let (questions, came, incomplete) = server.read(1);
    assert!(questions <= 11, "{questions}");
    assert_eq!((came, incomplete), (10, 1));
}

#[test]
fn a_count_that_is_always_too_high_costs_few_questions() {
    for (count, most) in [
        ((|_, _| 5_000) as fn(u64, u64) -> u64, 30 + 16),
        (|_, shown| shown + 1, 30 + 16),
        (|_, shown| shown * 2, 30 + 16),
        (|_, _| u64::MAX, 30 + 16),
    ] {
        let minutes = (0..30).map(|day| day * 24 * 60 + 600).collect();
        let server = Server {
            minutes,
            cap: 1_000,
            count,
        };
        let (questions, came, incomplete) = server.read(30);
        assert!(questions <= most, "{questions}");
        assert_eq!((came, incomplete), (30, 30));
    }
}

#[test]
fn a_count_above_that_of_its_halves_is_an_incomplete_window() {
    let day = window(0, 24);
    let mut ask = |window: Window| {
        Ok::<_, ()>(Reading {
            keys: HashSet::new(),
            rows: 0,
            count: Some(if window == day { 3 } else { 0 }),
        })
    };
    let incomplete = read_halving(day, &mut Fruitless::default(), &mut ask);
    assert_eq!(incomplete.unwrap(), [(day, 3)]);
}

#[test]
fn a_failure_ends_the_reading() {
    let mut questions = 0;
    let mut ask = |_| {
        questions += 1;
        match questions {
            1 => Ok(Reading {
                keys: HashSet::new(),
                rows: 0,
                count: Some(1),
            }),
            _ => Err("away"),
        }
    };
    let read = read_halving(window(0, 24), &mut Fruitless::default(), &mut ask);
    assert_eq!((read, questions), (Err("away"), 2));
}
