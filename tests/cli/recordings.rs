//! Recordings and shared files, fetched into a folder: each once, whole, and nothing else.

mod faults;
mod resumed;
mod selection;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use pretend_callyzer::path::{MLUVII_FILES, MLUVII_SESSIONS};
use pretend_callyzer::{Call, HostedFile, Misbehaviour, MluviiFile, MluviiSession};

use crate::moment::ago;
use crate::office::Office;
use crate::run::Run;

const CLIENT: &str = "+48601200301";
/// Of the call at Callyzer.
const CALLYZER_FILE: &str = "/recordings/c-1.mp3";

/// Session 77, two hours old, with two recordings and a file that was shared in it.
fn session() -> MluviiSession {
    let mut session = MluviiSession::new(77, "IncomingCall", CLIENT, "41", ago(120), 60);
    session.recordings = vec![
        MluviiFile::new("12", *b"both voices"),
        MluviiFile::new("13", *b"the operator"),
    ];
    let mut file = MluviiFile::new("14", *b"%PDF");
    file.name = "umowa kredytu.pdf".into();
    file.content.content_type = "application/octet-stream".into();
    session.files = vec![file];
    session
}

/// Lead 1's session 77 at mluvii and call c-1 at Callyzer, synchronised.
fn office() -> Office {
    office_of(session())
}

fn office_of(session: MluviiSession) -> Office {
    let office = Office::new().with_mluvii().going_back(1);
    office.mluvii_session(session);
    add_call(&office, "c-1", "601200301", ago(130));
    office.sync_with_log().run();
    office
}

fn add_call(office: &Office, id: &str, client: &str, at: DateTime<Utc>) {
    let mut call = Call::new(id, "600100201", client, "Outgoing", at, 60);
    call.recording_url = Some(office.callyzer.recording_url(id));
    office.call(call);
    let content = HostedFile::new(format!("voices of {id}"));
    office
        .callyzer
        .world(|world| world.recordings.insert(id.into(), content));
}

fn fetch(office: &Office, options: &[&str]) -> Run {
    office.callsync(&[&["recordings", "fetch"], options, &["saved"]].concat())
}

/// What a run prints that fetched so many, found so many there, gone, left and failed.
fn counts([fetched, there, gone, later, failed]: [u32; 5]) -> String {
    format!(
        "Nagrania: pobrane {fetched}, już były {there}, niedostępne {gone}, \
         do pobrania później {later}, nieudane {failed}\n"
    )
}

fn folder(office: &Office) -> PathBuf {
    office.path("saved")
}

/// The names in the folder behind the call's number, in order, with what is in them; but not
/// the lock.
fn saved(office: &Office) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder(office)).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name() != ".callsync.lock")
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            let (_, end) = name.rsplit_once('_').unwrap();
            let content = fs::read(entry.path()).unwrap();
            let content = String::from_utf8_lossy(&content).into_owned();
            (end.to_owned(), content)
        })
        .collect();
    files.sort();
    files
}

/// As [`saved`], without a call to convert.
fn files(saved: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, content): &(&str, &str)| ((*name).to_owned(), (*content).to_owned());
    saved.iter().map(owned).collect()
}

/// How often anybody was asked for the session, for its files, and for Callyzer's.
fn asked(office: &Office) -> [usize; 3] {
    let session = format!("{MLUVII_SESSIONS}/77");
    [session.as_str(), MLUVII_FILES, CALLYZER_FILE].map(|path| office.asked(path))
}

const CALLYZER: (&str, &str) = ("callyzer-c-1.mp3", "voices of c-1");
const BOTH: (&str, &str) = ("mluvii-77-12.mp3", "both voices");
const OPERATOR: (&str, &str) = ("mluvii-77-13.mp3", "the operator");
const SHARED: (&str, &str) = ("mluvii-77-file.14.pdf", "%PDF");

#[test]
fn recordings_of_both_systems_are_fetched_once_and_the_session_is_asked_no_more() {
    let office = office();
    fetch(&office, &[])
        .prints_only(&counts([3, 0, 0, 0, 0]))
        .run();
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
    assert_eq!(asked(&office), [1, 2, 1]);
    fetch(&office, &[])
        .prints_only(&counts([0, 3, 0, 0, 0]))
        .run();
    assert_eq!(asked(&office), [1, 2, 1]);
    assert_eq!(
        office.rows(
            "SELECT command, provider, outcome, exit_code, requests FROM sync_runs
             WHERE command LIKE 'rec%' ORDER BY id"
        ),
        [
            "recordings fetch|null|ok|0|5",
            "recordings fetch|null|ok|0|0"
        ]
    );
    let of_callyzer = &office.callyzer.requests_to(CALLYZER_FILE)[0];
    for header in ["authorization", "cookie"] {
        assert_eq!(of_callyzer.header(header), None);
    }
}

