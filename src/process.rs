//! Which process a run is, and whether it is gone.

use std::fs;
use std::process;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

/// This process, for [`is_gone`]: its number and its start.
pub fn own() -> String {
    let pid = process::id();
    format!("{pid} {}", start(pid).unwrap_or_default())
}

/// Whether a process has ended. Its number alone proves nothing: another process
/// may have it by now. Without `/proc` it is all that there is to ask for.
pub fn is_gone(process: &str) -> bool {
    let (pid, start_then) = process.split_once(' ').unwrap_or((process, ""));
    let Ok(pid) = pid.parse() else {
        return true;
    };
    match start(pid) {
        Some(start_now) if !start_then.is_empty() => start_now != start_then,
        _ => has_no_process(pid),
    }
}

/// When a process started, in clock ticks since the machine did: field 22 of
/// `/proc/PID/stat`, the 20th behind the program's name in brackets.
fn start(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(str::to_owned)
}

/// A process of another account is one too.
fn has_no_process(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_none_or(|pid| test_kill_process(pid) == Err(Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_gone_when_its_number_is_free_or_belongs_to_another_one() {
        let (pid, own) = (process::id(), own());
        assert!(!is_gone(&own), "{own}");
        assert!(!is_gone(&format!("{pid} ")));
        assert!(is_gone("4194305 12345"));
        assert!(is_gone("4194305 "));
        assert!(is_gone(""));
        let other_start = format!("{pid} 1");
        assert_eq!(is_gone(&other_start), start(pid).is_some());
    }
}
