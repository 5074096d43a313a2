//! A `sync` that cannot begin for a setting: its row, and what `status` says of it.

use serde_json::json;

use crate::office::Office;

const SYNCS: &str = "SELECT command, provider, outcome, exit_code, requests, error FROM sync_runs
                     WHERE command LIKE 'sync%' ORDER BY id";
const NOT_SET: &str = "TELECUBE_BASE_URL is not set; put it into";
const SOON: &str =
    "CALLSYNC_OVERLAP_MINUTES (environment): 'soon' is no whole number from 0 to 10080";

/// A `sync` that a setting keeps from asking any system, quiet.
#[track_caller]
fn refused(office: &Office, arguments: &[&str]) -> String {
    let run = office.callsync(&[&["-q", "sync"], arguments].concat());
    let run = run.with("CALLSYNC_OVERLAP_MINUTES", "soon");
    run.fails(78).says(SOON).run().stderr
}

#[test]
fn it_has_a_row_and_the_status_names_it_until_a_sync_succeeds() {
    let office = Office::with_old_calls();
    office.sync();
    let end = refused(&office, &[]);
    let row = office.value("SELECT id, account IS NOT NULL FROM sync_runs WHERE error IS NOT NULL");
    let (run, has_account) = row.split_once('|').unwrap();
    assert!(
        end.ends_with(&format!("Z ERROR sync ends: run {run}, exit 78: {SOON}\n")),
        "{end}"
    );
    assert_eq!(has_account, "1");
    assert_eq!(
        office.rows(SYNCS)[1..],
        [format!("sync|null|failed|78|0|{SOON}")]
    );

    let status = |code, arguments: &[&str]| {
        let run = office.callsync(&[&["status"], arguments].concat());
        run.fails(code).prints("").run().stdout
    };
    let failed: serde_json::Value =
        serde_json::from_str(&status(1, &["--format", "json"])).unwrap();
    let problem = format!("Ostatnia synchronizacja nie powiodła się: {SOON}");
    assert_eq!(failed["problems"], json!([problem]));
    assert_eq!(failed["last_failure"]["error"], SOON);
    let code =
        |code: i32| format!("\ncallsync_last_run_exit_code{{provider=\"callyzer\"}} {code}\n");
    assert!(status(1, &["--format", "prometheus"]).contains(&code(78)));

    office.sync();
    assert!(status(0, &[]).contains(&format!(" ({SOON})\n")));
    assert!(status(0, &["--format", "prometheus"]).contains(&code(0)));
}

#[test]
fn of_several_systems_it_is_named_once() {
    let office = Office::new().with_telecube();
    office.sync();
    refused(&office, &[]);
    let quiet = office.callsync(&["-q", "status"]).fails(1);
    let problem = format!("callsync: Ostatnia synchronizacja nie powiodła się: {SOON}\n");
    quiet.says_only(&problem).run();
}

#[test]
fn where_each_system_s_settings_are_unusable_each_has_its_row() {
    let office = Office::unasked().with_telecube();
    let run = office.callsync(&["sync", "--format", "json"]).logs();
    let run = run.with("CALLYZER_INTERVAL_MS", "x");
    let failed = run.with("TELECUBE_INTERVAL_MS", "y").fails(78).json();
    let systems = [&failed["systems"][0], &failed["systems"][1]];
    assert_eq!(systems.map(|one| &one["exit_code"]), [78, 78]);
    let reason = |key: &str, value: &str| {
        format!("{key} (environment): '{value}' is no whole number from 0 to 600000")
    };
    let (callyzer, telecube) = (
        reason("CALLYZER_INTERVAL_MS", "x"),
        reason("TELECUBE_INTERVAL_MS", "y"),
    );
    assert_eq!(failed["message"], callyzer);
    assert_eq!(
        office.rows(SYNCS),
        [
            format!("sync|callyzer|failed|78|0|{callyzer}"),
            format!("sync|telecube|failed|78|0|{telecube}")
        ]
    );
}

#[test]
fn a_system_that_is_named_and_not_set_up_is_none_that_was_asked() {
    let office = Office::unasked();
    let arguments = [
        "-q",
        "sync",
        "--provider",
        "telecube",
        "--since",
        "2026-01-01",
    ];
    office.callsync(&arguments).fails(78).says(NOT_SET).run();
    let rows = office.rows(SYNCS);
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].starts_with(&format!("sync --since|null|failed|78|0|{NOT_SET}")),
        "{rows:?}"
    );
}

#[test]
fn where_no_row_is_to_be_written_there_is_none() {
    let office = Office::unasked();
    refused(&office, &["--dry-run"]);
    // The line of the database may be the one that cannot be read.
    office.file("callsync.env", "CALLSYNC_DATABASE=data\\base\n");
    let run = office
        .callsync(&["-q", "sync"])
        .without("CALLSYNC_DATABASE");
    run.fails(78).says("ERROR sync ends: exit 78: ").run();
    assert_eq!(office.rows(SYNCS), [""; 0]);
    let empty = Office::empty();
    empty.callyzer.may_stay_unasked();
    let run = empty
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_OVERLAP_MINUTES", "soon");
    run.fails(74)
        .says(SOON)
        .says(" sync ends: exit 74: the database ")
        .run();
    assert!(!empty.database().exists());
}
