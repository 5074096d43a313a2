//! Backup, restore, move, upgrade and uninstall go as the README says, and a CRM reads the file.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use rusqlite::Connection;

use super::machine::{Machine, section};
use super::{blocks_of, outputs};
use crate::backup::while_pairs_are_written;
use crate::office::rows;

/// The stopping of callsync, the first block of its section.
const STOP: (&str, usize) = ("Stop and start", 0);
const START: (&str, usize) = ("Stop and start", 1);

const LEADS: &str = "SELECT id, name FROM leads ORDER BY id";

/// An installation of version 6, with a lead.
const VERSION_6: &str = concat!(
    include_str!("../schema-v6.sql"),
    "INSERT INTO leads (id, name, created_at) VALUES (1, 'Jan', '2026-01-01T00:00:00Z');
     PRAGMA user_version = 6; PRAGMA journal_mode = wal;"
);

#[test]
fn backups_are_made_by_hand_and_by_cron_while_a_writer_goes_on() {
    let machine = Machine::new();
    machine.does("Backup", 0);
    let first = machine.path("var/backups/callsync/first.db");
    assert_eq!(rows(&first, LEADS), machine.rows(LEADS));
    let crontab = &blocks_of(&section("Backup"), "crontab")[0];
    while_pairs_are_written(&machine.database(), || {
        for line in crontab.lines() {
            // Five fields say when.
            let command = line.splitn(6, ' ').last().unwrap();
            machine.runs(&command.replace("\\%", "%"));
        }
    });
    let backups = fs::read_dir(first.parent().unwrap()).unwrap();
    let backups: Vec<_> = backups.map(|file| file.unwrap().path()).collect();
    assert_eq!(backups.len(), 3, "{backups:?}");
    for backup in backups {
        assert_eq!(rows(&backup, "PRAGMA integrity_check"), ["ok"]);
    }
}

#[test]
fn a_restored_backup_is_the_file_whatever_the_log_of_the_old_one_holds() {
    let machine = Machine::new();
    machine.does("Backup", 0);
    let backup = |name: &str| machine.path("var/backups/callsync").join(name);
    fs::rename(backup("first.db"), backup("night-1.db")).unwrap();
    let (leads, crontab) = (machine.rows(LEADS), machine.crontab());
    let killed = Connection::open(machine.database()).unwrap();
    killed
        .execute_batch("PRAGMA journal_mode = wal; DELETE FROM leads")
        .unwrap();
    let log = fs::metadata(machine.path("var/lib/callsync/callsync.db-wal")).unwrap();
    assert!(log.len() > 0);
    machine.does(STOP.0, STOP.1);
    assert_eq!(machine.crontab(), None);
    let again = blocks_of(&section(STOP.0), "sh")[STOP.1].clone();
    assert!(!machine.tries(&again).status.success());
    machine.does("Restore", 0);
    assert_eq!(machine.rows(LEADS), leads);
    machine.does(START.0, START.1);
    assert_eq!(machine.crontab(), crontab);
    machine.runs("callsync -q sync");
    let content = fs::read(machine.database()).unwrap();
    assert_eq!(content[18..20], [2, 2], "it has a log again");
}

#[test]
fn another_machine_goes_on_with_the_same_file_settings_token_and_crontab() {
    let machine = Machine::new();
    machine.does("Backup", 0);
    let (leads, crontab) = (machine.rows(LEADS), machine.crontab());
    machine.does(STOP.0, STOP.1);
    machine.does("Move to another machine", 0);
    let (here, old) = (machine.path(""), machine.office.path("old"));
    fs::rename(&here, &old).unwrap();
    fs::create_dir(&here).unwrap();
    let packed = "move.tar.gz";
    let from = old.join("var/backups/callsync").join(packed);
    fs::copy(from, machine.office.path(packed)).unwrap();
    machine.does("Move to another machine", 1);
    machine.does(START.0, START.1);
    assert!(machine.noted().starts_with("useradd --system"));
    assert_eq!(machine.rows(LEADS), leads);
    assert_eq!(machine.crontab(), crontab);
}

