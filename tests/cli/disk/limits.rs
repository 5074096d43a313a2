//! Little room, and none for what a command says.

use std::fs::File;
use std::process::Command;

use super::{FULL, SmallDisk, count, ends, import};
use crate::office::{Office, USERS, rows};
use crate::run::Run;

#[test]
fn a_limit_of_file_size_is_an_error_and_no_signal() {
    let office = Office::unasked();
    let many: String = (1..=20_000).map(|id| format!("{id},Lead {id}\n")).collect();
    let file = office.file("leads.csv", format!("id,name\n{many}"));
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -f 600; exec \"$@\"", "sh"])
        .args([env!("CARGO_BIN_EXE_callsync"), "-q", "import", "leads"])
        .arg(file)
        .env_clear()
        .env("CALLSYNC_ENV_FILE", office.path("callsync.env"))
        .env("CALLSYNC_DATABASE", office.database());
    let reason = format!(
        "could not use the database {}: a file may become no larger here (ulimit -f). \
         Raise the limit and run this again",
        office.database().display()
    );
    Run::new(command)
        .fails(74)
        .says_only(&format!("callsync: {reason}\n"))
        .run();
    assert_eq!(count(&office.database(), "leads"), "3");
    let end = ends(&office.database(), "import leads");
    assert_eq!(end[1], format!("failed|74|{reason}"));
}

#[test]
fn with_little_room_nothing_is_half_imported_and_with_more_all_of_it() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    import(&office, &disk, "users", USERS).run();
    let (mut stored, mut codes) = (0, Vec::new());
    for kilobytes in [0, 8, 24, 48, 64, 400] {
        disk.fill_but(kilobytes);
        let leads = (1..=300).map(|id| format!("{},Lead\n", stored + id));
        let csv = format!("id,name\n{}", leads.collect::<String>());
        let (code, output) = import(&office, &disk, "leads", &csv).outcome();
        codes.push(code);
        disk.make_space();
        if code == Some(74) {
            assert!(output.stderr.contains(FULL), "{}", output.stderr);
            assert_eq!(count(&disk.database(), "leads"), stored.to_string());
            import(&office, &disk, "leads", &csv).run();
        }
        stored += 300;
        assert_eq!(count(&disk.database(), "leads"), stored.to_string());
    }
    assert_eq!(codes[..2], [Some(74); 2]);
    assert_eq!(codes.last(), Some(&Some(0)), "{codes:?}");
    assert_eq!(rows(&disk.database(), "PRAGMA integrity_check"), ["ok"]);
}

#[test]
fn a_log_that_cannot_be_kept_is_of_no_consequence_and_a_result_is() {
    let office = Office::with_old_calls();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let sync = office.callsync(&["-vv", "sync"]).complaining_into(full());
    sync.prints("Połączenia: ").run();
    assert_eq!(office.count("calls"), "3");
    let reason = "could not write the result: No space left on device (os error 28)";
    office
        .callsync(&["lead", "1"])
        .printing_into(full())
        .fails(74)
        .says_only(&format!("callsync: {reason}\n"))
        .run();
}
