//! What each system has of its own on the one server.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use crate::record::Record;
use crate::traffic::Traffic;

pub struct State {
    pub traffic: Traffic,
    /// How far its clock is ahead of the real one; None: it tells no time.
    clock_ahead: Mutex<Option<TimeDelta>>,
}

impl State {
    pub fn new(record: &Arc<Record>) -> Self {
        Self {
            traffic: Traffic::new(Arc::clone(record)),
            clock_ahead: Mutex::new(Some(TimeDelta::zero())),
        }
    }

    pub fn set_clock(&self, seconds_ahead: Option<i64>) {
        *self.clock_ahead.lock().unwrap() = seconds_ahead.map(TimeDelta::seconds);
    }

    pub fn time(&self) -> Option<DateTime<Utc>> {
        let ahead = *self.clock_ahead.lock().unwrap();
        ahead.map(|ahead| Utc::now() + ahead)
    }
}
