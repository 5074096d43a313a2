//! What a program that asked for JSON reads when a command fails: one object.

use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::{Value, json};

use crate::moment::ago;
use crate::office::Office;

/// The object of a failing command, whose message is also the last line on standard error.
fn failure(office: &Office, arguments: &[&str], code: i32) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    let output = office.callsync(&arguments).fails(code).prints("{").logs();
    let output = output.run();
    assert_eq!(output.stdout.lines().count(), 1, "{}", output.stdout);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    let last = format!(": {}\n", object["message"].as_str().unwrap());
    assert!(output.stderr.ends_with(&last), "{last}{}", output.stderr);
    object
}

#[test]
fn every_command_that_fails_prints_its_message_and_exit_code() {
    let office = Office::unasked();
    for (arguments, code, message) in [
        (&["lead", "99"][..], 65, "Nie ma leada o identyfikatorze 99"),
        (&["stats", "--team", "none"], 65, "Nie ma zespołu"),
        (&["unmatched", "--as", "nobody"], 77, "Brak uprawnień"),
    ] {
        let object = failure(&office, arguments, code);
        let found = object["message"].as_str().unwrap();
        assert!(found.starts_with(message), "{found}");
        assert_eq!(object, json!({"message": found, "exit_code": code}));
    }
    let empty = Office::empty();
    empty.callyzer.may_stay_unasked();
    for command in ["lead 1", "unmatched", "stats", "status", "retry-unmatched"] {
        let arguments: Vec<_> = command.split(' ').collect();
        let object = failure(&empty, &arguments, 74);
        assert_eq!(object.as_object().unwrap().len(), 2, "{object}");
    }
}

#[test]
fn a_quiet_command_prints_its_failure_too_and_one_that_is_used_wrongly_none() {
    let office = Office::unasked();
    office
        .callsync(&["-q", "lead", "1", "--format", "json"])
        .prints_only("")
        .run();
    let object = failure(&office, &["-q", "lead", "99"], 65);
    assert_eq!(object["exit_code"], 65);
    // Its own object.
    let refused = office.callsync(&["-q", "refresh-lead", "99", "--format", "json"]);
    let object = refused.fails(65).says("Nie ma leada").json();
    assert_eq!(object["removed"], 0);
    for arguments in [
        &["lead", "one", "--format", "json"][..],
        &["sync", "--since", "2999-01-01", "--format", "json"],
    ] {
        office.callsync(arguments).fails(64).logs().run();
    }
}

#[test]
fn a_reader_that_has_gone_leaves_the_exit_code_of_a_failure() {
    let office = Office::unasked();
    let lead = |id: &str| {
        let run = office.callsync(&["lead", id, "--format", "json"]);
        run.into_closed_pipe()
    };
    lead("1").run();
    lead("99").fails(65).says("Nie ma leada").run();
}

#[test]
fn a_sync_prints_what_it_did_with_each_system() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 50, 87),
        ("c-2", "600100202", "601200399", "Incoming", 40, 12),
    ]);
    let odd = Call::new("odd", "600100201", "601200301", "Outgoing", ago(50), 87);
    office.call(odd.showing("call_type", "Conference"));
    let sync = || office.callsync(&["sync", "--format", "json"]).logs();
    let done = sync().json();
    let requests = done["systems"][0]["requests"].clone();
    assert_eq!(
        requests.to_string(),
        office.value("SELECT requests FROM sync_runs WHERE command = 'sync'")
    );
    let expected = json!({"exit_code": 0, "message": null, "systems": [{
        "provider": "callyzer", "exit_code": 0, "message": null, "requests": requests,
        "read": 3, "new": 2, "changed": 0, "assigned": 1, "unmatched": 1, "quarantined": 1,
    }]});
    assert_eq!(done, expected);
    let dry_run = office.callsync(&["sync", "--dry-run", "--format", "json"]);
    assert_eq!(dry_run.logs().json()["systems"][0]["new"], 0);
}

#[test]
fn a_sync_that_fails_prints_the_failure_of_each_system_beside_what_was_stored() {
    let office = Office::new().with_telecube();
    office.call(Call::new(
        "c-1",
        "600100201",
        "601200301",
        "Outgoing",
        ago(50),
        87,
    ));
    office
        .callyzer
        .world(|world| world.telecube.token = "another".into());
    let failed = failure(&office, &["sync"], 77);
    assert_eq!(failed["exit_code"], 77);
    let [callyzer, telecube] = [0, 1].map(|n| failed["systems"][n].clone());
    assert_eq!(callyzer["exit_code"], 0);
    assert_eq!(
        (&callyzer["message"], &callyzer["new"]),
        (&Value::Null, &json!(1))
    );
    assert_eq!(
        (&telecube["provider"], &telecube["exit_code"]),
        (&json!("telecube"), &json!(77))
    );
    assert_eq!(
        (&telecube["message"], &telecube["requests"]),
        (&failed["message"], &json!(1))
    );

    let office = Office::with_old_calls();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::status(404, "gone"));
    let failed = failure(&office, &["sync"], 76);
    assert_eq!(failed["systems"][0]["exit_code"], 76);

    let empty = Office::empty();
    empty.callyzer.may_stay_unasked();
    assert_eq!(failure(&empty, &["sync"], 74)["systems"], json!([]));
}

#[test]
fn a_new_try_prints_its_counts() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    office.sync();
    let run = office.callsync(&["retry-unmatched", "--format", "json"]);
    assert_eq!(run.json(), json!({"tried": 1, "assigned": 0}));
}

#[test]
fn a_refresh_that_fails_prints_its_own_object_alone() {
    let office = Office::unasked();
    let refresh = office.callsync(&["refresh-lead", "99", "--format", "json"]);
    let object = refresh.fails(65).says("Nie ma leada").json();
    assert_eq!(object["message"], "Nie ma leada o identyfikatorze 99");
    let keys: Vec<_> = object.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "changed",
            "exit_code",
            "message",
            "new",
            "removed",
            "status"
        ]
    );
    let unset = office.callsync(&["refresh-lead", "1", "--format", "json"]);
    let unset = unset.with("CALLYZER_TIMEZONE", "Warsaw").fails(78).logs();
    assert_eq!(unset.json()["exit_code"], 78);
}
