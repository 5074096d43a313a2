//! The end of a chain: every command once more, and what the file says then is what one says
//! that a tool made which nobody kills.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use rusqlite::Connection;

use super::command::create_campaign;
use super::content::{assert_same, assert_sound};
use super::scene::Scene;
use crate::office::rows;
use crate::run::Run;

/// Lets the world come to rest, and each command run to its end.
pub fn finish(scene: &mut Scene) {
    // What differed is read again on another day.
    scene.leap(TimeDelta::days(1));
    scene.calls_come(20);
    scene.uploads.end_sessions(&scene.office, |_| true);
    scene.write_last_imports();
    import_all(scene, &|run| run);
    for lead in &scene.refreshed {
        scene.run(&["refresh-lead", &lead.to_string()]).run();
    }
    scene.run(&["retry-unmatched", "--all"]).run();
    scene.run(&["sync"]).run();
    scene.run(&["sync"]).run();
    scene.run(&["recordings", "fetch", "saved"]).run();
    scene.run(&["backup", "copy.db"]).run();
    for number in 1..=scene.campaigns {
        assert_created_once(scene, number);
    }
}

/// Fills another file from the same world, and compares the two.
pub fn assert_is_told(scene: &Scene) {
    let file = scene.office.path("truth.db");
    let of_truth = |run: Run| run.with("CALLSYNC_DATABASE", &file);
    import_all(scene, &of_truth);
    let truth = Connection::open(&file).unwrap();
    truth.execute_batch(&scene.crm_leads_sql()).unwrap();
    drop(truth);
    for arguments in [
        &["retry-unmatched"][..],
        &["sync"],
        &["recordings", "fetch", "truth-saved"],
    ] {
        of_truth(scene.run(arguments)).run();
    }
    assert_sound(&scene.office.database());
    assert_same(&scene.office.database(), &file);
    assert_same(&scene.office.path("copy.db"), &scene.office.database());
    assert_recordings_are_whole(scene);
    assert_no_file_is_left(scene);
}

fn import_all(scene: &Scene, with: &dyn Fn(Run) -> Run) {
    for what in ["teams", "users", "leads"] {
        let run = scene.run(&["import", what, &format!("{what}.csv")]);
        with(run).run();
    }
}

/// Asks for a campaign again: it is created if it was not, and never twice.
fn assert_created_once(scene: &Scene, number: u32) {
    let people = format!("people-{number}.csv");
    let dialog = &scene.office.callyzer;
    let created = || dialog.world(|world| world.dialog.campaigns.len());
    let first = format!("+48{}", 700_000_000 + 100 * number);
    let is_its = |phones: &Vec<String>| phones[0] == first;
    let count = || {
        dialog.world(|world| {
            let campaigns = world.dialog.campaigns.iter();
            campaigns.filter(|one| is_its(&one.phones)).count()
        })
    };
    let (before, all) = (count(), created());
    let known = rows(
        &scene.office.database(),
        &format!("SELECT count(*) FROM campaigns WHERE numbers LIKE '[\"{first}\"%'"),
    );
    if known == ["0"] {
        assert_eq!(before, 0, "{people}");
        create_campaign(scene, &people).logs().prints("").run();
        assert_eq!(count(), 1, "{people}");
    } else {
        create_campaign(scene, &people).fails(65).logs().run();
        assert_eq!((count(), created()), (before, all), "{people}");
    }
}

/// What the other folder has is in the folder too, and more only of calls that were taken away
/// since: the whole recording, or a part.
fn assert_recordings_are_whole(scene: &Scene) {
    let mut saved = files(&scene.office.path("saved"));
    for (name, bytes) in files(&scene.office.path("truth-saved")) {
        assert!(saved.remove(&name) == Some(bytes), "{name}");
    }
    let callyzer = &scene.office.callyzer;
    let recordings = callyzer.world(|world| world.recordings.clone());
    for (name, bytes) in saved {
        let (_, id) = name.rsplit_once("_callyzer-").unwrap();
        let (id, end) = id.split_once('.').unwrap();
        let is_there = scene.uploads.all.iter().any(|upload| upload.id == id);
        let is_part = ["part", "part.validator"].contains(&end);
        let whole = &recordings[id].bytes;
        assert!(!is_there && (is_part || bytes == *whole), "{name}");
    }
}

/// Each file of a folder, with what is in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        (name(&path), fs::read(&path).unwrap())
    });
    files.collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Beside the database is what is beside the other one, and nothing is hidden.
fn assert_no_file_is_left(scene: &Scene) {
    let entries = fs::read_dir(scene.office.path("")).unwrap();
    let names = entries.map(|entry| name(&PathBuf::from(entry.unwrap().file_name())));
    let mut names: Vec<_> = names.collect();
    names.sort();
    let beside = |database: &str| {
        let names = names.iter().filter_map(|name| name.strip_prefix(database));
        let lasting = names.filter(|name| !["-wal", "-shm"].contains(name));
        lasting.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(beside("callsync.db"), beside("truth.db"));
    assert_eq!(beside("copy.db"), [""]);
    assert_eq!(beside("."), [""; 0]);
}
