//! Several systems in one sync: a failure of one is its own, the exit code is the gravest,
//! and there is one ping for all.

use pretend_callyzer::Misbehaviour;
use serde_json::Value;

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
        (system.call)(&office, 1, KNOWN, ago(20));
    }
    office
}

/// A run's sums have a section for each system but this one, which found one new call.
fn assert_sections_of_others(system: &SystemUnderTest, sums: &str) {
    assert!(!sums.contains(system.name), "{sums}");
    for other in system.others() {
        let section = format!("{}:\nPołączenia: 1 (nowe 1, zmienione 0)\n", other.name);
        assert!(sums.contains(&section), "{section} {sums}");
    }
}

/// The status names this system's failure, and that nothing of it was ever read; it finds
/// nothing wrong with the others.
fn assert_status_is_bad_of(system: &SystemUnderTest, office: &Office) {
    let status = office.callsync(&["status", "--format", "json"]).fails(1);
    let status = status.json();
    let systems = status["systems"].as_array().unwrap();
    assert_eq!(systems.len(), SYSTEMS.len(), "{status}");
    for one in systems {
        let is_bad = one["provider"] == system.provider;
        assert_eq!(one["last_failure"].is_object(), is_bad, "{status}");
        assert_eq!(one["last_success"].is_null(), is_bad, "{status}");
    }
    let problems = status["problems"].as_array().unwrap();
    assert!(!problems.is_empty(), "{status}");
    for problem in problems {
        let problem = problem.as_str().unwrap();
        assert!(problem.starts_with(system.name), "{problem}");
    }
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
        assert_eq!(other.calls(office), ["1"], "{name}");
        assert_eq!(other.dates(office).len(), 1, "{name}");
    }
}

/// The systems of a lead's calls, by their names.
fn register(office: &Office) -> Vec<String> {
    let lead = office.callsync(&["lead", "1", "--format", "json"]).json();
    let calls = lead["calls"].as_array().unwrap().iter();
    let provider = |call: &Value| call["provider"].as_str().unwrap().to_owned();
    let mut systems: Vec<_> = calls.map(provider).collect();
    systems.sort();
    systems
}

#[test]
fn a_system_that_fails_keeps_no_other_one_from_being_read() {
    for system in &SYSTEMS {
        let office = office_with_calls();
        office.callyzer.always(system.path, status(500));
        let run = office.failing_sync(75).says(system.name);
        assert_sections_of_others(system, &run.prints("Połączenia: ").run().stdout);
        assert_others_are_read(system, &office, 75);
        assert_status_is_bad_of(system, &office);
        let mut others: Vec<_> = system.others().map(|other| other.provider).collect();
        others.sort_unstable();
        assert_eq!(register(&office), others);
    }
}

#[test]
fn the_register_of_a_lead_has_the_calls_of_all_systems() {
    let office = office_with_calls();
    office.sync();
    let mut all = SYSTEMS.each_ref().map(|system| system.provider);
    all.sort_unstable();
    assert_eq!(register(&office), all);
    office
        .callsync(&["status"])
        .prints("callsync działa\n")
        .run();
}

/// The settings of a system, each with a value that cannot be used.
fn bad_settings(system: &SystemUnderTest) -> Vec<(String, &'static str)> {
    let own = system.bad_settings.iter();
    let own = own.map(|(setting, value)| ((*setting).to_owned(), *value));
    [("INTERVAL_MS", "fast"), ("BASE_URL", "ftp://api.example")]
        .into_iter()
        .map(|(setting, value)| (system.setting(setting), value))
        .chain(own)
        .collect()
}

#[test]
fn a_bad_setting_of_a_system_is_named_and_the_others_are_read() {
    for system in &SYSTEMS {
        let mut settings = bad_settings(system).into_iter();
        let (setting, value) = settings.next().unwrap();
        let office = office_with_calls();
        let run = office.failing_sync(78).with(&setting, value).says(&setting);
        assert_sections_of_others(system, &run.prints("Połączenia: ").run().stdout);
        assert_others_are_read(system, &office, 78);
        for (setting, value) in settings {
            let run = office.failing_sync(78).with(&setting, value).says(&setting);
            run.prints("Połączenia: ").run();
            let failed = format!("{}|failed|78", system.provider);
            let last = office.rows(
                "SELECT provider, outcome, exit_code FROM sync_runs WHERE command = 'sync'
                 ORDER BY id DESC LIMIT 4",
            );
            let fine = last.iter().filter(|run| run.ends_with("|ok|0")).count();
            assert!(last.contains(&failed), "{setting}: {last:?}");
            assert_eq!(fine, SYSTEMS.len() - 1, "{setting}: {last:?}");
        }
        assert_eq!(office.asked(system.path), 0, "{}", system.name);
    }
}

#[test]
fn a_system_that_is_named_is_asked_alone() {
    for system in &SYSTEMS {
        let office = office_with_calls();
        let arguments = ["-q", "sync", "--provider", system.provider];
        office.callsync(&arguments).run();
        assert_eq!(system.calls(&office), ["1"], "{}", system.name);
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
    for system in &SYSTEMS {
        for (fault, code) in [
            (status(401), 77),
            ((system.other_shape)(), 76),
            (Misbehaviour::NotJson, system.code_of_page),
        ] {
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
