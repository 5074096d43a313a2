//! What was purged comes back by no reading, and nothing of then is read or compared again.

use std::time::Duration;

use pretend_callyzer::path::{EMPLOYEE_SUMMARY, MLUVII_SESSIONS, TELECUBE_NOTES};
use pretend_callyzer::{Call, DialogCall, Misbehaviour, MluviiSession, TelecubeCall, TelecubeNote};

use super::purge;
use crate::closed_days::{self, reread_days};
use crate::moment::{day_before, noon};
use crate::office::{DIALOG_CAMPAIGN, Office};

/// A call of each system's so many days ago.
fn calls(office: &Office, days_ago: u64) {
    let (at, id) = (noon(day_before(days_ago)), format!("c-{days_ago}"));
    office.call(Call::new(&id, "600100201", "601200301", "Outgoing", at, 60));
    office.telecube_call(TelecubeCall::new(
        &id,
        "OUT",
        "48601200301",
        "u-anna",
        at,
        60,
    ));
    office.dialog_call(DialogCall::new(DIALOG_CAMPAIGN, &id, "48601200301", at, 60));
    let id = i64::try_from(days_ago).unwrap();
    let session = MluviiSession::new(id, "OutgoingCall", "+48601200301", "41", at, 60);
    office.mluvii_session(session);
}

const PROVIDERS: &str = "SELECT provider || ' ' || date(started_at) FROM calls ORDER BY 1";

#[test]
fn what_was_purged_comes_back_by_no_reading_of_any_system() {
    let office = Office::with_all().going_back(6);
    for days_ago in [1, 4] {
        calls(&office, days_ago);
    }
    office.sync();
    assert_eq!(office.count("calls"), "8");
    purge(&office, day_before(3)).prints("Połączenia: 4").run();
    let left = office.rows(PROVIDERS);
    assert_eq!(left.len(), 4);
    // The next run, one that has lost its dates, a reading by hand and one of the lead.
    office.sync();
    office.execute("DELETE FROM sync_dates");
    office.sync();
    let since = day_before(6).to_string();
    office.callsync(&["-q", "sync", "--since", &since]).run();
    let refresh = office.callsync(&["refresh-lead", "1"]);
    refresh.prints("Nowe: 0, zmienione: 0").run();
    assert_eq!(office.rows(PROVIDERS), left);
    // A day later the closed days are read again.
    office.a_day_passes();
    office.sync();
    assert_eq!(office.rows(PROVIDERS), left);
    assert_eq!(office.count("differences"), "0");
    assert_eq!(office.count("quarantine"), "0");
}

#[test]
fn no_day_before_a_purge_is_read_again_and_none_is_compared() {
    let office = closed_days::office();
    // Two days are due, and four that were not read yet.
    office.execute(&format!(
        "DELETE FROM reread_days;
         INSERT INTO reread_days VALUES ('callyzer', '{}', '2026-01-01T00:00:00Z', NULL);
         UPDATE sync_runs SET started_at = '2026-01-01T00:00:00Z'",
        day_before(6)
    ));
    purge(&office, day_before(1)).prints("Połączenia: 5").run();
    // Figures of a purged day are due, and Callyzer counts another call.
    office.call(closed_days::call("late", 4));
    office.execute(&format!(
        "INSERT INTO stats_due (provider, user_id, day) VALUES ('callyzer', 1, '{}')",
        day_before(4)
    ));
    let before = office.callyzer.requests().len();
    office.sync();
    assert_eq!(reread_days(&office, before), [day_before(1)]);
    assert!(office.asked_since(before, EMPLOYEE_SUMMARY) > 0);
    assert_eq!(office.count("differences"), "0");
    assert_eq!(office.count("calls"), "1");
    let days = office.rows("SELECT day FROM reread_days");
    assert_eq!(days, [day_before(1).to_string()]);
}

/// Purges a call while the system is asked about it at a path: its answer is late.
fn purge_during_question(office: &Office, path: &str) {
    let late = Misbehaviour::Delay(Duration::from_secs(2));
    office.callyzer.next(path, late);
    let sync = office.callsync(&["-q", "sync"]);
    let mut sync = sync.with("MLUVII_PHASES", "1").start();
    office.wait_for_requests_to(path, 1);
    purge(office, day_before(0)).prints("Połączenia: 1").run();
    assert_eq!(sync.wait(), Some(0));
    for table in ["calls", "call_notes", "call_phases", "quarantine"] {
        assert_eq!(office.count(table), "0", "{table}");
    }
}

#[test]
fn notes_of_a_call_that_is_purged_meanwhile_are_kept_nowhere() {
    let office = Office::of_telecube().going_back(2);
    let at = noon(day_before(1));
    let mut call = TelecubeCall::new("t-1", "OUT", "48601200301", "u-anna", at, 30);
    let mut odd = TelecubeNote::new("n-2", "dziwna", at);
    odd.extra.insert("created".into(), "wczoraj".into());
    call.notes = vec![TelecubeNote::new("n-1", "dobra", at), odd];
    office.telecube_call(call);
    purge_during_question(&office, TELECUBE_NOTES);
}

#[test]
fn phases_of_a_call_that_is_purged_meanwhile_are_kept_nowhere() {
    let office = Office::of_mluvii().going_back(2);
    let at = noon(day_before(1));
    let session = MluviiSession::new(7, "IncomingCall", "+48601200301", "41", at, 30);
    office.mluvii_session(session);
    purge_during_question(&office, &format!("{MLUVII_SESSIONS}/7/routingHistory"));
}
