//! What must not become a recording, and what must not keep others from being fetched.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use pretend_callyzer::path::{MLUVII_FILES, MLUVII_SESSIONS, MLUVII_TOKEN};
use pretend_callyzer::{HostedFile, Misbehaviour, PretendCallyzer};
use serde_json::json;

use super::{
    BOTH, CALLYZER, CALLYZER_FILE, OPERATOR, add_call, counts, fetch, files, folder, office,
    office_of, saved, session,
};
use crate::moment::ago;

#[test]
fn what_could_not_be_fetched_keeps_nothing_else_from_being_fetched() {
    let office = office();
    office
        .callyzer
        .next(MLUVII_FILES, Misbehaviour::status(400, "odd"));
    office
        .callyzer
        .always(CALLYZER_FILE, Misbehaviour::status(503, "busy"));
    let output = fetch(&office, &[])
        .fails(75)
        .prints_only(&counts([1, 0, 0, 0, 2]))
        .says("(mluvii 77): mluvii's answer is not what its API documents: 400 Bad Request: odd\n")
        .says("(Callyzer c-1): Callyzer is unavailable: 503 Service Unavailable: busy\n")
        .run();
    let last = "callsync: recordings and files that could not be fetched: 2\n";
    assert!(output.stderr.ends_with(last), "{}", output.stderr);
    assert_eq!(
        office.value("SELECT outcome, error FROM sync_runs WHERE command = 'recordings fetch'"),
        "failed|recordings and files that could not be fetched: 2"
    );
    office.callyzer.behave();
    fetch(&office, &[]).prints("pobrane 2, już były 1").run();
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}

#[test]
fn a_page_in_place_of_a_recording_is_a_refused_login_and_never_stored() {
    for page in [
        Misbehaviour::NotJson,
        Misbehaviour::Redirect("/mluvii/login".into()),
        Misbehaviour::status(401, "{}"),
    ] {
        let office = office();
        office.callyzer.always(MLUVII_FILES, page.clone());
        fetch(&office, &[])
            .fails(77)
            .prints_only(&counts([1, 0, 0, 0, 2]))
            .says("mluvii")
            .logs()
            .run();
        assert_eq!(saved(&office), files(&[CALLYZER]), "{page:?}");
        let logins = office.asked(MLUVII_TOKEN);
        assert_eq!(
            logins, 4,
            "of the sync, before the session, after each file"
        );
    }
    let office = office();
    office.callyzer.next(CALLYZER_FILE, Misbehaviour::NotJson);
    fetch(&office, &[])
        .fails(75)
        .prints("nieudane 1")
        .says("a web page in place of the file")
        .run();
    fetch(&office, &[]).prints("pobrane 1").run();
}

#[test]
fn a_system_s_own_words_are_no_recording_but_may_have_been_shared() {
    let mut shared = session();
    shared.recordings[0].content.content_type = "application/problem+json".into();
    shared.files[0].content.content_type = "application/json".into();
    shared.files[0].name = "oferta.csv".into();
    let office = office_of(shared);
    let xml = HostedFile {
        content_type: "application/xml; charset=UTF-8".into(),
        ..HostedFile::new(*b"<Error><Code>AccessDenied</Code></Error>")
    };
    office
        .callyzer
        .world(|world| world.recordings.insert("c-1".into(), xml));
    fetch(&office, &["--files"])
        .fails(75)
        .prints("pobrane 2, już były 0, niedostępne 0, do pobrania później 0, nieudane 2\n")
        .says("(mluvii 77): mluvii's answer is not what its API documents: JSON or XML in place")
        .says("(Callyzer c-1): Callyzer's answer is not what its API documents: JSON or XML")
        .run();
    assert_eq!(
        saved(&office),
        files(&[OPERATOR, ("mluvii-77-file.14.csv", "%PDF")])
    );
}

