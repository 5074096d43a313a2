//! Whose recordings are fetched, and who may fetch them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};

use chrono::{Days, TimeDelta};

use super::{add_call, counts, fetch, files, saved};
use crate::accounts::{Accounts, PERSON, SERVICE, SharedOffice, uid};
use crate::moment::{ago, day_before, noon};
use crate::office::Office;

const NO_PERMISSION: &str = "callsync: Brak uprawnień do przeglądania historii połączeń\n";
const NOT_OF_ALL: &str = "callsync: only an administrator may fetch the recordings of all leads; \
                          name one: --lead ID\n";

/// A call of lead 1 two days ago, one of lead 2 yesterday, one of nobody's yesterday.
fn office_of_days() -> Office {
    let office = Office::new().going_back(4);
    let noon = |days| noon(day_before(days));
    add_call(&office, "old", "601200301", noon(2));
    add_call(&office, "of-2", "601200302", noon(1));
    add_call(
        &office,
        "nobody-s",
        "601999999",
        noon(1) + TimeDelta::minutes(1),
    );
    office.sync();
    office
}

#[test]
fn a_lead_and_a_day_choose_the_calls() {
    let office = office_of_days();
    let yesterday = day_before(1).to_string();
    for (options, line) in [
        (&["--lead", "3"][..], counts([0, 0, 0, 0, 0])),
        (
            &["--lead", "1", "--since", &yesterday],
            counts([0, 0, 0, 0, 0]),
        ),
        (&["--lead", "1"], counts([1, 0, 0, 0, 0])),
        (&["--since", &yesterday], counts([2, 0, 0, 0, 0])),
        (&[], counts([0, 3, 0, 0, 0])),
    ] {
        fetch(&office, options).prints_only(&line).run();
    }
    let tomorrow = day_before(0).checked_add_days(Days::new(1)).unwrap();
    fetch(&office, &["--since", &tomorrow.to_string()])
        .prints_only(&counts([0, 0, 0, 0, 0]))
        .run();
    fetch(&office, &["--since", "yesterday"])
        .fails(64)
        .says("yesterday")
        .run();
    fetch(&office, &["--lead", "9"]).fails(65).says("9").run();
    assert_eq!(
        office.rows("SELECT lead_id, count(*) FROM sync_runs WHERE command LIKE 'rec%' GROUP BY 1"),
        ["null|3", "1|2", "3|1"]
    );
}

#[test]
fn all_recordings_are_an_administrator_s_and_a_lead_s_are_theirs_who_may_see_the_lead() {
    let office = office_of_days();
    for (login, options, refusal) in [
        ("kierownik", &[][..], NOT_OF_ALL),
        ("anna", &[], NOT_OF_ALL),
        ("anna", &["--lead", "2"], NO_PERMISSION),
        ("celina", &["--lead", "1"], NO_PERMISSION),
        ("stranger", &["--lead", "1"], NO_PERMISSION),
    ] {
        fetch(&office, &[&["--as", login], options].concat())
            .fails(77)
            .says_only(refusal)
            .run();
    }
    assert!(!super::folder(&office).exists());
    for (login, lead) in [("anna", "1"), ("kierownik", "2")] {
        fetch(&office, &["--as", login, "--lead", lead])
            .prints("pobrane 1")
            .run();
    }
    assert_eq!(
        saved(&office),
        files(&[
            ("callyzer-of-2.mp3", "voices of of-2"),
            ("callyzer-old.mp3", "voices of old")
        ])
    );
    assert_eq!(
        office.rows("SELECT as_login, lead_id FROM sync_runs WHERE command LIKE 'rec%'"),
        ["anna|1", "kierownik|2"]
    );
}

#[test]
fn through_sudo_only_a_folder_into_which_the_service_account_fetched_before_is_written_to() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    if shared.etc.is_none() {
        return;
    }
    shared.person("administrator", true, true);
    for (folder, account) in [("kept", &SERVICE), ("persons", &PERSON)] {
        let path = shared.office.path(folder);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
        chown(&path, Some(uid(account)), None).unwrap();
    }
    let lock = shared.office.path("persons").join(".callsync.lock");
    fs::write(&lock, "").unwrap();
    chown(lock, Some(uid(&SERVICE)), None).unwrap();
    for folder in ["new/deep", "kept", "persons", "persons/../kept"] {
        let path = shared.office.path(folder).display().to_string();
        let reason = format!(
            "callsync: the folder {path} is refused through sudo; \
             name one into which the service account itself has fetched recordings\n"
        );
        for options in [&[][..], &["--lead", "1"]] {
            let arguments = [&["recordings", "fetch"], options, &[&path]].concat();
            let run = shared.run_through_sudo(&arguments);
            run.fails(77).says_only(&reason).run();
        }
    }
    assert!(!shared.office.path("new").exists());
    let kept = shared.office.path("kept");
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 0);
    let done = shared.run(&SERVICE, &[], &["recordings", "fetch", "kept"]);
    assert!(done.status.success(), "{done:?}");
    let kept = kept.display().to_string();
    shared
        .run_through_sudo(&["recordings", "fetch", "--lead", "1", &kept])
        .prints_only(&counts([0, 0, 0, 0, 0]))
        .run();
}

#[test]
fn more_calls_than_are_read_at_once_are_all_looked_at() {
    let office = Office::new().going_back(1);
    for n in 0..5 {
        add_call(&office, &format!("c-{n}"), "601200301", ago(60));
    }
    office.sync();
    // As many calls at the same second as two readings take, with recordings that are gone.
    office.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
         INSERT INTO calls (provider, provider_call_id, lead_id, status, kind, started_at,
             duration_s, recording_url, first_seen_at, changed_at)
         SELECT 'callyzer', 'x-' || n, 1, 'Wychodzące', 'PhoneCall/Voice', started_at, 1,
                recording_url, '', changed_at
         FROM n, (SELECT * FROM calls WHERE provider_call_id = 'c-0')",
    );
    office.execute(
        "INSERT INTO recordings (call_id, recording_id, gone_at)
         SELECT id, '', changed_at FROM calls WHERE provider_call_id LIKE 'x-%'",
    );
    fetch(&office, &[])
        .prints_only(&counts([5, 0, 500, 0, 0]))
        .run();
    assert_eq!(saved(&office).len(), 5);
}
