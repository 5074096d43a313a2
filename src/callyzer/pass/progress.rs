//! How many requests a run still needs, for the progress bar. What a later step
//! needs is estimated until it begins.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::closed_days::MAX_DAYS;
use super::{Pass, plan};
use crate::moment;
use crate::terminal;

#[derive(Debug)]
pub struct Progress {
    started: Instant,
    calls: usize,
    /// Questions about calls that were asked, and the pages that they took.
    questions: u64,
    pages: u64,
    /// Requests that the step in hand still needs.
    in_hand: u64,
    /// Questions about uploads of the groups after the one in hand.
    pub later_groups: u64,
    /// Requests of the steps after it.
    pub windows: u64,
    pub closed_days: u64,
    pub figures: u64,
    pub phones: u64,
}

impl Progress {
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            calls: 0,
            questions: 0,
            pages: 0,
            in_hand: 0,
            later_groups: 0,
            windows: 0,
            closed_days: 0,
            figures: 0,
            phones: 0,
        }
    }

    pub fn set_in_hand(&mut self, requests: u64) {
        self.in_hand = requests;
    }

    pub fn count_question(&mut self) {
        self.questions += 1;
    }

    /// Takes in a page with so many calls, after which the question has `left` more.
    pub fn count_page(&mut self, calls: usize, left: u64) {
        self.calls += calls;
        self.pages += 1;
        self.count_request();
        self.in_hand = self.in_hand.max(left);
    }

    pub fn count_request(&mut self) {
        self.in_hand = self.in_hand.saturating_sub(1);
    }

    /// The step in hand has so many questions left, and its later groups theirs. They
    /// take as many pages each as those asked so far.
    pub fn expect_questions(&mut self, questions: u64) {
        let questions = questions + self.later_groups;
        self.in_hand = match self.questions {
            0 => questions,
            asked => (questions * self.pages).div_ceil(asked).max(questions),
        };
    }

    fn left(&self) -> u64 {
        self.in_hand + self.windows + self.closed_days + self.figures + self.phones
    }

    /// The time that one request takes, its wait for the pace included.
    fn pace(&self, requests: u64, interval: Duration) -> Duration {
        let requests = u32::try_from(requests).unwrap_or(u32::MAX).max(1);
        interval.max(self.started.elapsed() / requests)
    }
}

impl Pass<'_> {
    /// Estimates what the steps after the uploads will need.
    pub(super) fn estimate_later_steps(&mut self, windows: usize) -> Result<()> {
        let groups = plan::groups(&self.numbers, self.options, self.planned_by);
        let first = groups.iter().map(|group| group.window.from).min();
        let first = first.map(|first| moment::day_of(first, self.options.zone));
        let uploaded_days = first.map_or(0, |first| (self.today() - first).num_days() + 1);
        let mut closed_days = self.closed_days_due()?;
        closed_days.truncate(MAX_DAYS);
        self.progress.windows = windows as u64;
        self.progress.closed_days = self.requests_for_days(&closed_days)?;
        self.progress.figures = uploaded_days.unsigned_abs() * self.requests_for_figures();
        self.progress.phones = u64::from(self.is_time_to_look_at_phones()?);
        Ok(())
    }

    pub(super) fn show_progress(&self) {
        let requests = self.api.requests().unsigned_abs();
        let pace = self.progress.pace(requests, self.api.interval());
        let left = self.progress.left();
        terminal::show_progress(requests, left, self.progress.calls, pace);
    }
}
