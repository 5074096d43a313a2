//! How many requests a run still needs, for the progress bar.

use std::time::{Duration, Instant};

use crate::terminal;

/// The steps of a pass, in order. No system has all of them.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    NewCalls,
    IncompleteWindows,
    ClosedDays,
    Unfinished,
    Notes,
    Phases,
    Figures,
    Phones,
}

const STEPS: usize = 8;

#[derive(Debug)]
pub struct Progress {
    started: Instant,
    calls: usize,
    /// Questions about calls that were asked, and the pages that they took.
    questions: u64,
    pages: u64,
    step: Step,
    /// Requests that each step still needs; those of later steps are estimated.
    left: [u64; STEPS],
}

impl Progress {
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            calls: 0,
            questions: 0,
            pages: 0,
            step: Step::NewCalls,
            left: [0; STEPS],
        }
    }

    /// Sets what a step needs, before it begins or while it goes on.
    pub fn expect(&mut self, step: Step, requests: u64) {
        self.left[step as usize] = requests;
    }

    /// Sets what the new calls need: so many questions, of as many pages each as those
    /// asked so far.
    pub fn expect_questions(&mut self, questions: u64) {
        let requests = match self.questions {
            0 => questions,
            asked => (questions * self.pages).div_ceil(asked).max(questions),
        };
        self.expect(Step::NewCalls, requests);
    }

    /// Begins a step: the earlier ones need nothing more.
    pub fn begin(&mut self, step: Step) {
        self.step = step;
        self.left[..step as usize].fill(0);
    }

    pub fn count_question(&mut self) {
        self.questions += 1;
    }

    /// Takes in a page with so many calls, after which its question has `left` more.
    pub fn count_page(&mut self, calls: usize, left: u64) {
        self.calls += calls;
        self.pages += 1;
        self.count_request();
        let of_step = &mut self.left[self.step as usize];
        *of_step = left.max(*of_step);
    }

    pub fn count_request(&mut self) {
        let of_step = &mut self.left[self.step as usize];
        *of_step = of_step.saturating_sub(1);
    }

    /// The time that one request takes, its wait for the pace included.
    fn pace(&self, requests: u64, interval: Duration) -> Duration {
        let requests = u32::try_from(requests).unwrap_or(u32::MAX).max(1);
        interval.max(self.started.elapsed() / requests)
    }

    /// Shows it on a terminal. `requests`: sent so far; `interval`: the least time between two.
    pub fn show(&self, requests: i64, interval: Duration) {
        let requests = requests.unsigned_abs();
        let left = self.left.iter().sum();
        let pace = self.pace(requests, interval);
        terminal::show_progress(requests, left, self.calls, pace);
    }
}
