//! A chain of kills on one file, each of another command, and its end.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::after_kill::{Left, Runs};
use super::begin::Begin;
use super::command::{Command, OF_A_CHAIN};
use super::lengths::Lengths;
use super::scene::Scene;
use super::tally::Tally;
use super::truth;
use crate::proof;

/// The first command of all is killed so often.
const FIRST_KILLS: u64 = 2;

/// Kills of a chain that nobody shortens.
pub const MOST_KILLS: u64 = FIRST_KILLS + OF_A_CHAIN.len() as u64;

/// A run that ends before its kill is run again, so often at most.
const MOST_TRIES: u32 = 20;

pub struct Chain<'a> {
    scene: Scene,
    kills: u64,
    runs: Runs,
    lengths: &'a Lengths,
    tally: &'a Tally,
}

impl<'a> Chain<'a> {
    pub fn new((seed, kills): (u64, u64), lengths: &'a Lengths, tally: &'a Tally) -> Self {
        let begin = Begin::ALL[proof::chance(!seed).usize(..Begin::ALL.len())];
        Self {
            scene: Scene::new(seed, begin, kills),
            kills,
            runs: Runs::default(),
            lengths,
            tally,
        }
    }

    /// Kills as many runs as it has, and compares what they left with the truth.
    pub fn run(mut self) {
        let first = Command::First(self.scene.begin);
        let firsts = FIRST_KILLS.min(self.kills);
        for _ in 0..firsts {
            self.kill(first);
        }
        self.begin();
        // A short chain kills the first sync too.
        let mut commands = OF_A_CHAIN;
        self.scene.chance.shuffle(&mut commands[1..]);
        let others = self.kills - firsts;
        for command in commands.into_iter().take(others as usize) {
            self.kill(command);
        }
        truth::finish(&mut self.scene);
        self.runs.assert_are_told(&self.scene);
        truth::assert_is_told(&self.scene);
    }

    fn begin(&mut self) {
        for what in ["teams", "users", "leads"] {
            Command::Import(what).prepare(&mut self.scene).run();
        }
        self.runs.look(&self.scene);
    }

    /// Kills a run of a command at some instant; one that ends before is run again.
    fn kill(&mut self, command: Command) {
        if self.lengths.of(command).is_none() {
            self.measure(command);
        }
        let is_killed = (0..MOST_TRIES).any(|_| self.try_to_kill(command));
        assert!(is_killed, "{command:?} always ends before it is killed");
    }

    /// The first run of a command is measured. If it is the first of all, that is on another
    /// file.
    fn measure(&mut self, command: Command) {
        let length = if let Command::First(begin) = command {
            length(command, &mut Scene::new(0, begin, self.kills))
        } else {
            self.scene.time_passes();
            length(command, &mut self.scene)
        };
        self.lengths.keep(command, length);
        self.runs.look(&self.scene);
    }

    /// Whether the run was killed before it ended.
    fn try_to_kill(&mut self, command: Command) -> bool {
        self.scene.time_passes();
        let run = command.prepare(&mut self.scene);
        let instant = self.lengths.draw(command, &mut self.scene.chance);
        let arrival = instant.mul_f64(self.scene.chance.f64());
        let begun = Instant::now();
        let mut running = run.start();
        thread::sleep(arrival);
        self.scene.calls_come(3);
        thread::sleep(instant.saturating_sub(begun.elapsed()));
        let killed_at = begun.elapsed();
        running.signal(Signal::KILL);
        let code = running.wait();
        self.lengths.correct(command, killed_at, code.is_some());
        let left = self.runs.look(&self.scene);
        match code {
            None => self.tally.killed(command, left),
            Some(0) => self.tally.ended_before(command),
            Some(code) => panic!("{command:?} ended with {code}, which nobody killed"),
        }
        assert!(code.is_none() || left != Left::Running, "{command:?}");
        code.is_none()
    }
}

fn length(command: Command, scene: &mut Scene) -> Duration {
    let run = command.prepare(scene).logs().prints("");
    let begun = Instant::now();
    run.run();
    begun.elapsed()
}
