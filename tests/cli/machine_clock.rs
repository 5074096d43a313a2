//! A wall clock of the machine that tests can set: a small library in C, loaded
//! into the built binary before the C library. What builds callsync builds it too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use chrono::TimeDelta;

use crate::run::Run;

static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/machine_clock.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("machine_clock.so");
    // Nobody loads it half written: other test runs may be under way.
    let draft = library.with_extension(std::process::id().to_string());
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&draft, &source])
        .status()
        .unwrap();
    assert!(built.success(), "cc could not build {}", source.display());
    fs::rename(draft, &library).unwrap();
    library
});

/// Half a second after the run's start the wall clock is set: then it is so far ahead.
pub fn then_ahead(run: Run, ahead: TimeDelta) -> Run {
    run.with(
        "CALLSYNC_TEST_CLOCK_THEN_S",
        ahead.num_seconds().to_string(),
    )
}

/// The run sees a wall clock that is so far ahead of the real one.
pub fn ahead(run: Run, ahead: TimeDelta) -> Run {
    if ahead.is_zero() {
        return run;
    }
    run.with("LD_PRELOAD", LIBRARY.as_path()).with(
        "CALLSYNC_TEST_CLOCK_AHEAD_S",
        ahead.num_seconds().to_string(),
    )
}
