//! Whose turn it is at Callyzer, across all processes that use one database, and the pace.
//!
//! Two lock files stand beside the database. `-turn` is held from a request
//! until what it brought is committed, and carries the moment of the last
//! start, so that two starts are never closer than the interval. `-line` is
//! held by the one process that is next: whoever comes while a page is under
//! way is served after that page, before the process that is paging asks again.
//! A process that needs several answers at once holds the turn over all of them.
//! A wait for the pace is never longer than the interval, whatever the clock does.

use std::cell::Cell;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::{Error, Result};
use crate::interrupt;
use crate::lock::LockFile;

/// How often a lock that another process holds is tried again.
const RETRY: Duration = Duration::from_millis(20);

/// Nobody needs the turn for longer: a process that has been stopped keeps it for ever.
const LONGEST_TURN: Duration = Duration::from_secs(600);

#[derive(Debug)]
pub struct Turns {
    line: LockFile,
    turn: LockFile,
    interval: Duration,
    own_start: Cell<Option<Instant>>,
    /// The turn is held over several requests.
    held: Cell<bool>,
}

/// The turn at Callyzer, given back when it is dropped.
#[derive(Debug)]
pub struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.0.held.get() {
            self.0.give_back();
        }
    }
}

/// The turn at Callyzer over several requests, given back when it is dropped.
#[derive(Debug)]
pub struct Hold<'a>(&'a Turns);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.held.set(false);
        self.0.give_back();
    }
}

impl Turns {
    pub fn open(database: &Path, interval: Duration) -> anyhow::Result<Self> {
        let (line, turn) = (
            LockFile::open(database, "-line")?,
            LockFile::open(database, "-turn")?,
        );
        Ok(Self::with(line, turn, interval))
    }

    /// For a process that knows of no other, since there is no database yet: it keeps its own pace.
    pub fn alone(interval: Duration) -> anyhow::Result<Self> {
        let (line, turn) = (LockFile::unshared()?, LockFile::unshared()?);
        Ok(Self::with(line, turn, interval))
    }

    fn with(line: LockFile, turn: LockFile, interval: Duration) -> Self {
        Self {
            line,
            turn,
            interval,
            own_start: Cell::new(None),
            held: Cell::new(false),
        }
    }

    /// Waits until nobody else asks and the pace allows a request, and notes its start.
    pub fn take(&self) -> Result<Turn<'_>> {
        if self.held.get() {
            return self.take_in_pace();
        }
        wait_for(&self.line)?;
        let taken = self.take_in_pace();
        self.line.release().map_err(Error::Lock)?;
        taken
    }

    /// Waits until nobody else asks, and lets nobody else ask until the hold is dropped.
    pub fn hold(&self) -> Result<Hold<'_>> {
        wait_for(&self.line)?;
        let taken = wait_for(&self.turn);
        self.line.release().map_err(Error::Lock)?;
        taken?;
        self.held.set(true);
        Ok(Hold(self))
    }

    fn take_in_pace(&self) -> Result<Turn<'_>> {
        let mut waited_for = None;
        loop {
            wait_for(&self.turn)?;
            let turn = Turn(self);
            let last = self.last_start().map_err(Error::Lock)?;
            let pause = self.pause(last.filter(|_| last != waited_for));
            if pause.is_zero() {
                self.note_start().map_err(Error::Lock)?;
                return Ok(turn);
            }
            drop(turn);
            wait(pause)?;
            waited_for = last;
        }
    }

    fn give_back(&self) {
        if let Err(error) = self.turn.release() {
            log::warn!("could not give back the turn at Callyzer before the end: {error}");
        }
    }

    /// The last start by any process, in milliseconds since 1970.
    fn last_start(&self) -> io::Result<Option<u64>> {
        Ok(self.turn.text()?.trim().parse().ok())
    }

    /// What is left of the interval, since this process's own last start by a
    /// clock that nobody can set, and since `last`.
    fn pause(&self, last: Option<u64>) -> Duration {
        let own = self.own_start.get().map(|start| start.elapsed());
        let others = last.map(|start| {
            let start = UNIX_EPOCH + Duration::from_millis(start);
            SystemTime::now().duration_since(start).unwrap_or_default()
        });
        let left = |elapsed: Duration| self.interval.saturating_sub(elapsed);
        own.map_or(Duration::ZERO, left)
            .max(others.map_or(Duration::ZERO, left))
    }

    fn note_start(&self) -> io::Result<()> {
        self.own_start.set(Some(Instant::now()));
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.turn.write_text(&since_epoch.as_millis().to_string())
    }
}

fn wait_for(lock: &LockFile) -> Result<()> {
    let end = Instant::now() + LONGEST_TURN;
    while !lock.try_take().map_err(Error::Lock)? {
        if Instant::now() > end {
            return Err(Error::Unavailable(
                "another process keeps the turn at it".into(),
            ));
        }
        wait(RETRY)?;
    }
    Ok(())
}

/// Every wait for the provider ends at once when a signal asks for the end.
pub fn wait(duration: Duration) -> Result<()> {
    if interrupt::wait(duration) {
        Ok(())
    } else {
        Err(Error::Interrupted)
    }
}
