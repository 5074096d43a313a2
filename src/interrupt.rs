//! SIGINT and SIGTERM. A command ends at once with exit code 75, unless it has
//! asked for time to finish its work in hand.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::exit::Exit;

static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static AT_ONCE: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(true)));

/// How often a wait checks for a signal.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// How long an answer under way may still take after a signal.
const GRACE: Duration = Duration::from_millis(800);

/// Installs the handlers. To be called before anything waits.
pub fn install() -> io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, Exit::TryAgain as i32, Arc::clone(&AT_ONCE))?;
        flag::register(signal, Arc::clone(&AT_ONCE))?;
        flag::register(signal, Arc::clone(&REQUESTED))?;
    }
    Ok(())
}

/// From now on the first signal only sets [`requested`]; a second one ends the process.
pub fn finish_work_in_hand() {
    AT_ONCE.store(false, Ordering::SeqCst);
}

pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
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

/// Waits for what another thread sends. `None` if a signal asked for the end and
/// nothing came shortly after it, or if the thread died.
pub fn receive<T>(receiver: &Receiver<T>) -> Option<T> {
    let mut end = None;
    loop {
        match receiver.recv_timeout(CHECK_INTERVAL) {
            Ok(value) => return Some(value),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if requested() => {
                let end = *end.get_or_insert_with(|| Instant::now() + GRACE);
                if Instant::now() > end {
                    return None;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
