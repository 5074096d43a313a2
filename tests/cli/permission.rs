//! Who is asking, and what they may see: with real accounts where the tests run as root.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::accounts::{Accounts, Caller, PERSON, SERVICE, STRANGER, SharedOffice, uid};
use crate::office::Office;

const REFUSAL: &str = "callsync: Brak uprawnień do przeglądania historii połączeń\n";
const ROLES: [&str; 5] = [
    "administrator",
    "head",
    "manager",
    "advisor-bik",
    "advisor-cesje",
];

fn assert_refused(output: &Output, case: &str) {
    assert_eq!(output.status.code(), Some(77), "{case}: {output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), REFUSAL, "{case}");
    assert!(output.stdout.is_empty(), "{case}: {output:?}");
}

fn assert_allowed(output: &Output, case: &str) {
    assert!(output.status.success(), "{case}: {output:?}");
    assert!(
        !output.stdout.is_empty() && output.stderr.is_empty(),
        "{case}: {output:?}"
    );
}

#[test]
fn each_role_sees_what_it_may_whoever_asks_for_it() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    let callers = shared.callers();
    for &caller in &callers {
        assert_refused(
            &shared.ask(caller, &["lead", "1"]),
            &format!("nobody {caller:?}"),
        );
    }
    for role in ROLES {
        for (active, has_lead) in [(true, true), (true, false), (false, true), (false, false)] {
            shared.person(role, active, has_lead);
            let leads = active && ["administrator", "head", "manager"].contains(&role);
            let this_lead = leads || active && role == "advisor-bik" && has_lead;
            for &caller in &callers {
                for (arguments, may) in [
                    (&["lead", "1"][..], this_lead),
                    (&["lead", "2"], leads),
                    (&["unmatched"], leads),
                    (&["explain", "601200301"], leads),
                ] {
                    let case = format!("{role} {active} {has_lead} {caller:?} {arguments:?}");
                    let output = shared.ask(caller, arguments);
                    if may {
                        assert_allowed(&output, &case)
                    } else {
                        assert_refused(&output, &case)
                    }
                }
                let nowhere = shared.ask(caller, &["lead", "4242"]);
                if leads {
                    assert_eq!(nowhere.status.code(), Some(65), "{nowhere:?}");
                } else {
                    assert_refused(&nowhere, "a lead that does not exist");
                }
            }
        }
    }
    the_owner_and_root_are_administrators(&shared);
    only_administrators_stand_in_for_others(&shared);
    through_sudo_nothing_can_be_steered(&shared);
    only_administrators_maintain(&shared);
}

fn the_owner_and_root_are_administrators(shared: &SharedOffice) {
    shared.person("advisor-cesje", true, false);
    let person = uid(&PERSON).to_string();
    assert_allowed(&shared.run(&SERVICE, &[], &["lead", "1"]), "owner");
    assert_allowed(&shared.run("root", &[], &["lead", "1"]), "root");
    assert_allowed(
        &shared.run("root", &[("SUDO_UID", &person)], &["lead", "1"]),
        "root through sudo",
    );
    assert_refused(&shared.run(&STRANGER, &[], &["lead", "1"]), "stranger");
    let user = [("USER", "root"), ("LOGNAME", SERVICE.as_str())];
    assert_refused(
        &shared.run(&STRANGER, &user, &["lead", "1"]),
        "a stranger who says otherwise",
    );
}

fn only_administrators_stand_in_for_others(shared: &SharedOffice) {
    for role in ROLES {
        shared.person(role, true, true);
        for caller in shared.own_callers() {
            let output = shared.ask(caller, &["lead", "1", "--as", "anna"]);
            let case = format!("{role} as anna");
            if role == "administrator" {
                // On behalf of anna, whose lead it no longer is.
                assert_refused(&output, &case);
                assert_allowed(
                    &shared.ask(caller, &["lead", "1", "--as", "kierownik"]),
                    &case,
                );
            } else {
                assert_refused(&output, &case);
            }
        }
    }
}

fn through_sudo_nothing_can_be_steered(shared: &SharedOffice) {
    shared.person("administrator", true, false);
    let person = uid(&PERSON).to_string();
    let database = shared.office.database();
    let sudo = ("SUDO_UID", person.as_str());
    for variable in [
        "CALLSYNC_DATABASE",
        "CALLSYNC_ENV_FILE",
        "CALLYZER_BASE_URL",
        "CALLYZER_TOKEN_FILE",
        "TELECUBE_BASE_URL",
        "MLUVII_CLIENT_ID",
        "DIALOG_TOKEN",
        "HTTPS_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        let output = shared.run(&SERVICE, &[sudo, (variable, "/dev/null")], &["lead", "1"]);
        assert_not_steered(&output, variable);
    }
    for (flag, value) in [
        ("--database", database.to_str().unwrap()),
        ("--env-file", "callsync.env"),
    ] {
        let output = shared.run(&SERVICE, &[sudo], &[flag, value, "lead", "1"]);
        assert_not_steered(&output, flag);
    }
}

