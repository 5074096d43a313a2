//! Several systems in one sync: a failure of one is its own, the exit code is the gravest,
//! and there is one ping for all.

use pretend_callyzer::Misbehaviour;

use super::{KNOWN, SYSTEMS, SystemUnderTest, office_of_all};
use crate::moment::ago;
use crate::office::Office;
use crate::ping::watcher;

fn status(code: u16) -> Misbehaviour {
    Misbehaviour::status(code, r#"{"message":"out of order"}"#)
}

/// An office of all systems, with a call in each.
fn office_with_calls() -> Office {
    let office = office_of_all();
    for system in &SYSTEMS {
        (system.call)(&office, system.provider, KNOWN, ago(20));
    }
    office
}

/// The system was not read and its only run failed; all others were read.
fn assert_others_are_read(system: &SystemUnderTest, office: &Office, code: i32) {
    let name = system.name;
    assert_eq!(system.runs(office), [format!("failed|{code}")], "{name}");
    assert_eq!(system.calls(office), [""; 0], "{name}");
    assert_eq!(system.dates(office), [""; 0], "{name}");
    for other in system.others() {
        let name = format!("{} beside {name}", other.name);
        assert_eq!(other.runs(office), ["ok|0"], "{name}");
        assert_eq!(other.calls(office), [other.provider], "{name}");
        assert_eq!(other.dates(office).len(), 1, "{name}");
    }
}

#[test]
fn a_system_that_fails_keeps_no_other_one_from_being_read() {
    for system in &SYSTEMS {
        let office = office_with_calls();
        office.callyzer.always(system.path, status(500));
        let run = office.failing_sync(75).says(system.name);
        let stdout = run.prints("Połączenia: 1 (nowe 1, ").run().stdout;
        assert!(!stdout.contains(system.name), "{stdout}");
        assert_others_are_read(system, &office, 75);
    }
}

#[test]
fn a_bad_setting_of_a_system_is_named_and_the_others_are_read() {
    for system in &SYSTEMS {
        let office = office_with_calls();
        let setting = system.setting("INTERVAL_MS");
        let run = office.failing_sync(78).with(&setting, "fast");
        let run = run.says(&setting).prints("Połączenia: 1 (nowe 1, ");
        let stdout = run.run().stdout;
        assert!(!stdout.contains(system.name), "{stdout}");
        assert_eq!(office.asked(system.path), 0, "{}", system.name);
        assert_others_are_read(system, &office, 78);
    }
}

#[test]
fn a_system_that_is_named_is_asked_alone() {
    for system in &SYSTEMS {
        let office = office_with_calls();
        let arguments = ["-q", "sync", "--provider", system.provider];
        office.callsync(&arguments).run();
        assert_eq!(system.calls(&office), [system.provider]);
        assert_eq!(system.runs(&office), ["ok|0"], "{}", system.name);
        for other in system.others() {
            let name = format!("{} beside {}", other.name, system.name);
            assert_eq!(office.asked(other.path), 0, "{name}");
            assert_eq!(other.runs(&office), [""; 0], "{name}");
            assert_eq!(other.calls(&office), [""; 0], "{name}");
            assert_eq!(other.dates(&office), [""; 0], "{name}");
        }
    }
}

#[test]
fn of_several_failures_the_gravest_gives_the_exit_code() {
    let graver = [
        (status(401), 77),
        (Misbehaviour::OtherShape, 76),
        (Misbehaviour::NotJson, 76),
    ];
    for system in &SYSTEMS {
        for (fault, code) in graver.clone() {
            let what = format!("{}: {fault:?}", system.name);
            let office = office_with_calls();
            for other in system.others() {
                office.callyzer.always(other.path, status(500));
            }
            office.callyzer.always(system.path, fault);
            let stderr = office.failing_sync(code).run().stderr;
            let last = stderr.lines().last().unwrap();
            let end = format!(", exit {code}: {}", system.name);
            assert!(last.contains(&end), "{what}: {last}");
            // Each run's end once.
            assert_eq!(
                stderr.matches(" sync ends: ").count(),
                SYSTEMS.len(),
                "{stderr}"
            );
            assert_eq!(system.runs(&office), [format!("failed|{code}")], "{what}");
            for other in system.others() {
                assert_eq!(other.runs(&office), ["failed|75"], "{what}");
            }
        }
    }
}

#[test]
fn all_systems_together_ping_once_and_say_if_one_failed() {
    let office = office_with_calls();
    let (url, watcher) = watcher(1 + SYSTEMS.len());
    let run = |code| {
        let run = office.callsync(&["sync"]).fails(code);
        let run = run.with("CALLSYNC_PING_URL", &url);
        run.prints("Połączenia: ").logs().run().stderr
    };
    let mut said = vec![run(0)];
    for system in &SYSTEMS {
        office.callyzer.always(system.path, status(500));
        said.push(run(75));
        office.callyzer.behave();
    }
    let pings = watcher.join().unwrap();
    let fine = ("GET /a-secret-check HTTP/1.1".to_owned(), String::new());
    assert_eq!(pings[0], fine);
    for ((system, ping), stderr) in SYSTEMS.iter().zip(&pings[1..]).zip(&said[1..]) {
        assert_eq!(ping.0, "POST /a-secret-check/fail HTTP/1.1");
        let last = stderr.lines().last().unwrap();
        let (_, reason) = last.split_once(", exit 75: ").unwrap();
        assert_eq!(ping.1, format!("callsync: {reason}"));
        assert!(ping.1.contains(system.name), "{ping:?}");
    }
    // One more of the last run would have found nobody.
    for stderr in said {
        assert!(!stderr.contains("the ping did not arrive"), "{stderr}");
    }
}
