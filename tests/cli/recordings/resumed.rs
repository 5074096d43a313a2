//! Downloads that end too soon: they go on, unless the file is another one by now.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::MLUVII_FILES;
use rustix::process::Signal;

use super::{
    BOTH, CALLYZER, CALLYZER_FILE, OPERATOR, asked, counts, fetch, files, folder, office, saved,
};
use crate::office::{Office, TIMEOUT};

/// The range that each request for the file asked for, and for which version.
fn ranges(office: &Office) -> Vec<(String, String)> {
    let requests = office.callyzer.requests_to(CALLYZER_FILE);
    let header = |request: &pretend_callyzer::Request, name: &str| {
        request.header(name).unwrap_or("none").to_owned()
    };
    requests
        .iter()
        .map(|request| (header(request, "range"), header(request, "if-range")))
        .collect()
}

fn none() -> (String, String) {
    ("none".into(), "none".into())
}

fn from(byte: u32) -> (String, String) {
    (format!("bytes={byte}-"), "\"first\"".into())
}

/// Three attempts that are cut off: 6 of 13 bytes, 3 of the rest, 2 of that.
fn cut_off(office: &Office) {
    office.callyzer.always(CALLYZER_FILE, Misbehaviour::CutOff);
    let output = fetch(office, &[])
        .fails(75)
        .prints_only(&counts([2, 0, 0, 0, 1]))
        .says("callyzer-c-1: Callyzer is unavailable: the answer was cut off; going on with it\n")
        .says("(Callyzer c-1): Callyzer is unavailable: the answer was cut off\n")
        .says("callsync: recordings and files that could not be fetched: 1\n")
        .run();
    assert!(!output.stderr.contains("601200301"), "{}", output.stderr);
    office.callyzer.behave();
    let (part, content) = &saved(office)[0];
    assert_eq!(part, "callyzer-c-1.part");
    assert!(CALLYZER.1.starts_with(content.as_str()), "{content}");
}

#[test]
fn a_download_that_was_cut_off_goes_on_in_the_same_run_and_in_the_next_one() {
    let office = office();
    cut_off(&office);
    assert_eq!(ranges(&office), [none(), from(6), from(9)]);
    fetch(&office, &[]).prints("pobrane 1, już były 2").run();
    assert_eq!(ranges(&office)[3..], [from(11)]);
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}

#[test]
fn a_part_of_a_file_that_changed_since_or_of_which_nobody_can_say_is_fetched_anew() {
    let office = office();
    cut_off(&office);
    office.callyzer.world(|world| {
        let file = world.recordings.get_mut("c-1").unwrap();
        (file.bytes, file.etag) = (b"other bytes, more".to_vec(), Some("\"second\"".into()));
    });
    fetch(&office, &[]).prints("pobrane 1").run();
    let other = (CALLYZER.0, "other bytes, more");
    assert_eq!(saved(&office), files(&[other, BOTH, OPERATOR]));

    let office = self::office();
    office.callyzer.world(|world| {
        world.recordings.get_mut("c-1").unwrap().etag = None;
    });
    cut_off(&office);
    fetch(&office, &[]).prints("pobrane 1").run();
    assert_eq!(ranges(&office), [none(), none(), none()]);
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}

#[test]
fn a_signal_ends_a_long_download_within_a_second_and_leaves_its_part() {
    let office = office();
    office.callyzer.next(CALLYZER_FILE, Misbehaviour::Drip);
    let mut first = fetch(&office, &[]).with("CALLYZER_TIMEOUT_S", "1").start();
    let part_length = || {
        let names = fs::read_dir(folder(&office)).ok()?;
        let mut paths = names.map(|entry| entry.unwrap().path());
        let part = paths.find(|path| path.extension().is_some_and(|end| end == "part"))?;
        Some(fs::metadata(part).ok()?.len())
    };
    let end = Instant::now() + TIMEOUT;
    // A byte each 100 ms: longer than the time limit.
    while part_length().unwrap_or(0) < 14 {
        assert!(Instant::now() < end, "the part does not grow");
        thread::sleep(Duration::from_millis(20));
    }
    fetch(&office, &[])
        .fails(75)
        .says("another command fetches recordings into saved")
        .run();
    let signalled = Instant::now();
    first.signal(Signal::TERM);
    assert_eq!(first.wait(), Some(75));
    assert!(signalled.elapsed() < Duration::from_secs(1));
    assert!(part_length() >= Some(14));
    assert_eq!(asked(&office), [1, 2, 1]);
    assert_eq!(
        office.value("SELECT exit_code FROM sync_runs WHERE command = 'recordings fetch'"),
        "75"
    );
    // The pretend server is a moment late to notice that its client has left.
    fetch(&office, &[]).prints("pobrane 1, już były 2").run();
    assert_eq!(office.asked(MLUVII_FILES), 2);
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}

#[test]
fn a_file_that_a_kill_kept_out_of_the_database_is_known_after_the_next_fetch() {
    let office = office();
    fetch(&office, &[]).prints("pobrane 3").run();
    let known = "SELECT call_id, recording_id, file FROM recordings ORDER BY 1, 2";
    let before = office.rows(known);
    office.execute("DELETE FROM recordings");
    fetch(&office, &[]).prints("pobrane 0, już były 3").run();
    assert_eq!(office.rows(known), before);
}

#[test]
fn a_validator_that_a_fetch_left_beside_a_whole_file_is_removed_by_the_next() {
    let office = office();
    fetch(&office, &[]).prints("pobrane 3").run();
    let entries = fs::read_dir(folder(&office)).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let whole = paths.find(|path| path.to_str().unwrap().ends_with(CALLYZER.0));
    let validator = whole.unwrap().with_extension("part.validator");
    fs::write(validator, "\"first\"").unwrap();
    fetch(&office, &[]).prints("pobrane 0, już były 3").run();
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}
