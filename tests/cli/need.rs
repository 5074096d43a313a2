//! What some tests need of the machine. Where it is missing they are skipped, or fail
//! if the environment variable `CALLSYNC_TEST_REQUIRE` (a list such as `root,script`) names it.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::thread;

use rustix::process::geteuid;

#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    /// The tests run as root.
    Root,
    /// Root, with `useradd` and `userdel` to make accounts.
    Accounts,
    /// No `/etc/callsync/callsync.env`, which would decide instead of the test's settings.
    NoSettings,
    /// The program `script`, which makes a terminal.
    Script,
    /// Python 3, which runs an example.
    Python,
    /// Root, with the right to mount a tmpfs.
    Tmpfs,
    /// Root, with the right to see another `/etc` than the machine's.
    Namespace,
    /// A kernel that lets a process filter its own system calls.
    Seccomp,
}

const ALL: [Need; 8] = [
    Need::Root,
    Need::Accounts,
    Need::NoSettings,
    Need::Script,
    Need::Python,
    Need::Tmpfs,
    Need::Namespace,
    Need::Seccomp,
];

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "root",
            Self::Accounts => "accounts",
            Self::NoSettings => "no-settings",
            Self::Script => "script",
            Self::Python => "python",
            Self::Tmpfs => "tmpfs",
            Self::Namespace => "namespace",
            Self::Seccomp => "seccomp",
        })
    }
}

/// Whether the running test may go on. Says so where it must be skipped.
#[track_caller]
pub fn is_met(need: Need) -> bool {
    met(need, is_there(need).then_some(())).is_some()
}

/// Passes on what a need brought, if it is there; as [`is_met`] where it is not.
#[track_caller]
pub fn met<T>(need: Need, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let required = std::env::var("CALLSYNC_TEST_REQUIRE").unwrap_or_default();
        assert!(!names(&required, need), "{need} is required and missing");
        let test = thread::current().name().unwrap_or_default().to_owned();
        // Past the test harness, which shows nothing of a test that passes.
        let line = format!("skipped: {test} needs {need}\n");
        io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found
}

fn names(required: &str, need: Need) -> bool {
    let required = required.split(',').map(str::trim);
    let mut required = required.filter(|name| !name.is_empty()).map(|name| {
        let known = ALL.into_iter().find(|need| need.to_string() == name);
        known.unwrap_or_else(|| panic!("CALLSYNC_TEST_REQUIRE: no test needs '{name}'"))
    });
    required.any(|name| name == need)
}

fn is_there(need: Need) -> bool {
    match need {
        // Only the attempt tells, also whether a tmpfs can be mounted.
        Need::Seccomp => true,
        Need::Root | Need::Tmpfs => geteuid().is_root(),
        Need::Namespace => geteuid().is_root() && has_program("unshare") && has_program("nsenter"),
        Need::Accounts => geteuid().is_root() && has_program("useradd") && has_program("userdel"),
        Need::NoSettings => !Path::new("/etc/callsync/callsync.env").exists(),
        Need::Script => has_program("script"),
        Need::Python => has_program("python3"),
    }
}

fn has_program(name: &str) -> bool {
    let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    folders
        .iter()
        .any(|folder| Path::new(folder).join(name).exists())
}

#[test]
fn a_requirement_is_one_of_a_list() {
    assert!(names("root,script", Need::Script));
    assert!(names("root, script", Need::Script));
    assert!(!names("root,script", Need::Tmpfs));
    assert!(!names("", Need::Root));
}

#[test]
#[should_panic(expected = "no test needs 'scripts'")]
fn a_requirement_that_no_test_has_is_a_mistake() {
    names("scripts", Need::Script);
}
