//! A full disk: the command says so, and the file stays as it was.

mod limits;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{Call, HostedFile, Misbehaviour};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::moment::ago;
use crate::need::{self, Need};
use crate::office::{LEADS, Office, USERS, rows};
use crate::run::Run;

/// A file system of three megabytes, as long as the test runs.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// None where [`Need::Tmpfs`] is not met.
    pub fn mount() -> Option<Self> {
        if !need::is_met(Need::Tmpfs) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
            .arg(folder.path())
            .output();
        let is_mounted = mount.is_ok_and(|mount| mount.status.success());
        need::met(Need::Tmpfs, is_mounted.then(|| Self(folder)))
    }

    pub fn database(&self) -> PathBuf {
        self.0.path().join("callsync.db")
    }

    /// Takes all the space that is left.
    pub fn fill(&self) {
        self.fill_but(0);
    }

    /// Takes all the space that is left but some.
    fn fill_but(&self, kilobytes: u64) {
        let filler = self.0.path().join("filler");
        fs::write(&filler, vec![0; 4 << 20]).unwrap_err();
        let filler = File::options().write(true).open(filler).unwrap();
        let length = filler.metadata().unwrap().len();
        filler.set_len(length - kilobytes * 1024).unwrap();
    }

    pub fn make_space(&self) {
        fs::remove_file(self.0.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount")
            .arg("-l")
            .arg(self.0.path())
            .status()
            .unwrap();
    }
}

/// A run whose database is on the small disk.
fn callsync(office: &Office, disk: &SmallDisk, arguments: &[&str]) -> Run {
    let run = office.callsync(arguments);
    run.with("CALLSYNC_DATABASE", disk.database())
}

fn import(office: &Office, disk: &SmallDisk, what: &str, csv: &str) -> Run {
    let file = office.file(&format!("{what}.csv"), csv);
    callsync(
        office,
        disk,
        &["-q", "import", what, file.to_str().unwrap()],
    )
}

fn count(database: &Path, table: &str) -> String {
    rows(database, &format!("SELECT count(*) FROM {table}")).join("")
}

/// What a run says on a full disk.
const FULL: &str = "the disk is full. Make room on it and run this again";

/// How a run ends on a full disk.
fn full(database: &Path) -> String {
    let database = database.display();
    format!("failed|74|could not use the database {database}: {FULL}")
}

fn ends(database: &Path, command: &str) -> Vec<String> {
    let sql = format!(
        "SELECT outcome, exit_code, error FROM sync_runs WHERE command = '{command}' ORDER BY id"
    );
    rows(database, &sql)
}

#[test]
fn an_import_that_fills_the_disk_changes_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    import(&office, &disk, "users", USERS).run();
    import(&office, &disk, "leads", LEADS).run();
    let content = || rows(&disk.database(), "SELECT * FROM leads ORDER BY id");
    let before = content();
    let many: String = (1..=50_000)
        .map(|id| format!("{id},Lead number {id}\n"))
        .collect();
    import(&office, &disk, "leads", &format!("id,name\n{many}"))
        .fails(74)
        .says(FULL)
        .run();
    assert_eq!(content(), before);
    assert_eq!(rows(&disk.database(), "PRAGMA integrity_check"), ["ok"]);
    callsync(&office, &disk, &["lead", "1"])
        .prints("Jan Kowalski (lead 1)\n")
        .run();
    import(&office, &disk, "leads", "id,name\n9,Nowy\n").run();
    assert_eq!(count(&disk.database(), "leads"), "4");
}

#[test]
fn a_sync_on_a_full_disk_moves_no_date_and_loses_no_call() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let office = Office::empty().going_back(1);
    import(&office, &disk, "users", USERS).run();
    let sync = || callsync(&office, &disk, &["-q", "sync"]);
    sync().run();
    let dates = || rows(&disk.database(), "SELECT * FROM sync_dates ORDER BY 2");
    let before = dates();
    office.callyzer.world(|world| {
        world.generate(300, ago(600), ago(60), 1);
        world
            .calls
            .iter_mut()
            .for_each(|call| call.synced_at = ago(0));
    });
    // A reader keeps the files beside the database, which others would remove.
    let reader = Connection::open(disk.database()).unwrap();
    reader.execute_batch("SELECT * FROM leads").unwrap();
    disk.fill();
    sync().fails(74).says(FULL).run();
    assert_eq!(dates(), before);
    disk.make_space();
    sync().run();
    assert_eq!(
        ends(&disk.database(), "sync"),
        ["ok|0|null", &full(&disk.database()), "ok|0|null"]
    );
    assert_eq!(count(&disk.database(), "calls"), "300");
    assert_eq!(rows(&disk.database(), "PRAGMA integrity_check"), ["ok"]);
}

#[test]
fn a_backup_to_a_full_disk_leaves_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let office = Office::unasked();
    disk.fill();
    let copy = disk.0.path().join("copy.db");
    office
        .callsync(&["backup", copy.to_str().unwrap()])
        .fails(74)
        .says(FULL)
        .run();
    let files = fs::read_dir(disk.0.path()).unwrap();
    assert_eq!(files.count(), 1, "the filler alone");
}

#[test]
fn a_disk_that_fills_during_a_refresh_counts_more_than_what_callyzer_answers() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let office = Office::empty();
    import(&office, &disk, "users", USERS).run();
    import(&office, &disk, "leads", LEADS).run();
    // Without the log of the imports a write needs new space.
    let log = Connection::open(disk.database()).unwrap();
    log.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    office.callyzer.next(HISTORY, Misbehaviour::Hang);
    let refresh = ["refresh-lead", "1", "--format", "json"];
    let mut refresh = callsync(&office, &disk, &refresh)
        .with("CALLYZER_TIMEOUT_S", "2")
        .start_printing();
    office.wait_for_requests(1);
    disk.fill();
    let (code, printed) = refresh.finish();
    assert_eq!(code, Some(74), "{printed}");
    assert!(
        printed.contains("dysk jest pełny. Zwolnij na nim miejsce"),
        "{printed}"
    );
    disk.make_space();
    callsync(&office, &disk, &["-q", "retry-unmatched"]).run();
    let end = full(&disk.database());
    assert_eq!(ends(&disk.database(), "refresh-lead"), [end]);
}

#[test]
fn a_full_disk_ends_the_download_of_recordings_and_gives_back_what_it_took() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let office = Office::new().going_back(1);
    let mut call = Call::new("c-1", "600100201", "601200301", "Outgoing", ago(60), 60);
    call.recording_url = Some(office.callyzer.recording_url("c-1"));
    office.call(call);
    let content = HostedFile::new(vec![7; 4 << 20]);
    office
        .callyzer
        .world(|world| world.recordings.insert("c-1".into(), content));
    office.sync();
    let saved = disk.0.path().join("saved");
    office
        .callsync(&["recordings", "fetch", saved.to_str().unwrap()])
        .fails(74)
        .prints("pobrane 0")
        .says(&format!("could not write {}/", saved.display()))
        .says("No space left on device")
        .run();
    let left = fs::read_dir(&saved).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".callsync.lock"]);
}