fn assert_not_steered(output: &Output, named: &str) {
    assert_eq!(output.status.code(), Some(77), "{named}: {output:?}");
    let refusal = format!("callsync: {named} is refused through sudo");
    assert!(
        String::from_utf8_lossy(&output.stderr).starts_with(&refusal),
        "{output:?}"
    );
}

fn only_administrators_maintain(shared: &SharedOffice) {
    let Some(sudo) = shared.sudo() else {
        return;
    };
    let backup = format!("backup {}", shared.office.path("copy.db").display());
    for role in ROLES {
        shared.person(role, true, true);
        for command in ["retry-unmatched", "export users", "export leads", &backup] {
            let arguments: Vec<_> = command.split(' ').collect();
            let output = shared.ask(sudo, &arguments);
            let code = if role == "administrator" { 0 } else { 77 };
            assert_eq!(output.status.code(), Some(code), "{role}: {output:?}");
            assert_eq!(output.stdout.is_empty(), code != 0, "{role}: {output:?}");
        }
    }
    // Nor does a setting that cannot be used let anybody else write a run's row.
    let variables = [("CALLSYNC_OVERLAP_MINUTES", "soon")];
    let refused = shared.run(&PERSON, &variables, &["sync"]);
    assert_eq!(refused.status.code(), Some(77), "{refused:?}");
    let syncs = "SELECT count(*) FROM sync_runs WHERE command = 'sync'";
    assert_eq!(shared.office.value(syncs), "0");
}

#[test]
fn an_account_that_may_only_read_sees_the_register_also_when_another_program_closed_the_file() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    shared.person("head", true, false);
    let run = |arguments: &[&str]| shared.run(&SERVICE, &[], arguments);
    assert!(run(&["-q", "retry-unmatched"]).status.success());
    let beside = |suffix: &str| shared.office.path(&format!("callsync.db{suffix}"));
    assert!(beside("-wal").exists() && beside("-shm").exists());
    assert_allowed(
        &shared.ask(Caller::Own, &["lead", "1"]),
        "beside the files of the last writer",
    );
    // Another program's closing of the file removes them.
    shared.office.execute("SELECT 1");
    assert!(!beside("-wal").exists() && !beside("-shm").exists());
    assert_allowed(&shared.ask(Caller::Own, &["lead", "1"]), "without them");
    assert!(!beside("-wal").exists());
    fs::set_permissions(shared.office.database(), Permissions::from_mode(0o600)).unwrap();
    assert_refused(
        &shared.ask(Caller::Own, &["lead", "1"]),
        "who may not read the file is nobody",
    );
}

#[test]
fn reading_changes_nothing() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    office.sync();
    let before = fs::metadata(office.database()).unwrap().modified().unwrap();
    office.callsync(&["lead", "1"]).prints("Strona 1 z 1").run();
    let json = office.callsync(&["lead", "1", "--format", "json"]).json();
    assert_eq!(json["pages"], 1);
    office
        .callsync(&["lead", "1", "--page", "2"])
        .fails(65)
        .says_only("callsync: Strona 2 nie istnieje; rejestr ma 1 stronę\n")
        .run();
    office
        .callsync(&["unmatched"])
        .prints_only("Brak nieprzetworzonych rozmów\n")
        .run();
    assert_eq!(
        fs::metadata(office.database()).unwrap().modified().unwrap(),
        before
    );
}

#[test]
fn the_state_is_for_administrators_and_heads_and_the_check_for_administrators() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    for role in ROLES {
        for active in [true, false] {
            shared.person(role, active, true);
            let administrates = active && role == "administrator";
            for (command, may) in [
                ("status", administrates || active && role == "head"),
                ("check", administrates),
            ] {
                for caller in shared.own_callers() {
                    // Never synchronised, and no token: both commands find something wrong.
                    let code = if may { 1 } else { 77 };
                    let output = shared.ask(caller, &[command]);
                    let case = format!("{role} {active} {caller:?} {command}: {output:?}");
                    assert_eq!(output.status.code(), Some(code), "{case}");
                    assert_eq!(output.stdout.is_empty(), !may, "{case}");
                    assert_eq!(output.stderr.is_empty(), may, "{case}");
                }
            }
        }
    }
}
