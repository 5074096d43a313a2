//! A window whose answer has fewer rows than the system counts is halved and asked for
//! again, for an answer may be cut off at a number of rows that no document names. But a
//! count may also be wrong, and then every half lacks rows, however small it is.

use std::collections::HashSet;

use chrono::TimeDelta;

use crate::moment::Window;

/// A window that is no longer, but for the overlap, is not halved.
const SHORTEST: TimeDelta = TimeDelta::hours(1);

/// So many questions in a row for halves may bring nothing new in one run. Those of a day
/// whose calls all lie in one hour are fewer.
const MOST_FRUITLESS: u32 = 16;

/// Bounds overlap by a second: they may be exclusive.
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// What an answer about a window brought.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What tells its rows apart.
    pub keys: HashSet<String>,
    pub rows: u64,
    /// How many rows the system counts, if it says so.
    pub count: Option<u64>,
}

impl Reading {
    fn missing(&self) -> i64 {
        // No system has so many rows.
        let count = self.count.map(|count| count.min(u32::MAX.into()));
        count.map_or(0, |count| count.cast_signed() - self.rows.cast_signed())
    }

    fn is_whole(&self) -> bool {
        self.missing() <= 0
    }
}

/// How many questions for halves brought nothing new in a row, in all of a run.
#[derive(Debug, Default)]
pub struct Fruitless(u32);

/// Reads a window and, where rows are missing, its halves, down to an hour. Gives the
/// windows whose rows never all came, with how many are missing.
///
/// Goes no further where both halves lack rows and bring none that was not there.
pub fn read_halving<E>(
    window: Window,
    fruitless: &mut Fruitless,
    ask: &mut dyn FnMut(Window) -> Result<Reading, E>,
) -> Result<Vec<(Window, i64)>, E> {
    let reading = ask(window)?;
    let mut halving = Halving {
        fruitless,
        ask,
        incomplete: Vec::new(),
    };
    halving.complete(window, reading)?;
    Ok(halving.incomplete)
}

struct Halving<'a, E> {
    fruitless: &'a mut Fruitless,
    ask: &'a mut dyn FnMut(Window) -> Result<Reading, E>,
    incomplete: Vec<(Window, i64)>,
}

impl<E> Halving<'_, E> {
    /// Asks for the halves of a window if its reading lacks rows. Gives the keys of all
    /// rows that came.
    fn complete(&mut self, window: Window, reading: Reading) -> Result<HashSet<String>, E> {
        let missing = reading.missing();
        let Some(halves) = halves(window).filter(|_| missing > 0 && self.may_ask()) else {
            self.note(window, missing);
            return Ok(reading.keys);
        };
        let known = reading.keys;
        let [first, second] = halves;
        let readings = [self.ask(first, &known)?, self.ask(second, &known)?];
        let brings_new = readings.iter().any(|half| !half.keys.is_subset(&known));
        let noted = self.incomplete.len();
        let mut keys = known.clone();
        if brings_new || readings.iter().any(Reading::is_whole) {
            for (half, reading) in halves.into_iter().zip(readings) {
                keys.extend(self.complete(half, reading)?);
            }
        }
        if self.incomplete.len() == noted {
            let added = keys.len() - known.len();
            self.note(window, missing - added as i64);
        }
        Ok(keys)
    }

    fn ask(&mut self, half: Window, known: &HashSet<String>) -> Result<Reading, E> {
        let reading = (self.ask)(half)?;
        self.fruitless.0 = match reading.keys.is_subset(known) {
            true => self.fruitless.0 + 1,
            false => 0,
        };
        Ok(reading)
    }

    /// Whether two more questions may be asked.
    fn may_ask(&self) -> bool {
        self.fruitless.0 + 2 <= MOST_FRUITLESS
    }

    fn note(&mut self, window: Window, missing: i64) {
        if missing > 0 {
            self.incomplete.push((window, missing));
        }
    }
}

fn halves(window: Window) -> Option<[Window; 2]> {
    let length = window.to - window.from;
    let middle = window.from + TimeDelta::seconds(length.num_seconds() / 2);
    let first = Window {
        from: window.from,
        to: middle,
    };
    let second = Window {
        from: middle - SECOND,
        to: window.to,
    };
    (length > SHORTEST + SECOND).then_some([first, second])
}

#[cfg(test)]
mod tests {
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
}
