//! Whose the database is: through sudo, and where root made it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::process::Command;

use crate::accounts::{Accounts, PERSON, SERVICE, SharedOffice, uid};
use crate::need::{self, Need};
use crate::office::{Office, USERS};
use crate::ping::watcher;
use crate::run::Run;

/// The office's account of nobody's login.
const SERVICE_UID: u32 = 64_321;

#[test]
fn through_sudo_only_a_database_counts_that_the_service_account_owns_at_a_whole_path() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    let Some(etc) = &shared.etc else {
        return;
    };
    // Who typed the command is an administrator in the file that lies in the caller's folder.
    shared.person("administrator", true, false);
    let refused = |settings: &str, command: &[&str], code: i32, reason: &str| {
        etc.settings(settings);
        let run = shared.run_through_sudo(command).fails(code);
        let begin = match command {
            ["sync"] => format!("ERROR sync ends: exit {code}: "),
            _ => "callsync: ".into(),
        };
        run.says_only(&format!("{begin}the database {reason}\n"))
            .run();
    };
    for (path, command) in [
        ("callsync.db", &["sync"][..]),
        ("./callsync.db", &["check"]),
    ] {
        let settings = match path {
            "callsync.db" => String::new(),
            path => format!("CALLSYNC_DATABASE={path}\n"),
        };
        let reason = format!(
            "{path} is refused through sudo, since it has no absolute path; \
             put CALLSYNC_DATABASE with its whole path into /etc/callsync/callsync.env"
        );
        refused(&settings, command, 77, &reason);
    }
    let database = shared.office.database();
    let at_home = format!("CALLSYNC_DATABASE={}\n", database.display());
    chown(&database, Some(uid(&PERSON)), None).unwrap();
    let reason = format!(
        "{} is refused through sudo, since it belongs to {}, not to {}; correct \
         CALLSYNC_DATABASE in /etc/callsync/callsync.env or the owner of the file",
        database.display(),
        *PERSON,
        *SERVICE
    );
    refused(&at_home, &["lead", "1"], 77, &reason);
    fs::remove_file(&database).unwrap();
    let reason = format!(
        "{} does not exist, and nobody can begin one through sudo; \
         as {} itself or as root: callsync import users FILE",
        database.display(),
        *SERVICE
    );
    refused(&at_home, &["import", "users", "-"], 74, &reason);
    assert!(!database.exists());
}

#[test]
fn an_account_whose_database_is_roots_is_told_how_to_get_it_back_and_can_check() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    let service = uid(&SERVICE);
    let (database, wal) = (
        shared.office.database(),
        shared.office.path("callsync.db-wal"),
    );
    fs::write(&wal, "").unwrap();
    for file in [&database, &wal] {
        chown(file, Some(0), Some(0)).unwrap();
        fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    }
    let cure = format!(
        "chown {} {} {}",
        *SERVICE,
        database.display(),
        wal.display()
    );
    let said = format!(
        "the database {} belongs to root, but its folder to {1}; \
         let {1} in again, as root: {cure}\n",
        database.display(),
        *SERVICE
    );
    let (url, watcher) = watcher(1);
    let command = |arguments: &[&str]| {
        let mut command = shared.command(&SERVICE);
        command.args(arguments).env("CALLSYNC_PING_URL", &url);
        Run::new(command)
    };
    for (arguments, begin) in [
        (&["sync"][..], "ERROR sync ends: exit 77: "),
        (&["lead", "1", "--as", "anna"], "callsync: "),
    ] {
        let said = format!("{begin}{said}");
        command(arguments).fails(77).says_only(&said).run();
    }
    let pings = watcher.join().unwrap();
    assert_eq!(pings[0].0, "POST /a-secret-check/fail HTTP/1.1");
    assert_eq!(pings[0].1, format!("callsync: {}", said.trim_end()));
    let check = command(&["check"]).fails(1);
    let advice = format!(
        "(mode 0600, of root) is closed to {0}, who does the work; chown {0} ",
        *SERVICE
    );
    let not_read = "skip  database: it cannot be opened\n";
    check.prints(&advice).prints(not_read).run();
    let (to_database, to_log) = cure.rsplit_once(' ').unwrap();
    let chown = |command: &str| {
        let words: Vec<_> = command.split(' ').collect();
        let done = Command::new(words[0]).args(&words[1..]).status();
        assert!(done.unwrap().success());
    };
    // Half of it: the log is still root's.
    chown(to_database);
    let said = format!(
        "callsync: the file {to_log} belongs to root, not to {0}, whose database it is; chown {0} {to_log}\n",
        *SERVICE
    );
    let retry = command(&["retry-unmatched"]);
    retry.fails(74).says_only(&said).run();
    chown(&cure);
    assert_eq!(fs::metadata(&database).unwrap().uid(), service);
    command(&["lead", "1"]).prints("Jan Kowalski").run();
}

#[test]
fn what_root_imports_and_locks_belongs_to_the_owner_of_the_folder() {
    let office = Office::empty();
    if !need::is_met(Need::Root) {
        office.callyzer.may_stay_unasked();
        return;
    }
    chown(office.path(""), Some(SERVICE_UID), Some(SERVICE_UID + 1)).unwrap();
    office.import("users", USERS);
    office.callsync(&["-q", "sync"]).run();
    for suffix in ["", "-wal", "-shm", "-sync", "-turn", "-line"] {
        let file = fs::metadata(office.path(&format!("callsync.db{suffix}"))).unwrap();
        let owner = (file.uid(), file.gid(), file.mode() & 0o777);
        assert_eq!(owner, (SERVICE_UID, SERVICE_UID + 1, 0o600), "{suffix}");
    }
}

#[test]
fn a_head_who_may_only_read_is_told_of_a_run_that_was_killed() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    shared.office.execute(
        "INSERT INTO sync_runs (command, provider, started_at, outcome, account, process)
         VALUES ('sync', 'callyzer', '2026-11-01T10:00:00Z', 'running', 'callsync', '4194305 1')",
    );
    shared.person("head", true, false);
    let lock = shared.office.file("callsync.db-sync", "");
    chown(&lock, Some(uid(&SERVICE)), None).unwrap();
    fs::set_permissions(&lock, Permissions::from_mode(0o600)).unwrap();
    let mut command = shared.command(&PERSON);
    command.arg("status");
    Run::new(command)
        .fails(1)
        .prints("nie powiodła się: proces przerwano przed końcem")
        .run();
}
