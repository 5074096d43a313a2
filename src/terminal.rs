//! Standard error: the log, messages about files, the progress bar, the last line of a
//! failed run. All is written through the bar, so that nothing garbles it.

use std::io::{self, Write};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use log::{Level, LevelFilter};
use rustix::termios;

use crate::{moment, text};

static BAR: LazyLock<ProgressBar> = LazyLock::new(ProgressBar::hidden);
/// The errors of a quiet run, printed if it fails: nothing of them may be lost.
static HELD_BACK: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// How far the second and later lines of a message are indented.
const INDENT: usize = 4;

/// Starts the log, without the records of other crates: they could hold a request's header.
/// A record is one line, whatever text from outside it holds.
pub fn start_log(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => LevelFilter::Error,
        (_, 0) => LevelFilter::Info,
        (_, 1) => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    let target: Box<dyn Write + Send> = if quiet {
        Box::new(HoldBack)
    } else {
        Box::new(AboveBar)
    };
    env_logger::Builder::new()
        .filter_module(env!("CARGO_PKG_NAME"), level)
        .format(|out, record| {
            writeln!(
                out,
                "{} {:<5} {}",
                moment::to_text(moment::now()),
                record.level(),
                text::one_line(&record.args().to_string())
            )
        })
        .target(env_logger::Target::Pipe(target))
        .init();
}

/// Writes a message for a person, without the log's time and level, wrapped on a terminal.
/// A quiet run says no warning, and an error only if it fails.
pub fn tell(message: &str, level: Level) {
    if !log::log_enabled!(level) {
        return;
    }
    let width = stderr_width().unwrap_or(usize::MAX);
    let lines = text::wrapped(&text::one_line(message), width, INDENT) + "\n";
    let written = if log::log_enabled!(Level::Info) {
        AboveBar.write_all(lines.as_bytes())
    } else {
        HoldBack.write_all(lines.as_bytes())
    };
    // Nobody is left to tell if standard error is gone.
    let _ = written;
}

/// The width of the terminal on standard error; `None` off a terminal.
fn stderr_width() -> Option<usize> {
    let size = termios::tcgetwinsize(io::stderr()).ok()?;
    (size.ws_col > 0).then_some(size.ws_col.into())
}

/// Ends a failed run with its last line.
pub fn fail(last_line: &str) {
    end_failed_log();
    // Nobody is left to tell if standard error is gone.
    let _ = writeln!(io::stderr().lock(), "{}", text::safe_lines(last_line));
}

/// Ends a failed run whose last line is in the log.
pub fn end_failed_log() {
    BAR.finish_and_clear();
    let held_back = std::mem::take(&mut *HELD_BACK.lock().unwrap_or_else(PoisonError::into_inner));
    // Nobody is left to tell if standard error is gone.
    let _ = io::stderr().lock().write_all(&held_back);
}

struct AboveBar;

impl Write for AboveBar {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        BAR.suspend(|| io::stderr().lock().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

struct HoldBack;

impl Write for HoldBack {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held_back = HELD_BACK.lock().unwrap_or_else(PoisonError::into_inner);
        held_back.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shows the progress of a pass; hidden off a terminal and when quiet.
pub fn start_progress() {
    if log::log_enabled!(log::Level::Info) {
        BAR.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len} requests, {msg}") {
            BAR.set_style(style);
        }
    }
}

/// Shows how far a pass is. `left`: the requests still to come, one per `pace`.
pub fn show_progress(requests: u64, left: u64, calls: usize, pace: Duration) {
    let seconds = pace.as_secs_f64() * left as f64;
    let seconds = seconds as u64;
    BAR.set_length(requests.saturating_add(left));
    BAR.set_position(requests);
    BAR.set_message(format!(
        "{}, about {}:{:02} left",
        text::counted(calls, "call"),
        seconds / 60,
        seconds % 60
    ));
}

/// Shows the progress of downloads; hidden off a terminal and when quiet.
pub fn start_downloads() {
    if log::log_enabled!(log::Level::Info) {
        BAR.set_draw_target(ProgressDrawTarget::stderr());
        let template = "{bar:20} {bytes}/{total_bytes}, {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            BAR.set_style(style);
        }
    }
}

/// Shows that a file begins to come, after so many others.
pub fn show_file(before: u64) {
    BAR.set_position(0);
    BAR.set_message(format!("{} fetched", text::counted(before, "file")));
}

/// Shows how many bytes of a file have come. Where its length is not known, the bar is full.
pub fn show_download(bytes: u64, length: Option<u64>) {
    BAR.set_length(length.unwrap_or(bytes));
    BAR.set_position(bytes);
}

/// Shows what a command waits for; hidden off a terminal and when quiet.
pub fn start_wait() {
    if log::log_enabled!(log::Level::Info) {
        BAR.set_draw_target(ProgressDrawTarget::stderr());
        BAR.set_style(ProgressStyle::default_spinner());
        BAR.enable_steady_tick(Duration::from_millis(100));
    }
}

pub fn show_wait(message: &str) {
    BAR.set_message(message.to_owned());
}

pub fn end_progress() {
    BAR.finish_and_clear();
}
