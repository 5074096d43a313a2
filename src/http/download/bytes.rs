//! The bytes of an answer, read by a thread of its own, so that a signal ends the wait.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::blocking::Response;

use super::super::exchange::read_fault;
use crate::interrupt;
use crate::provider::Fault;
use crate::reason::Cause;

/// Bytes that are read at once, and how many such reads may wait to be written.
const CHUNK: usize = 64 * 1024;
const CHUNKS_AHEAD: usize = 4;

/// How often a wait looks for a signal.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// The most that is read of an answer that is no file, and for how long.
const MAX_TEXT: usize = 64 * 1024;
const MAX_TEXT_TIME: Duration = Duration::from_secs(10);

/// What the thread sends: some bytes, or none at the end.
type Chunk = Result<Vec<u8>, Fault>;

#[derive(Debug)]
pub struct Bytes {
    chunks: Receiver<Chunk>,
    are_all_there: bool,
}

impl Bytes {
    /// The client of the response bears no read that takes longer than the time limit.
    pub fn of(response: Response) -> Result<Self, Fault> {
        let (sender, receiver) = mpsc::sync_channel(CHUNKS_AHEAD);
        thread::Builder::new()
            .spawn(move || read(response, &sender))
            .map_err(|error| Fault::Unavailable(Cause::NoThread.of(&[&error])))?;
        Ok(Self {
            chunks: receiver,
            are_all_there: false,
        })
    }

    /// The next bytes; None at the end.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        while !self.are_all_there {
            if interrupt::requested() {
                return Err(Fault::Interrupted);
            }
            match self.chunks.recv_timeout(CHECK_INTERVAL) {
                Ok(chunk) => match chunk? {
                    chunk if chunk.is_empty() => self.are_all_there = true,
                    chunk => return Ok(Some(chunk)),
                },
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::Unavailable(Cause::ThreadEnded.into()));
                }
            }
        }
        Ok(None)
    }

    /// The begin of an answer that is no file, behind what was read of it.
    pub fn text(mut self, mut read: Vec<u8>) -> Result<String, Fault> {
        let end = Instant::now() + MAX_TEXT_TIME;
        while read.len() < MAX_TEXT && Instant::now() < end {
            match self.next()? {
                Some(bytes) => read.extend(bytes),
                None => break,
            }
        }
        Ok(String::from_utf8_lossy(&read).into_owned())
    }
}

fn read(mut response: Response, sender: &SyncSender<Chunk>) {
    loop {
        let mut bytes = vec![0; CHUNK];
        let chunk = response.read(&mut bytes).map(|length| {
            bytes.truncate(length);
            bytes
        });
        let is_last = chunk.as_ref().map_or(true, Vec::is_empty);
        let chunk = chunk.map_err(|error| read_fault(&error));
        // Nobody receives it where the download was given up.
        if sender.send(chunk).is_err() || is_last {
            return;
        }
    }
}
