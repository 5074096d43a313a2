//! What a process costs: a small library in C, loaded into it, tells when it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Of all threads, in the program and in the kernel.
    pub cpu_ms: f64,
    /// From files, whether they lay in memory or on the disk.
    pub read_mb: f64,
    /// Calls of `fsync` and `fdatasync`.
    pub syncs: u64,
    pub peak_mb: f64,
}

#[derive(Debug)]
pub struct Meter {
    library: PathBuf,
    report: PathBuf,
}

impl Meter {
    pub fn build(folder: &Path) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/meter.c");
        let library = folder.join("meter.so");
        let built = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .args([&library, &source])
            .status()
            .unwrap();
        assert!(built.success(), "cc could not build {}", source.display());
        Self {
            library,
            report: folder.join("meter.txt"),
        }
    }

    /// Runs a command, which must succeed with one of these exit codes, to its end.
    pub fn run(&self, command: &mut Command, exit_codes: &[i32]) -> Cost {
        fs::remove_file(&self.report).ok();
        let status = command
            .env("LD_PRELOAD", &self.library)
            .env("CALLSYNC_BENCH_METER", &self.report)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let code = status.code().unwrap_or(-1);
        assert!(
            exit_codes.contains(&code),
            "{command:?} ended with {status}"
        );
        self.read()
    }

    fn read(&self) -> Cost {
        let report = fs::read_to_string(&self.report).unwrap();
        let numbers: Vec<f64> = report
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect();
        Cost {
            cpu_ms: numbers[0] / 1e3,
            read_mb: numbers[1] / 1e6,
            syncs: numbers[2] as u64,
            peak_mb: numbers[3] / 1e3,
        }
    }
}

/// The middle one by CPU, and the highest peak.
pub fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|one, other| one.cpu_ms.total_cmp(&other.cpu_ms));
    let peaks = costs.iter().map(|cost| cost.peak_mb);
    Cost {
        peak_mb: peaks.fold(0.0, f64::max),
        ..costs[costs.len() / 2]
    }
}
