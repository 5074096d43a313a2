//! Who asks one system when: never two at once, the rate limit.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::http::Request;
use crate::record::Record;

/// How long a request waits to learn whether the client before it has left: the
/// thread that answers that client notices it a little later.
const DEPARTURE_NOTICE: Duration = Duration::from_secs(1);

pub struct Traffic {
    record: Arc<Record>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    begun: usize,
    overlaps: usize,
    /// The number of the request that is being answered.
    answering: Option<usize>,
    abandoned: Vec<usize>,
    last_start: Option<Instant>,
    spacing: Option<Duration>,
}

pub enum Admission<'a> {
    Granted(Answering<'a>),
    Overlap,
    TooSoon(Duration),
}

/// The permit of one request to be answered. Dropped unfinished, its client has left.
pub struct Answering<'a> {
    traffic: &'a Traffic,
    number: usize,
    finished: bool,
}

impl Traffic {
    pub fn new(record: Arc<Record>) -> Self {
        Self {
            record,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Whoever sees the request in the record finds that it has its permit, or waits for one.
    pub fn begin(&self, request: Request) -> Admission<'_> {
        let mut state = self.state.lock().unwrap();
        let (number, start) = (state.begun, request.started);
        state.begun += 1;
        self.record.add(request);
        while let Some(other) = state.answering {
            let still = |state: &mut State| state.answering == Some(other);
            state = self
                .changed
                .wait_timeout_while(state, DEPARTURE_NOTICE, still)
                .unwrap()
                .0;
            if !state.abandoned.contains(&other) {
                state.overlaps += 1;
                return Admission::Overlap;
            }
        }
        if let Some(wait) = state.wait_at(start) {
            return Admission::TooSoon(wait);
        }
        state.last_start = Some(start);
        state.answering = Some(number);
        Admission::Granted(Answering {
            traffic: self,
            number,
            finished: false,
        })
    }

    pub fn overlaps(&self) -> usize {
        self.state.lock().unwrap().overlaps
    }

    pub fn set_spacing(&self, spacing: Option<Duration>) {
        self.state.lock().unwrap().spacing = spacing;
    }
}

impl State {
    fn wait_at(&self, start: Instant) -> Option<Duration> {
        let since = start.saturating_duration_since(self.last_start?);
        self.spacing?
            .checked_sub(since)
            .filter(|wait| !wait.is_zero())
    }
}

impl Answering<'_> {
    pub fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        let mut state = self.traffic.state.lock().unwrap();
        state.answering = None;
        if !self.finished {
            state.abandoned.push(self.number);
        }
        self.traffic.changed.notify_all();
    }
}
