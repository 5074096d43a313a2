//! SIGINT and SIGTERM. A command ends at once with exit code 75, unless it has
//! asked for time to finish its work in hand: then it ends within a second. SIGXFSZ ends
//! nothing: the write that caused it fails.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, LazyLock, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use crate::exit::Exit;

static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static AT_ONCE: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(true)));
static HIT_SIZE_LIMIT: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
/// When the request was first noticed: at most [`CHECK_INTERVAL`] after it, in a wait.
static NOTICED: OnceLock<Instant> = OnceLock::new();

/// How often a wait checks for a signal.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// What may still be done after a signal.
#[derive(Clone, Copy, Debug)]
pub enum Grace {
    /// An answer under way may come.
    Answer,
    /// A statement of the database may end.
    Statement,
    /// The ping may be sent and answered.
    Ping,
}

impl Grace {
    /// Until when, after the signal.
    fn length(self) -> Duration {
        Duration::from_millis(match self {
            Self::Answer => 450,
            Self::Statement => 600,
            Self::Ping => 800,
        })
    }
}

/// Installs the handlers. To be called before anything waits. A file that would become
/// larger than `ulimit -f` allows is an error of its write then, not the end of the process.
pub fn install() -> io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, Exit::TryAgain as i32, Arc::clone(&AT_ONCE))?;
        flag::register(signal, Arc::clone(&AT_ONCE))?;
        flag::register(signal, Arc::clone(&REQUESTED))?;
    }
    flag::register(SIGXFSZ, Arc::clone(&HIT_SIZE_LIMIT))?;
    Ok(())
}

/// From now on the first signal only sets [`requested`]; a second one ends the process.
pub fn finish_work_in_hand() {
    AT_ONCE.store(false, Ordering::SeqCst);
}

pub fn requested() -> bool {
    let is_requested = REQUESTED.load(Ordering::SeqCst);
    if is_requested {
        NOTICED.get_or_init(Instant::now);
    }
    is_requested
}

/// Whether a signal asked for the end and this grace is over.
pub fn is_over(grace: Grace) -> bool {
    requested()
        && NOTICED
            .get()
            .is_some_and(|at| at.elapsed() >= grace.length())
}

/// Whether a write failed because a file may become no larger (`ulimit -f`).
pub fn hit_size_limit() -> bool {
    HIT_SIZE_LIMIT.load(Ordering::SeqCst)
}

/// Waits for `duration`; false as soon as a signal asks for the end.
pub fn wait(duration: Duration) -> bool {
    let end = Instant::now() + duration;
    while !requested() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(CHECK_INTERVAL));
    }
    false
}

/// Does `work` in a thread of its own, so that a signal ends the wait for it. `None` if it
/// was not done within the grace after a signal, or if the thread died.
pub fn wait_for<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    grace: Grace,
) -> io::Result<Option<T>> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        // Nobody receives it after a signal.
        sender.send(work()).ok();
    })?;
    Ok(receive(&receiver, grace))
}

fn receive<T>(receiver: &Receiver<T>, grace: Grace) -> Option<T> {
    loop {
        match receiver.recv_timeout(CHECK_INTERVAL) {
            Ok(value) => return Some(value),
            Err(RecvTimeoutError::Timeout) if !is_over(grace) => {}
            Err(_) => return None,
        }
    }
}
