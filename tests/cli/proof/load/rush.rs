//! Many commands that begin at one second on one file.

use std::sync::Barrier;
use std::thread;

use chrono::TimeDelta;

use crate::proof::kills::begin::Begin;
use crate::proof::kills::command::Command;
use crate::proof::kills::scene::Scene;
use crate::proof::kills::truth;
use crate::run::Run;

const REFRESHES: u32 = 10;

pub struct Rush {
    scene: Scene,
    pub commands: usize,
}

impl Rush {
    /// Every command has something to read, to change or to show.
    pub fn new() -> Self {
        let mut scene = Scene::new(1, Begin::Nothing, 6);
        for what in ["users", "leads"] {
            Command::Import(what).prepare(&mut scene).run();
        }
        make_readable(&scene);
        scene.run(&["sync"]).run();
        Self { scene, commands: 0 }
    }

    /// All end with 0 and say nothing.
    pub fn happen(&mut self) {
        let runs = self.runs();
        self.commands = runs.len();
        let barrier = Barrier::new(runs.len());
        thread::scope(|scope| {
            for run in runs {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    run.run();
                });
            }
        });
        assert_eq!(self.scene.office.callyzer.overlaps(), 0);
    }

    /// The file says in the end what one says on which the commands ran in turn.
    pub fn assert_file_is_right(&mut self) {
        truth::finish(&mut self.scene);
        truth::assert_is_told(&self.scene);
    }

    fn runs(&mut self) -> Vec<Run> {
        let scene = &mut self.scene;
        // Less than makes data stale.
        scene.leap(TimeDelta::minutes(10));
        scene.calls_come(40);
        make_readable(scene);
        let mut runs = Vec::new();
        for command in [
            Command::Sync,
            Command::Import("leads"),
            Command::RetryUnmatched,
        ] {
            runs.push(command.prepare(scene));
        }
        for lead in 1..=REFRESHES {
            scene.calls_change(lead);
            runs.push(scene.run(&["refresh-lead", &lead.to_string()]));
        }
        runs.push(scene.run(&["stats"]).prints(""));
        runs.push(scene.run(&["status"]).prints(""));
        runs
    }
}

/// A record in quarantine is something wrong, which `status` would find.
fn make_readable(scene: &Scene) {
    scene.office.callyzer.world(|world| {
        let calls = world.calls.iter_mut();
        calls.for_each(|call| call.extra.clear());
    });
}
