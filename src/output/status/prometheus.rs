//! The status as Prometheus reads it: gauges in its text format. What is not known has no
//! sample, for 0 would be a value.

use std::io::Write;

use anyhow::Result;

use crate::moment::Moment;
use crate::provider::Provider;
use crate::status::{SyncStatus, SystemStatus};

/// What was measured: with the value of the label, if the gauge has one.
type Sample = (Option<&'static str>, i64);

struct Gauge {
    name: &'static str,
    help: &'static str,
    label: &'static str,
    samples: Vec<Sample>,
}

impl Gauge {
    fn new(name: &'static str, help: &'static str, value: Option<i64>) -> Self {
        Self::labelled(name, help, "", value.map(|value| (None, value)))
    }

    fn labelled(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        samples: impl IntoIterator<Item = Sample>,
    ) -> Self {
        let samples = samples.into_iter().collect();
        Self {
            name,
            help,
            label,
            samples,
        }
    }

    fn write(&self, out: &mut dyn Write) -> Result<()> {
        let (name, label) = (self.name, self.label);
        if self.samples.is_empty() {
            return Ok(());
        }
        writeln!(out, "# HELP callsync_{name} {}", self.help)?;
        writeln!(out, "# TYPE callsync_{name} gauge")?;
        for (labelled, sample) in &self.samples {
            match labelled {
                Some(value) => writeln!(out, "callsync_{name}{{{label}=\"{value}\"}} {sample}")?,
                None => writeln!(out, "callsync_{name} {sample}")?,
            }
        }
        Ok(())
    }
}

pub fn write_gauges(
    out: &mut dyn Write,
    status: &SyncStatus,
    file_bytes: u64,
    now: Moment,
) -> Result<()> {
    let gauges = of_runs(status, now).into_iter();
    let mut gauges = gauges.chain(of_data(status, file_bytes));
    gauges.try_for_each(|gauge| gauge.write(out))
}

fn of_runs(status: &SyncStatus, now: Moment) -> [Gauge; 4] {
    let systems = || status.systems.iter();
    let success = status.last_success().map(|at| at.timestamp());
    let oldest = status.advisors().first().and_then(|one| one.last_synced_at);
    let exit_code =
        |one: &SystemStatus| Some((Some(one.provider.as_str()), one.runs.last_exit_code?));
    let requests = |one: &SystemStatus| (Some(one.provider.as_str()), one.recent_requests);
    [
        Gauge::new(
            "last_success_timestamp_seconds",
            "End of the last successful sync; of several systems the oldest.",
            success,
        ),
        Gauge::labelled(
            "last_run_exit_code",
            "Exit code of the last finished sync of a system; absent if it was killed.",
            "provider",
            systems().filter_map(exit_code),
        ),
        Gauge::new(
            "data_age_seconds",
            "Age of the oldest advisor's data; absent while an advisor has none.",
            oldest.map(|at| (now - at).num_seconds()),
        ),
        Gauge::labelled(
            "requests_24h",
            "Requests of the last 24 hours to a system.",
            "provider",
            systems().map(requests),
        ),
    ]
}

fn of_data(status: &SyncStatus, file_bytes: u64) -> [Gauge; 6] {
    let has_run = |one: &&SystemStatus| one.runs.last_success.is_some();
    let read: Vec<_> = status.systems.iter().filter(has_run).collect();
    let is_compared = read.iter().any(|one| one.provider == Provider::Callyzer);
    let windows = read.iter().map(|one| one.incomplete_windows.count);
    let count = |items: usize| i64::try_from(items).unwrap_or(i64::MAX);
    let unmatched = status.unmatched;
    [
        Gauge::labelled(
            "unmatched_calls",
            "Calls without a lead: waiting for one, or without attempts left.",
            "state",
            [
                (Some("waiting"), unmatched.waiting),
                (Some("exhausted"), unmatched.exhausted),
            ],
        ),
        Gauge::new(
            "quarantined_records",
            "Records that could not be understood.",
            Some(status.quarantine.count()),
        ),
        Gauge::new(
            "differing_days",
            "Days of a number on which the file and Callyzer count different calls.",
            is_compared.then(|| count(status.differences.len())),
        ),
        Gauge::new(
            "incomplete_windows",
            "Windows of which not all rows came.",
            (!read.is_empty()).then(|| windows.sum()),
        ),
        Gauge::new(
            "silent_phones",
            "Phones of active advisors that Callyzer does not hear from.",
            status
                .phones_checked_at
                .map(|_| count(status.silent_phones.len())),
        ),
        Gauge::new(
            "file_bytes",
            "Size of the database.",
            i64::try_from(file_bytes).ok(),
        ),
    ]
}