#[test]
fn with_files_what_was_shared_is_fetched_too_and_asked_for_once() {
    let office = office();
    fetch(&office, &[]).prints("pobrane 3").run();
    fetch(&office, &["--files"])
        .prints("Nagrania i pliki: pobrane 1, już były 3,")
        .run();
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR, SHARED]));
    let asked_before = asked(&office);
    for (options, line) in [(&["--files"][..], "już były 4"), (&[], "już były 3")] {
        fetch(&office, options).prints(line).run();
    }
    assert_eq!(asked(&office), asked_before);
}

#[test]
fn a_file_has_its_call_s_moment_and_number_in_its_name_and_is_its_owner_s_alone() {
    let mut hidden = MluviiSession::new(78, "IncomingCall", "", "41", ago(100), 60);
    hidden.recordings = vec![MluviiFile::new("a/../b", *b"who?")];
    let office = office_of(hidden);
    fetch(&office, &[]).prints("pobrane 2").run();
    let moment = |minutes| ago(minutes).format("%Y-%m-%dT%H%M").to_string();
    let names: Vec<_> = fs::read_dir(folder(&office))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{entry:?}");
            entry.file_name().into_string().unwrap()
        })
        .collect();
    let has = |begin: &str, end: &str| {
        names
            .iter()
            .any(|name| name.starts_with(begin) && name.ends_with(end))
    };
    assert!(
        has(&moment(130)[..13], "_+48601200301_callyzer-c-1.mp3"),
        "{names:?}"
    );
    assert!(
        has(&moment(100)[..13], "_hidden_mluvii-78-a%2F%2E%2E%2Fb.mp3"),
        "{names:?}"
    );
    let mode = fs::metadata(folder(&office)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn what_mluvii_still_processes_or_uploads_is_left_for_later() {
    let mut uploading = session();
    uploading.recordings[1].is_uploading = true;
    let office = office_of(uploading);
    fetch(&office, &[])
        .prints_only(&counts([2, 0, 0, 1, 0]))
        .says_only("left for later, as mluvii is still at work on them: 1\n")
        .run();
    office.mluvii_session(session().showing("recordingsState", "Processing"));
    fetch(&office, &[])
        .prints_only(&counts([0, 1, 0, 2, 0]))
        .says("left for later")
        .run();
    office.mluvii_session(session());
    fetch(&office, &[])
        .prints_only(&counts([1, 2, 0, 0, 0]))
        .run();
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}

#[test]
fn a_recording_that_comes_later_is_fetched_after_the_sync_that_tells_of_it() {
    let mut early = session();
    early.recordings.truncate(1);
    let office = office_of(early);
    fetch(&office, &[]).prints("pobrane 2").run();
    office.mluvii_session(session());
    office.sync_with_log().run();
    office.execute(
        "UPDATE calls SET changed_at = '2099-01-01T00:00:00Z' WHERE provider_call_id = '77'",
    );
    fetch(&office, &[]).prints("pobrane 1, już były 2").run();
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}

#[test]
fn what_is_gone_is_remembered_and_not_asked_for_again() {
    let office = office();
    office
        .callyzer
        .world(|world| world.recordings.remove("c-1"));
    office
        .callyzer
        .next(MLUVII_FILES, Misbehaviour::status(410, "{}"));
    fetch(&office, &[])
        .prints_only(&counts([1, 0, 2, 0, 0]))
        .run();
    let asked_before = asked(&office);
    fetch(&office, &[])
        .prints_only(&counts([0, 1, 2, 0, 0]))
        .run();
    assert_eq!(asked(&office), asked_before);
    assert_eq!(saved(&office), files(&[OPERATOR]));
    office.callyzer.world(|world| world.mluvii.sessions.clear());
    office.execute("DELETE FROM recordings");
    fetch(&office, &[]).prints("niedostępne 3").run();
    let asked_before = asked(&office);
    fetch(&office, &[]).prints("niedostępne 3").run();
    assert_eq!(asked(&office), asked_before);
}
