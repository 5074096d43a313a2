//! A disk that fails as told, for one run of the built binary: a small library in C, loaded
//! into it before the C library. What builds callsync builds it too.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::office::Office;
use crate::run::Output;

static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let disk = ["calls", "trap", "faults", "space"].map(|name| format!("proof/io/{name}.c"));
    let sources = disk.iter().map(String::as_str).chain(["machine_clock.c"]);
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faulty_disk.so");
    // Nobody loads it half written: other test runs may be under way.
    let draft = library.with_extension(std::process::id().to_string());
    let built = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-o"])
        .arg(&draft)
        .args(sources.map(|source| folder.join(source)))
        .status()
        .unwrap();
    assert!(built.success(), "cc could not build the faulty disk");
    fs::rename(draft, &library).unwrap();
    library
});

/// What calls to the disk do, as the library numbers it. The first are all but reading.
const KINDS: [&str; 10] = [
    "change", "write", "sync", "truncate", "rename", "remove", "create", "map", "allocate", "read",
];
const CHANGE: usize = 0;
const WRITE: usize = 1;
const READ: usize = 9;

const PAGE: u64 = 4096;

/// What the disk does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    None,
    /// The n-th change fails (EIO).
    Broken(u64),
    /// The n-th change fails as on a full disk (ENOSPC).
    Full(u64),
    BrokenFrom(u64),
    FullFrom(u64),
    /// The n-th write is done by half.
    Half(u64),
    /// The n-th reading of the database and what is beside it fails.
    Unreadable(u64),
    /// So many pages are free.
    Free(u64),
}

impl Fault {
    /// Whether the disk is sound again after one call.
    pub fn is_once(self) -> bool {
        matches!(
            self,
            Self::Broken(_) | Self::Full(_) | Self::Half(_) | Self::Unreadable(_)
        )
    }

    /// What the library is told.
    fn settings(self) -> (String, Option<u64>) {
        let calls = |kind: usize, first: u64, last: u64, error: Errno| {
            (format!("{kind} {first} {last} {}", error as i32), None)
        };
        let for_ever = u64::MAX;
        match self {
            Self::None => calls(CHANGE, 0, 0, Errno::Half),
            Self::Broken(n) => calls(CHANGE, n, n, Errno::Io),
            Self::Full(n) => calls(CHANGE, n, n, Errno::NoSpace),
            Self::BrokenFrom(n) => calls(CHANGE, n, for_ever, Errno::Io),
            Self::FullFrom(n) => calls(CHANGE, n, for_ever, Errno::NoSpace),
            Self::Half(n) => calls(WRITE, n, n, Errno::Half),
            Self::Unreadable(n) => calls(READ, n, n, Errno::Io),
            Self::Free(pages) => (Self::None.settings().0, Some(pages * PAGE)),
        }
    }
}

/// As Linux numbers them.
#[derive(Clone, Copy)]
enum Errno {
    Half = 0,
    Io = 5,
    NoSpace = 28,
}

/// What a run did to the disk.
pub struct Report {
    calls: [u64; KINDS.len()],
    grown: u64,
    pub failed: u64,
    kind: usize,
    file: String,
}

impl Report {
    /// None if the library could not be loaded.
    fn read(file: &Path) -> Option<Self> {
        let bytes = fs::read(file).unwrap();
        let number = |place: usize| {
            let bytes = bytes[place * 8..][..8].try_into().unwrap();
            u64::from_ne_bytes(bytes)
        };
        let behind = 1 + KINDS.len();
        let name = bytes[(behind + 3) * 8..].split(|byte| *byte == 0);
        (number(0) == 1).then(|| Self {
            calls: std::array::from_fn(|kind| number(1 + kind)),
            grown: number(behind),
            failed: number(behind + 1),
            kind: number(behind + 2) as usize,
            file: String::from_utf8_lossy(name.into_iter().next().unwrap()).into_owned(),
        })
    }

    /// Every fault that a disk can have during such a run.
    pub fn faults(&self) -> Vec<Fault> {
        let changes = || 1..=self.calls[CHANGE];
        let ways = [
            Fault::Broken,
            Fault::Full,
            Fault::BrokenFrom,
            Fault::FullFrom,
        ];
        let mut faults: Vec<_> = ways
            .into_iter()
            .flat_map(|way| changes().map(way))
            .collect();
        faults.extend((1..=self.calls[WRITE]).map(Fault::Half));
        faults.extend((1..=self.calls[READ]).map(Fault::Unreadable));
        faults.extend((0..=self.grown / PAGE).map(Fault::Free));
        faults
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", KINDS[self.kind], self.file)
    }
}

/// How a run on a faulty disk ended.
pub struct Ended {
    pub code: Option<i32>,
    pub output: Output,
    pub report: Report,
}

/// Runs a command in the office, whose folder is on a disk that fails so. None if the kernel
/// lets nobody filter calls.
pub fn run(office: &Office, arguments: &[&str], fault: Fault) -> Option<Ended> {
    run_with(office, arguments, fault, "")
}

/// As [`run`]; only files whose names end so are on the disk.
pub fn run_with(office: &Office, arguments: &[&str], fault: Fault, file: &str) -> Option<Ended> {
    let folder = TempDir::new().unwrap();
    let report = folder.path().join("report");
    let (calls, free) = fault.settings();
    let mut run = office
        .callsync(arguments)
        .with("LD_PRELOAD", LIBRARY.as_path())
        .with("CALLSYNC_TEST_IO_FOLDER", office.folder())
        .with("CALLSYNC_TEST_IO_DATABASE", office.database())
        .with("CALLSYNC_TEST_IO_FILE", file)
        .with("CALLSYNC_TEST_IO_REPORT", &report)
        .with("CALLSYNC_TEST_IO_FAULT", calls)
        .with("SQLITE_TMPDIR", office.folder());
    // Only where it is counted it is known.
    let free = free.unwrap_or(1 << 40);
    run = run.with("CALLSYNC_TEST_IO_SPACE", free.to_string());
    let (code, output) = run.outcome();
    Some(Ended {
        code,
        output,
        report: Report::read(&report)?,
    })
}
