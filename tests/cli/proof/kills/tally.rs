//! What was killed, and how far it had come.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::sync::Mutex;

use super::after_kill::Left;
use super::command::Command;

#[derive(Default)]
pub struct Tally(Mutex<BTreeMap<Command, Row>>);

#[derive(Default)]
struct Row {
    left: BTreeMap<Left, u64>,
    ended_before: u64,
}

impl Tally {
    pub fn killed(&self, command: Command, left: Left) {
        let mut rows = self.0.lock().unwrap();
        *rows
            .entry(command)
            .or_default()
            .left
            .entry(left)
            .or_default() += 1;
    }

    pub fn ended_before(&self, command: Command) {
        self.0
            .lock()
            .unwrap()
            .entry(command)
            .or_default()
            .ended_before += 1;
    }

    pub fn kills(&self) -> u64 {
        let rows = self.0.lock().unwrap();
        rows.values().flat_map(|row| row.left.values()).sum()
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{} kills", self.kills())?;
        for (command, row) in self.0.lock().unwrap().iter() {
            writeln!(
                f,
                "{command:?}: {:?}, ended before {}",
                row.left, row.ended_before
            )?;
        }
        Ok(())
    }
}
