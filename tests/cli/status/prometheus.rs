//! The status for Prometheus, and the example that keeps it for node_exporter.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pretend_callyzer::PretendCallyzer;

use super::office;
use crate::moment::{ago, text};
use crate::office::Office;

const PROMETHEUS: [&str; 3] = ["status", "--format", "prometheus"];

/// The value of each sample, by its name with its label; each gauge has help and type.
fn samples(office: &Office, code: i32) -> Vec<(String, i64)> {
    let run = office.callsync(&PROMETHEUS).fails(code);
    let printed = run.prints("# HELP callsync_").run().stdout;
    let mut announced = "";
    let mut samples = Vec::new();
    for line in printed.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            announced = help.split_once(' ').unwrap().0;
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{announced} gauge"));
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(name.split('{').next(), Some(announced));
            samples.push((name.to_owned(), value.parse().unwrap()));
        }
    }
    samples
}

fn value(samples: &[(String, i64)], name: &str) -> Option<i64> {
    let mut samples = samples.iter();
    samples
        .find(|(found, _)| found == name)
        .map(|(_, value)| *value)
}

#[test]
fn the_gauges_are_those_that_monitors_rely_on() {
    let office = office();
    office.execute(&format!(
        "UPDATE sync_dates SET last_synced_at = '{}' WHERE number = '+48600100201';
         INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at)
         VALUES ('callyzer', 'no id', '{{}}', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
         INSERT INTO phones VALUES ('callyzer', '+48600100203', NULL, 'uninstalled', '{}')",
        text(ago(20)),
        text(ago(0)),
    ));
    let samples = samples(&office, 1);
    let names: Vec<_> = samples.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "callsync_last_success_timestamp_seconds",
        "callsync_last_run_exit_code{provider=\"callyzer\"}",
        "callsync_data_age_seconds",
        "callsync_requests_24h{provider=\"callyzer\"}",
        "callsync_unmatched_calls{state=\"waiting\"}",
        "callsync_unmatched_calls{state=\"exhausted\"}",
        "callsync_quarantined_records",
        "callsync_differing_days",
        "callsync_incomplete_windows",
        "callsync_silent_phones",
        "callsync_file_bytes",
    ];
    assert_eq!(names, expected);
    let finished = "SELECT unixepoch(max(finished_at)) FROM sync_runs WHERE command = 'sync'";
    for (name, expected) in [
        (expected[0], office.value(finished)),
        (expected[1], "0".into()),
        (
            expected[3],
            office.value("SELECT sum(requests) FROM sync_runs"),
        ),
        (expected[4], "1".into()),
        (expected[5], "0".into()),
        (expected[6], "1".into()),
        (expected[9], "1".into()),
        (
            expected[10],
            fs::metadata(office.database()).unwrap().len().to_string(),
        ),
    ] {
        assert_eq!(
            value(&samples, name).unwrap().to_string(),
            expected,
            "{name}"
        );
    }
    let age = value(&samples, "callsync_data_age_seconds").unwrap();
    assert!((1200..1300).contains(&age), "{age}");
}

#[test]
fn what_is_not_known_has_no_sample_and_a_failure_has_its_exit_code() {
    let office = Office::new();
    let before = samples(&office, 1);
    for unknown in [
        "callsync_last_success_timestamp_seconds",
        "callsync_last_run_exit_code{provider=\"callyzer\"}",
        "callsync_data_age_seconds",
        "callsync_differing_days",
        "callsync_incomplete_windows",
        "callsync_silent_phones",
    ] {
        assert_eq!(value(&before, unknown), None, "{unknown}");
    }
    assert_eq!(value(&before, "callsync_quarantined_records"), Some(0));
    office
        .callyzer
        .world(|world| world.token = "another".into());
    office.failing_sync(77).run();
    let exit_code = "callsync_last_run_exit_code{provider=\"callyzer\"}";
    assert_eq!(value(&samples(&office, 1), exit_code), Some(77));
    office
        .callsync(&["-q", "status", "--format", "prometheus"])
        .fails(1)
        .logs()
        .run();
}

fn node_exporter(office: &Office, folder: &Path, database: &Path) -> Output {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/node_exporter.sh");
    let binaries = Path::new(env!("CARGO_BIN_EXE_callsync")).parent().unwrap();
    Command::new("sh")
        .args([example.as_path(), folder])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", binaries.display()))
        .env("CALLSYNC_ENV_FILE", office.path("callsync.env"))
        .env("CALLSYNC_DATABASE", database)
        .env("CALLYZER_TOKEN", PretendCallyzer::TOKEN)
        .output()
        .unwrap()
}

#[test]
fn the_example_keeps_the_last_status_that_could_be_told() {
    let office = office();
    let folder = office.path("text files");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("callsync.prom");
    let files = || fs::read_dir(&folder).unwrap().count();
    office.execute("UPDATE sync_runs SET outcome = 'failed', exit_code = 76");
    let told = node_exporter(&office, &folder, &office.database());
    assert_eq!((told.status.code(), told.stderr), (Some(0), Vec::new()));
    let kept = fs::read_to_string(&file).unwrap();
    assert!(
        kept.contains("callsync_last_run_exit_code{provider=\"callyzer\"} 76\n"),
        "{kept}"
    );
    let untold = node_exporter(&office, &folder, Path::new("/nowhere/callsync.db"));
    assert_eq!(untold.status.code(), Some(74));
    assert_eq!(fs::read_to_string(&file).unwrap(), kept);
    assert_eq!(files(), 1);
}
