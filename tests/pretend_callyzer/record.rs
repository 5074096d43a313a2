//! All requests to the server, whichever system they ask.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use crate::http::Request;

#[derive(Default)]
pub struct Record {
    requests: Mutex<Vec<Request>>,
    grown: Condvar,
}

impl Record {
    pub fn add(&self, request: Request) {
        self.requests.lock().unwrap().push(request);
        self.grown.notify_all();
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub fn wait_for(&self, count: usize, timeout: Duration) -> bool {
        let requests = self.requests.lock().unwrap();
        let too_few = |requests: &mut Vec<Request>| requests.len() < count;
        !self
            .grown
            .wait_timeout_while(requests, timeout, too_few)
            .unwrap()
            .1
            .timed_out()
    }
}