#[test]
fn what_can_never_be_fetched_keeps_no_later_recording_from_being_fetched() {
    let office = office();
    for n in 1..=3 {
        add_call(&office, &format!("lost-{n}"), "601200301", ago(140));
    }
    office.execute("UPDATE sync_dates SET last_synced_at = '2026-01-01T00:00:00Z'");
    office.sync_with_log().run();
    office.callyzer.when(
        |request| request.path.contains("lost"),
        Misbehaviour::status(503, "lost"),
    );
    let not_yours = Misbehaviour::status(403, "not yours");
    office.callyzer.next(MLUVII_FILES, not_yours);
    fetch(&office, &[])
        .fails(77)
        .prints("nieudane 4\n")
        .says("(mluvii 77): mluvii forbids it")
        .says("Callyzer is left alone in this run: 3 failures in a row\n")
        .logs()
        .run();
    assert_eq!(saved(&office), files(&[CALLYZER, OPERATOR]));
}

#[test]
fn a_token_that_ends_between_two_files_is_renewed() {
    let office = office();
    office
        .callyzer
        .next(MLUVII_FILES, Misbehaviour::Redirect("/mluvii/login".into()));
    fetch(&office, &[]).prints("pobrane 3").logs().run();
    assert_eq!(saved(&office), files(&[CALLYZER, BOTH, OPERATOR]));
}

#[test]
fn a_file_on_another_server_gets_no_credential_and_is_reported() {
    let office = office_of(session());
    let elsewhere = office
        .callyzer
        .recording_url("c-1")
        .replace("127.0.0.1", "localhost");
    let recording = json!([{"id": 12, "name": "12", "type": "Operator", "downloadUrl": elsewhere,
                            "isUploading": false, "isDeleted": false}]);
    office.mluvii_session(session().showing("recordings", recording));
    fetch(&office, &["--lead", "1"])
        .fails(75)
        .prints("pobrane 1,")
        .says("its file is on another server (localhost), which is sent no credential")
        .run();
    assert_eq!(office.asked(CALLYZER_FILE), 1);
    let requests = office.callyzer.requests();
    let with_token = requests.iter().filter(|request| {
        let header = request.header("authorization");
        header.is_some_and(|header| header.contains(PretendCallyzer::MLUVII_TOKEN))
    });
    for request in with_token {
        assert_eq!(request.version, "mluvii", "{request:?}");
    }
    assert_eq!(office.asked(&format!("{MLUVII_SESSIONS}/77")), 1);
}

#[test]
fn a_system_that_does_not_answer_is_left_alone_after_three_failures() {
    let office = office();
    for n in 1..=4 {
        let mut other = session();
        other.id = 80 + n;
        office.mluvii_session(other);
    }
    office.sync_with_log().run();
    office.callyzer.when(
        |request| request.path.starts_with(&format!("{MLUVII_SESSIONS}/")),
        Misbehaviour::DropConnection,
    );
    fetch(&office, &[])
        .fails(75)
        .prints_only(&counts([1, 0, 0, 0, 5]))
        .says("mluvii is left alone in this run: 3 failures in a row\n")
        .run();
    let asked = office.callyzer.requests().into_iter();
    let asked = asked.filter(|request| request.path.starts_with(&format!("{MLUVII_SESSIONS}/")));
    assert_eq!(asked.count(), 9);
}

#[test]
fn a_system_without_settings_is_told_and_the_other_one_is_fetched() {
    let office = office();
    fetch(&office, &[])
        .without("MLUVII_BASE_URL")
        .without("MLUVII_CLIENT_ID")
        .without("MLUVII_CLIENT_SECRET")
        .fails(78)
        .prints_only(&counts([1, 0, 0, 0, 1]))
        .says("MLUVII_BASE_URL is not set")
        .run();
    assert_eq!(saved(&office), files(&[CALLYZER]));
}

#[test]
fn a_folder_that_others_may_look_into_is_warned_of_and_a_file_is_none() {
    let office = office();
    fs::create_dir(folder(&office)).unwrap();
    fs::set_permissions(folder(&office), fs::Permissions::from_mode(0o755)).unwrap();
    fetch(&office, &[])
        .prints("pobrane 3")
        .says_only("the folder saved (mode 0755) is open to other accounts; chmod 700 saved\n")
        .run();
    fs::remove_dir_all(folder(&office)).unwrap();
    office.file("saved", "a file");
    fetch(&office, &[])
        .fails(64)
        .says("could not use the folder saved")
        .run();
}
