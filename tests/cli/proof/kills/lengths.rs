//! How long each command takes: measured on its first run, which nobody kills, and corrected
//! by each run that was to be killed later than it ended, or that went on longer.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use fastrand::Rng;

use super::command::Command;

#[derive(Default)]
pub struct Lengths(Mutex<BTreeMap<Command, Duration>>);

impl Lengths {
    pub fn of(&self, command: Command) -> Option<Duration> {
        self.0.lock().unwrap().get(&command).copied()
    }

    pub fn keep(&self, command: Command, length: Duration) {
        self.0.lock().unwrap().insert(command, length);
    }

    /// An instant of a run, and a bit behind its end.
    pub fn draw(&self, command: Command, chance: &mut Rng) -> Duration {
        let length = self.of(command).unwrap_or_default();
        length.mul_f64(1.1 * chance.f64())
    }

    /// Takes in whether a run had ended by an instant.
    pub fn correct(&self, command: Command, instant: Duration, had_ended: bool) {
        let length = self.of(command).unwrap_or_default();
        if had_ended {
            self.keep(command, length.min(instant));
        } else {
            self.keep(command, length.max(instant));
        }
    }
}
