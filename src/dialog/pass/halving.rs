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

/// How many questions for halves brought nothing new in a row, in all of a campaign's run.
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
mod tests;
