//! Sessions that had not ended when they were read.

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::MluviiSession;
use pretend_callyzer::path::MLUVII_SESSIONS;

use super::{CLIENT, office};
use crate::moment::at;
use crate::office::Office;

const CALLS: &str = "SELECT provider_call_id, status, duration_s FROM calls";
const WAITING: &str = "SELECT provider, provider_call_id, started_at FROM unfinished_calls";

fn beginning() -> DateTime<Utc> {
    at("2026-07-20T10:00:00Z")
}

fn made() -> MluviiSession {
    let begun = beginning() - TimeDelta::hours(1);
    MluviiSession::new(5001, "IncomingCall", CLIENT, "41", begun, 80)
}

/// An office that met a session while it went on.
fn waiting() -> Office {
    let office = office();
    office.it_is(beginning());
    office.mluvii_session(made().unfinished());
    office
        .sync_with_log()
        .prints("Poza rejestrem: niezakończone 1\n")
        .run();
    assert_eq!(office.count("calls"), "0");
    let expected = ["mluvii|5001|2026-07-20T09:00:00Z"];
    assert_eq!(office.rows(WAITING), expected);
    office
}

/// A sync so many days later, which reads no closed day. Gives how often it asked for the session.
fn sync_after(office: &Office, days: i64) -> usize {
    office.it_is(beginning() + TimeDelta::days(days));
    let path = format!("{MLUVII_SESSIONS}/5001");
    let asked = office.asked(&path);
    let run = office.callsync(&["-q", "sync"]);
    run.with("CALLSYNC_REREAD_DAYS", "0").run();
    office.asked(&path) - asked
}

#[test]
fn an_unfinished_session_is_read_by_its_id_until_it_ends() {
    let office = waiting();
    assert_eq!(sync_after(&office, 3), 0, "the list has it");
    assert_eq!(sync_after(&office, 5), 1);
    assert_eq!(office.rows(WAITING).len(), 1);
    office.mluvii_session(made());
    assert_eq!(sync_after(&office, 5), 1);
    assert_eq!(office.rows(CALLS), ["5001|Przychodzące|80"]);
    assert_eq!(office.rows(WAITING), [""; 0]);
    assert_eq!(sync_after(&office, 7), 0);
}

#[test]
fn a_session_that_mluvii_no_longer_has_is_forgotten_and_fails_nothing() {
    let office = waiting();
    office.callyzer.world(|world| world.mluvii.sessions.clear());
    assert_eq!(sync_after(&office, 3), 1);
    assert_eq!(office.rows(WAITING), [""; 0]);
    assert_eq!(office.count("calls"), "0");
}

#[test]
fn a_session_that_never_ends_is_given_up_after_thirty_days() {
    let office = waiting();
    sync_after(&office, 3);
    assert_eq!(sync_after(&office, 29), 1);
    assert_eq!(office.rows(WAITING).len(), 1);
    assert_eq!(sync_after(&office, 31), 0);
    assert_eq!(office.rows(WAITING), [""; 0]);
}
