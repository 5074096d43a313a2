//! The rate limiter of one telephony system, for all processes that use one
//! database: who may send the next request, and when.
//!
//! Lock files stand beside the database. The permit is held from a request
//! until its answer is committed. It carries the time of the last request's
//! start, so that two starts are never closer than the interval. The queue is
//! held by the one process that is next: who comes while another process reads
//! page after page is served after the current page. A process that needs
//! several answers together reserves the permit for all of them. A wait for the
//! pace is never longer than the interval, whatever the clock does.

use std::cell::Cell;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::interrupt;
use crate::lock::LockFile;
use crate::provider::Fault;
use crate::reason::Cause;

type Limited<T> = Result<T, Fault>;

/// How often a lock that another process holds is tried again.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// The longest wait for a permit: a process that was stopped keeps it for ever.
const MAX_WAIT: Duration = Duration::from_secs(600);

/// What the lock files of one system are called, behind the database's name.
#[derive(Clone, Copy, Debug)]
pub struct LockNames {
    /// None for a system that only `sync` and `check` ask: neither needs to be next.
    pub queue: Option<&'static str>,
    pub permit: &'static str,
}

impl LockNames {
    pub fn all(self) -> impl Iterator<Item = &'static str> {
        [self.permit].into_iter().chain(self.queue)
    }
}

#[derive(Debug)]
pub struct RateLimiter {
    /// None where there is no database yet: no other process to share the pace with.
    locks: Option<Locks>,
    interval: Duration,
    own_start: Cell<Option<Instant>>,
    /// The number of the latest permit: dropping an earlier one gives nothing back.
    latest: Cell<u64>,
    is_reserved: Cell<bool>,
    /// The permit stays with this process until it ends.
    is_kept: Cell<bool>,
}

#[derive(Debug)]
struct Locks {
    queue: Option<LockFile>,
    permit: LockFile,
}

/// The right to send one request, given back when it is dropped. Taking the next
/// one gives it back too.
#[derive(Debug)]
pub struct Permit<'a> {
    limiter: &'a RateLimiter,
    number: u64,
}

impl Permit<'_> {
    /// Keeps every other process from asking until this one ends.
    pub fn keep_until_exit(self) {
        self.limiter.is_kept.set(true);
        let locks = self.limiter.locks.as_ref();
        if let Some(Err(error)) = locks.map(|locks| locks.permit.keep_until_exit()) {
            log::warn!("could not keep the permit until the end of the run: {error}");
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.limiter.latest.get() == self.number {
            self.limiter.give_back();
        }
    }
}

/// The permit for several requests, given back when it is dropped.
#[derive(Debug)]
pub struct Reservation<'a>(&'a RateLimiter);

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.0.is_reserved.set(false);
        self.0.give_back();
    }
}

impl RateLimiter {
    /// Opens the lock files beside the database, if there is one.
    pub fn open(database: &Path, names: LockNames, interval: Duration) -> anyhow::Result<Self> {
        let locks = if database.exists() {
            Some(Locks {
                queue: names
                    .queue
                    .map(|queue| LockFile::open(database, queue))
                    .transpose()?,
                permit: LockFile::open(database, names.permit)?,
            })
        } else {
            None
        };
        Ok(Self {
            locks,
            interval,
            own_start: Cell::new(None),
            latest: Cell::new(0),
            is_reserved: Cell::new(false),
            is_kept: Cell::new(false),
        })
    }

    /// Waits until no other process asks and the pace allows a request, and
    /// writes down its start.
    pub fn acquire(&self) -> Limited<Permit<'_>> {
        self.give_back();
        if self.is_reserved.get() {
            return self.acquire_in_pace();
        }
        self.queued(Self::acquire_in_pace)
    }

    /// Waits until no other process asks, and keeps them all waiting until the
    /// reservation is dropped.
    pub fn reserve(&self) -> Limited<Reservation<'_>> {
        self.give_back();
        self.queued(Self::lock_permit)?;
        self.is_reserved.set(true);
        Ok(Reservation(self))
    }

    /// Does `work` as the one process that is next.
    fn queued<'a, T>(&'a self, work: impl FnOnce(&'a Self) -> Limited<T>) -> Limited<T> {
        let Some(queue) = self.locks.as_ref().and_then(|locks| locks.queue.as_ref()) else {
            return work(self);
        };
        wait_for(queue)?;
        let done = work(self);
        queue.release().map_err(Fault::Lock)?;
        done
    }

    fn acquire_in_pace(&self) -> Limited<Permit<'_>> {
        let mut waited_for = None;
        loop {
            let permit = self.lock_permit_numbered()?;
            let last_start = self.last_start().map_err(Fault::Lock)?;
            let pause = self.pause(last_start.filter(|_| last_start != waited_for));
            if pause.is_zero() {
                self.write_start().map_err(Fault::Lock)?;
                return Ok(permit);
            }
            drop(permit);
            log::trace!("pace: waiting {} ms", pause.as_millis());
            wait(pause)?;
            waited_for = last_start;
        }
    }

    fn lock_permit_numbered(&self) -> Limited<Permit<'_>> {
        self.lock_permit()?;
        let number = self.latest.get() + 1;
        self.latest.set(number);
        Ok(Permit {
            limiter: self,
            number,
        })
    }

    fn lock_permit(&self) -> Limited<()> {
        self.locks
            .as_ref()
            .map_or(Ok(()), |locks| wait_for(&locks.permit))
    }

    /// Gives back the permit, unless it is reserved or kept.
    fn give_back(&self) {
        let stays = self.is_reserved.get() || self.is_kept.get();
        let Some(locks) = self.locks.as_ref().filter(|_| !stays) else {
            return;
        };
        if let Err(error) = locks.permit.release() {
            log::warn!("could not give back the permit before the end of the run: {error}");
        }
    }

    /// The last start by any process, in milliseconds since 1970.
    fn last_start(&self) -> io::Result<Option<u64>> {
        let Some(locks) = &self.locks else {
            return Ok(None);
        };
        Ok(locks.permit.text()?.trim().parse().ok())
    }

    /// What is left of the interval: since this process's own last start by a
    /// clock that nobody can set, and since `last_start` by the wall clock.
    fn pause(&self, last_start: Option<u64>) -> Duration {
        let own = self.own_start.get().map(|start| start.elapsed());
        let others = last_start.map(|start| {
            let start = UNIX_EPOCH + Duration::from_millis(start);
            SystemTime::now().duration_since(start).unwrap_or_default()
        });
        let left = |elapsed: Duration| self.interval.saturating_sub(elapsed);
        own.map_or(Duration::ZERO, left)
            .max(others.map_or(Duration::ZERO, left))
    }

    fn write_start(&self) -> io::Result<()> {
        self.own_start.set(Some(Instant::now()));
        let Some(locks) = &self.locks else {
            return Ok(());
        };
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        locks
            .permit
            .write_text(&since_epoch.as_millis().to_string())
    }
}

fn wait_for(lock: &LockFile) -> Limited<()> {
    let end = Instant::now() + MAX_WAIT;
    while !lock.try_take().map_err(Fault::Lock)? {
        if Instant::now() > end {
            return Err(Fault::Unavailable(Cause::PermitHeld.into()));
        }
        wait(RETRY_INTERVAL)?;
    }
    Ok(())
}

/// Waits; a signal that asks for the end is an error at once.
pub fn wait(duration: Duration) -> Limited<()> {
    if interrupt::wait(duration) {
        Ok(())
    } else {
        Err(Fault::Interrupted)
    }
}
