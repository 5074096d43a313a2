//! What a kill leaves: looked at in a copy of the file and its log, so that it is callsync
//! that recovers them.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::scene::Scene;
use crate::moment::text;
use crate::office::rows;

/// How far the run had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Nothing says that it began.
    NoRow,
    Running,
    /// Its end is written.
    Ended,
}

/// Runs that the file has.
#[derive(Default)]
pub struct Runs {
    last: i64,
    /// Those that a kill left without an end.
    running: Vec<String>,
}

/// What no kill may leave.
const NEVER: [(&str, &str); 6] = [
    ("PRAGMA integrity_check", "ok"),
    ("SELECT count(*) FROM pragma_foreign_key_check", "0"),
    // An import is whole or not at all.
    (
        "SELECT count(DISTINCT name) > 1 FROM users WHERE login LIKE 'u___'",
        "0",
    ),
    (
        "SELECT count(DISTINCT name) > 1 FROM teams WHERE code LIKE 't___'",
        "0",
    ),
    (
        "SELECT count(DISTINCT name) > 1 FROM leads WHERE id >= 1000",
        "0",
    ),
    (
        "SELECT count(*) FROM calls
         WHERE (lead_id IS NULL) <> (id IN (SELECT call_id FROM unmatched_calls))",
        "0",
    ),
];

impl Runs {
    /// Fails if the file says what a kill may not leave. Gives how far the run had come.
    pub fn look(&mut self, scene: &Scene) -> Left {
        let Some(copy) = copy(scene) else {
            return Left::NoRow;
        };
        if rows(&copy, "SELECT count(*) FROM sqlite_schema") == ["0"] {
            return Left::NoRow;
        }
        for (sql, value) in NEVER {
            assert_eq!(rows(&copy, sql), [value], "{sql}");
        }
        let version = rows(&copy, "PRAGMA user_version");
        if version == ["10"] {
            assert_dates_are_true(scene, &copy);
        }
        assert_campaigns_are_known(scene, &copy);
        assert_backup_is_whole(scene);
        self.look_at_runs(&copy)
    }

    /// Fails unless those that were left without an end count as killed, and the runs'
    /// counts are those of what is in the file.
    pub fn assert_are_told(&self, scene: &Scene) {
        let ids = self.running.join(",");
        let killed = format!(
            "SELECT id FROM sync_runs WHERE id IN ({ids}) AND outcome = 'killed' ORDER BY id"
        );
        let mut running = self.running.clone();
        running.sort_by_key(|id| id.parse::<i64>().unwrap());
        assert_eq!(scene.office.rows(&killed), running);
        let calls = "SELECT (SELECT count(*) FROM calls WHERE provider_call_id NOT LIKE 'old-%')
                     - sum(calls_new) + sum(calls_removed) FROM sync_runs";
        assert_eq!(scene.office.rows(calls), ["0"], "calls that no run counts");
    }

    fn look_at_runs(&mut self, copy: &Path) -> Left {
        let last: i64 = rows(copy, "SELECT ifnull(max(id), 0) FROM sync_runs")[0]
            .parse()
            .unwrap();
        let running = rows(copy, "SELECT id FROM sync_runs WHERE outcome = 'running'");
        let left = match last > self.last {
            false => Left::NoRow,
            true if running.contains(&last.to_string()) => Left::Running,
            true => Left::Ended,
        };
        self.last = last;
        for id in running {
            if !self.running.contains(&id) {
                self.running.push(id);
            }
        }
        left
    }
}

/// None: there is no file.
fn copy(scene: &Scene) -> Option<PathBuf> {
    let office = &scene.office;
    if !office.database().exists() {
        return None;
    }
    for name in ["crash.db", "crash.db-wal", "crash.db-shm"] {
        fs::remove_file(office.path(name)).ok();
    }
    let copy = office.path("crash.db");
    fs::copy(office.database(), &copy).unwrap();
    let log = office.path("callsync.db-wal");
    if log.exists() {
        fs::copy(log, office.path("crash.db-wal")).unwrap();
    }
    Some(copy)
}

/// What came in before a date of last synchronisation is in the file.
fn assert_dates_are_true(scene: &Scene, file: &Path) {
    let dates = "SELECT provider || '|' || number, last_synced_at FROM sync_dates";
    let dates: BTreeMap<_, _> = rows(file, dates)
        .into_iter()
        .map(|row| {
            let (key, date) = row.rsplit_once('|').unwrap();
            (key.to_owned(), date.to_owned())
        })
        .collect();
    let now = text(scene.now());
    assert!(dates.values().all(|date| *date <= now), "{now}: {dates:?}");
    let stored = "SELECT provider || '|' || provider_call_id FROM calls
                  UNION ALL SELECT provider || '|' || provider_call_id FROM quarantine";
    let stored: HashSet<_> = rows(file, stored).into_iter().collect();
    let lost = scene.uploads.all.iter().filter(|upload| {
        let key = format!("{}|{}", upload.provider, upload.key);
        let date = dates.get(&key);
        let is_due = date.is_some_and(|date| text(upload.came_at) < *date);
        is_due && !stored.contains(&format!("{}|{}", upload.provider, upload.id))
    });
    let lost: Vec<_> = lost.map(|upload| (&upload.id, upload.came_at)).collect();
    assert!(
        lost.is_empty(),
        "lost before their dates: {lost:?}; {dates:?}"
    );
}

/// A backup is whole or not there.
fn assert_backup_is_whole(scene: &Scene) {
    let backup = scene.office.path("copy.db");
    if backup.exists() {
        assert_eq!(rows(&backup, "PRAGMA integrity_check"), ["ok"]);
        assert_eq!(rows(&backup, "SELECT count(*) > 0 FROM users"), ["1"]);
    }
}

/// Dialog has no campaign that the file does not know, and none twice.
fn assert_campaigns_are_known(scene: &Scene, file: &Path) {
    let created = scene.office.callyzer.world(|world| {
        let campaigns = world.dialog.campaigns.iter();
        campaigns
            .map(|campaign| campaign.phones.clone())
            .collect::<Vec<_>>()
    });
    let different: HashSet<_> = created.iter().collect();
    assert_eq!(different.len(), created.len(), "a campaign twice");
    for phones in created {
        let numbers = serde_json::to_string(&phones).unwrap();
        let sql = format!(
            "SELECT count(*) FROM campaigns WHERE numbers = '{numbers}' AND state IN ('sent', 'created')"
        );
        assert_eq!(rows(file, &sql), ["1"], "{numbers}");
    }
}
