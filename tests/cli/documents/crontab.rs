//! The lines of the crontab, run by `/bin/sh` with the environment that cron gives: what goes
//! into the log, and what cron would mail.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pretend_callyzer::PretendCallyzer;

use super::{outputs, read};
use crate::office::Office;

/// The command of the line that starts at these times.
fn command(times: &str) -> String {
    let crontab = read("crontab.example");
    let mut lines = crontab.lines();
    lines
        .find_map(|line| line.strip_prefix(times))
        .unwrap()
        .trim_start()
        .to_owned()
}

/// What cron does at these times, with the log in the office's folder.
fn cron(office: &Office, times: &str) -> Output {
    let log = office.path("log/callsync.log");
    let command = command(times).replace("/var/log/callsync/callsync.log", log.to_str().unwrap());
    let folder = Path::new(env!("CARGO_BIN_EXE_callsync")).parent().unwrap();
    Command::new("/bin/sh")
        .args(["-c", &command])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .env("CALLSYNC_DATABASE", office.database())
        .env("CALLSYNC_ENV_FILE", office.path("callsync.env"))
        .env("CALLYZER_BASE_URL", office.callyzer.base_url())
        .env("CALLYZER_TOKEN", PretendCallyzer::TOKEN)
        .env("CALLYZER_INTERVAL_MS", "0")
        .output()
        .unwrap()
}

const SYNC: &str = "*/15 * * * *";
const STATUS: &str = "7 * * * *";

#[track_caller]
fn assert_mails(output: &Output, code: i32, mail: &str) {
    assert_eq!(
        (outputs(output).as_str(), output.status.code()),
        (mail, Some(code))
    );
}

#[test]
fn cron_mails_nothing_while_all_is_well_and_an_hourly_word_when_not() {
    let office = Office::new().going_back(1);
    fs::create_dir(office.path("log")).unwrap();
    assert_mails(&cron(&office, SYNC), 0, "");
    assert_mails(&cron(&office, STATUS), 0, "");
    office
        .callyzer
        .world(|world| world.token = "another".into());
    assert_mails(&cron(&office, SYNC), 77, "");
    assert_mails(
        &cron(&office, STATUS),
        1,
        "callsync: Ostatnia synchronizacja nie powiodła się: Callyzer odrzucił token \
         (401: Invalid access token); odnów CALLYZER_TOKEN\n",
    );
    office.file("callsync.env", "CALLSYNC_OVERLAP_MINUTES='an hour'\n");
    assert_mails(&cron(&office, SYNC), 78, "");
    let file = office.path("callsync.env");
    let unusable = format!(
        "CALLSYNC_OVERLAP_MINUTES ({}): 'an hour' is no whole number from 0 to 10080",
        file.display()
    );
    assert_mails(
        &cron(&office, STATUS),
        78,
        &format!("callsync: {unusable}\n"),
    );
    let log = fs::read_to_string(office.path("log/callsync.log")).unwrap();
    let ends = log.lines().filter(|line| line.contains(" sync ends: "));
    let ends: Vec<_> = ends
        .map(|line| line.split_once("run ").unwrap().1)
        .collect();
    let runs = office.rows("SELECT id FROM sync_runs WHERE command = 'sync' ORDER BY id");
    let expected = [
        "exit 0, 3 requests: 0 calls (0 new, 0 changed), 0 assigned, 0 unmatched, 0 quarantined",
        "exit 77: Callyzer refused the token (401: Invalid access token); renew CALLYZER_TOKEN",
        &format!("exit 78: {unusable}"),
    ];
    let expected = runs.iter().zip(expected);
    let expected: Vec<_> = expected.map(|(run, end)| format!("{run}, {end}")).collect();
    assert_eq!(ends, expected);
    for line in log.lines() {
        let (time, record) = line.split_once(' ').unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{line}");
        let is_level = |level| record.starts_with(level);
        assert!(
            ["ERROR ", "WARN  ", "INFO  "].into_iter().any(is_level),
            "{line}"
        );
    }
}

#[test]
fn cron_mails_that_the_folder_of_the_log_is_gone() {
    let office = Office::unasked();
    let output = cron(&office, SYNC);
    let mail = outputs(&output);
    assert!(
        !output.status.success() && mail.contains("log/callsync.log"),
        "{mail}"
    );
}

#[test]
fn the_two_lines_of_the_crontab_start_in_different_minutes() {
    let minute: u32 = STATUS.split(' ').next().unwrap().parse().unwrap();
    assert!(!minute.is_multiple_of(15));
    command(SYNC);
    assert_eq!(command(STATUS), "callsync -q status");
    assert!(read("crontab.example").contains("\nMAILTO=root\n"));
}
