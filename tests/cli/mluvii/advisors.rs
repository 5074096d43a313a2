//! Whose a session is, and in whose figures it counts.

use chrono::TimeDelta;
use pretend_callyzer::MluviiOperator;

use super::{office, session};
use crate::moment::ago;
use crate::office::Office;

fn owners(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT c.provider_call_id, u.login FROM calls c LEFT JOIN users u ON u.id = c.advisor_id
         ORDER BY 1",
    )
}

/// Operators who joined one after the other, in the order in which the row shows them.
fn operators(joined: &[(&str, i64)]) -> Vec<MluviiOperator> {
    let operator = |(key, second): &(&str, i64)| {
        MluviiOperator::new(key, ago(60) + TimeDelta::seconds(*second), 10)
    };
    joined.iter().map(operator).collect()
}

#[test]
fn the_advisor_is_the_known_operator_who_joined_first() {
    let office = office();
    for (id, joined) in [
        (1, vec![("41", 12)]),
        (2, vec![("41", 40), ("43", 12)]),
        (3, vec![("999", 12), ("43", 40)]),
        (4, vec![("999", 12)]),
        (5, vec![]),
    ] {
        let mut session = session(id, "OutgoingCall", "41", 60, 30);
        session.operators = operators(&joined);
        office.mluvii_session(session);
    }
    office.sync();
    let expected = ["1|anna", "2|celina", "3|celina", "4|null", "5|null"];
    assert_eq!(owners(&office), expected);
    assert_eq!(office.count("calls WHERE advisor_number IS NOT NULL"), "0");

    // A key that is learnt later is that of the calls that are read again.
    office.import("users", "login,mluvii\nbartek,999\n");
    office.sync();
    let expected = ["1|anna", "2|celina", "3|celina", "4|bartek", "5|null"];
    assert_eq!(owners(&office), expected);
}

#[test]
fn figures_are_counted_from_the_stored_calls() {
    let office = office();
    let mut nobodys = session(6, "IncomingCall", "", 5, 0);
    nobodys.operators = operators(&[("41", 1)]);
    nobodys.status = "BLACKLISTED".into();
    for session in [
        session(1, "IncomingCall", "41", 5, 100),
        session(2, "OutgoingCall", "41", 5, 50),
        session(3, "Campaign", "41", 5, 0),
        session(4, "IncomingCall", "999", 5, 70),
        session(5, "Callback", "", 5, 0),
        nobodys,
    ] {
        office.mluvii_session(session);
    }
    office.sync();
    let figures = "SELECT provider, user_id, incoming, outgoing, missed, rejected, connected,
                          talk_time_s, incoming_time_s, outgoing_time_s FROM daily_stats";
    assert_eq!(office.rows(figures), ["mluvii|1|1|2|0|1|2|150|100|50"]);
    assert_eq!(office.count("stats_due"), "0");
}