#[test]
fn an_upgrade_brings_the_file_up_to_date_and_can_be_taken_back() {
    let machine = Machine::new();
    machine.does("Backup", 0);
    let program = machine.path("usr/local/bin/callsync");
    fs::remove_file(&program).unwrap();
    fs::write(&program, "the old program").unwrap();
    fs::create_dir_all(machine.office.path("target/release")).unwrap();
    let built = machine.office.path("target/release/callsync");
    symlink(env!("CARGO_BIN_EXE_callsync"), built).unwrap();
    fs::remove_file(machine.database()).unwrap();
    let old = Connection::open(machine.database()).unwrap();
    old.execute_batch(VERSION_6).unwrap();
    let version = || machine.rows("PRAGMA user_version");
    machine.does("Upgrade", 0);
    let reading = machine.tries("callsync export leads");
    assert_eq!(reading.status.code(), Some(74));
    assert!(outputs(&reading).contains("an older version's"));
    assert_eq!(version(), ["6"]);
    machine.does("Upgrade", 1);
    assert_ne!(version(), ["6"]);
    machine.runs("callsync export leads");
    machine.does(STOP.0, STOP.1);
    machine.does("Upgrade", 2);
    assert_eq!(version(), ["6"]);
    assert_eq!(machine.rows(LEADS), ["1|Jan"]);
    assert_eq!(fs::read_to_string(program).unwrap(), "the old program");
}

#[test]
fn an_uninstallation_leaves_the_data_to_the_last_and_then_nothing() {
    let machine = Machine::new();
    machine.does("Backup", 0);
    let mut files = vec!["usr/local/bin/mail-report.sh"];
    files.extend([
        "usr/local/share/man/man1/callsync-sync.1",
        "usr/local/share/callsync/node_exporter.sh",
        "var/log/callsync/callsync.log",
        "etc/sudoers.d/callsync",
        "etc/systemd/system/callsync.service",
        "etc/systemd/system/callsync.timer",
        "etc/systemd/system/callsync-failure.service",
        "etc/logrotate.d/callsync",
        "usr/share/bash-completion/completions/callsync",
    ]);
    for file in files {
        let path = machine.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    machine.does(STOP.0, STOP.1);
    machine.does("Uninstall", 0);
    assert_eq!(
        machine.noted(),
        "userdel callsync\ngroupdel callsync-users\n"
    );
    assert_eq!(machine.rows("SELECT count(*) FROM leads"), ["3"]);
    machine.does("Uninstall", 1);
    let left = machine.tries("find /");
    let left = outputs(&left).replace(machine.path("").to_str().unwrap(), "");
    assert!(!left.contains("callsync"), "{left}");
    assert_eq!(machine.crontab(), None);
}

#[test]
fn a_crm_may_read_the_database_and_lock_nothing_also_when_its_files_are_made_anew() {
    let machine = Machine::new();
    machine.runs("callsync retry-unmatched");
    machine.does("For a CRM that reads the file", 0);
    let folder = machine.path("var/lib/callsync");
    let mode = |file: &str| {
        let file = fs::metadata(folder.join(file)).unwrap();
        file.permissions().mode() & 0o7777
    };
    assert_eq!(mode("."), 0o2750);
    for beside in ["callsync.db-wal", "callsync.db-shm"] {
        fs::remove_file(folder.join(beside)).unwrap();
    }
    machine.runs("callsync retry-unmatched");
    for file in ["callsync.db", "callsync.db-wal", "callsync.db-shm"] {
        assert_eq!(mode(file), 0o640, "{file}");
    }
    assert_eq!(mode("callsync.db-sync"), 0o600);
    let readers = "chgrp callsync-readers";
    assert_eq!(
        machine.noted().matches(readers).count(),
        2,
        "{}",
        machine.noted()
    );
}
