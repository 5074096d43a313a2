//! Runs on a terminal, which the program `script` makes.

use std::process::{Command, Stdio};

use pretend_callyzer::PretendCallyzer;

use crate::need::{self, Need};
use crate::office::Office;

/// Runs the binary with these arguments and variables on a terminal of that width, and
/// gives what it writes; `None` where [`Need::Script`] is not met.
#[track_caller]
pub fn on_terminal(
    office: &Office,
    columns: usize,
    arguments: &str,
    variables: &[(&str, &str)],
) -> Option<String> {
    if !need::is_met(Need::Script) {
        return None;
    }
    let binary = env!("CARGO_BIN_EXE_callsync");
    let shell = format!("stty cols {columns} rows 50; exec {binary} {arguments}");
    let output = Command::new("script")
        .args(["-qec", &shell, "/dev/null"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm-256color")
        .env("CALLSYNC_ENV_FILE", office.path("callsync.env"))
        .env("CALLSYNC_DATABASE", office.database())
        .env("CALLYZER_BASE_URL", office.callyzer.base_url())
        .env("CALLYZER_TOKEN", PretendCallyzer::TOKEN)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}
