//! The FAQ's formulas, each beside the case that shows it. `first(X)` stands for its
//! `Common.RoutingTimeLine[activityType="X"].First().timestamp`.

use super::*;
use PhaseName as Name;
use RoutingKind::{Accepted, Assigned, RequestCreated};

fn at(time: &str) -> Instant {
    format!("2026-11-20T{time}Z").parse().unwrap()
}

fn some(time: &str) -> Option<Instant> {
    (!time.is_empty()).then(|| at(time))
}

fn event(kind: RoutingKind, time: &str, operator: &str) -> RoutingEvent {
    RoutingEvent {
        kind,
        at: at(time),
        operator: (!operator.is_empty()).then(|| operator.to_owned()),
    }
}

/// An operator, with the times of joining, leaving and concluding.
fn stay(user_id: &str, [joined, left, concluded]: [&str; 3]) -> Stay {
    Stay {
        user_id: Some(user_id.to_owned()),
        joined: some(joined),
        left: some(left),
        concluded: some(concluded),
    }
}

/// An incoming call that operator 41 let pass and operator 43 took.
fn session() -> SessionTimes {
    SessionTimes {
        created: some("10:00:00.250"),
        started: some("10:00:31"),
        guest_joined: some("10:00:33.9"),
        waited: Some(TimeDelta::milliseconds(30_999)),
        length: Some(TimeDelta::milliseconds(125_500)),
        is_campaign: false,
        stays: vec![stay("43", ["10:00:31", "10:02:40", "10:03:00.5"])],
    }
}

/// In no order, as the reply's is not documented.
fn history() -> Vec<RoutingEvent> {
    vec![
        event(Accepted, "10:00:31", "43"),
        event(Assigned, "10:00:20", "43"),
        event(RequestCreated, "10:00:02", ""),
        event(Assigned, "10:00:05.5", "41"),
    ]
}

/// The whole session's phases of that name, or each operator's.
fn seconds(found: &Phases, name: Name) -> Vec<(&str, u32)> {
    let phases = found.phases.iter().filter(|phase| phase.name == name);
    phases
        .map(|phase| (phase.operator.as_deref().unwrap_or_default(), phase.seconds))
        .collect()
}

/// One phase of the session, and how many were negative.
fn of_session(session: &SessionTimes, name: Name) -> (Option<u32>, u64) {
    let found = phases(session, &history());
    (
        seconds(&found, name).first().map(|(_, seconds)| *seconds),
        found.negative,
    )
}

fn of_history(history: &[RoutingEvent], name: Name) -> (Option<u32>, u64) {
    let found = phases(&session(), history);
    (
        seconds(&found, name).first().map(|(_, seconds)| *seconds),
        found.negative,
    )
}

#[test]
fn every_phase_of_a_whole_session_is_found() {
    let found = phases(&session(), &history());
    for (name, expected) in [
        // first(RoutingRequestCreated) - Sessions.SessionModel.created
        (Name::Created, vec![("", 1)]),
        // first(AssignedToOperator) - first(RoutingRequestCreated)
        (Name::InQueue, vec![("", 3)]),
        // first(AcceptedByOperator) - first(AssignedToOperator)
        (Name::Waiting, vec![("", 25)]),
        // guestJoined - started (jen je-li výsledek kladný)
        (Name::BeforeCallWork, vec![("", 2)]),
        // length
        (Name::Active, vec![("", 125)]),
        // operators.Max(concluded) - operators.Max(left)
        (Name::AfterCallWork, vec![("", 20)]),
        // first(AcceptedByOperator) - first(AssignedToOperator & operator.userId=X)
        (Name::OperatorQueue, vec![("41", 25), ("43", 11)]),
        // operators[userId=X].concluded - operators[userId=X].left
        (Name::OperatorAfterCallWork, vec![("43", 20)]),
        // guestJoined - created (neplatí u náhledové kampaně)
        (Name::Ringing, vec![("", 33)]),
        // waited
        (Name::Exchange, vec![("", 30)]),
    ] {
        assert_eq!(seconds(&found, name), expected, "{name:?}");
    }
    assert_eq!((found.phases.len(), found.negative), (11, 0));
}

#[test]
fn what_the_history_tells_needs_the_creation_alone_and_the_rest_needs_no_history() {
    let whole = phases(&session(), &history());
    let created = SessionTimes {
        created: session().created,
        ..SessionTimes::default()
    };
    let of_history = phases(&created, &history()).phases;
    let of_session = phases(&session(), &[]).phases;
    assert!(of_history.iter().all(|phase| phase.name.is_of_history()));
    assert!(of_session.iter().all(|phase| !phase.name.is_of_history()));
    let together: Vec<_> = of_history.into_iter().chain(of_session).collect();
    assert_eq!(together, whole.phases);
}

#[test]
fn a_phase_that_was_skipped_is_absent() {
    assert_eq!(phases(&SessionTimes::default(), &[]), Phases::default());
    // A client who hung up in the queue: nobody accepted.
    let mut abandoned = history();
    abandoned.remove(0);
    for name in [Name::Waiting, Name::OperatorQueue] {
        assert_eq!(of_history(&abandoned, name), (None, 0), "{name:?}");
    }
    assert_eq!(of_history(&abandoned, Name::InQueue), (Some(3), 0));
    // An operator who was rung directly: nothing was assigned.
    let direct = [
        event(RequestCreated, "10:00:02", ""),
        event(Accepted, "10:00:09", "43"),
    ];
    for name in [Name::InQueue, Name::Waiting, Name::OperatorQueue] {
        assert_eq!(of_history(&direct, name), (None, 0), "{name:?}");
    }
    // An operator who has not left or not concluded yet.
    for times in [
        ["10:00:31", "", ""],
        ["10:00:31", "10:02:40", ""],
        ["10:00:31", "", "10:03:00"],
    ] {
        let open = SessionTimes {
            stays: vec![stay("43", times)],
            ..session()
        };
        for name in [Name::AfterCallWork, Name::OperatorAfterCallWork] {
            assert_eq!(of_session(&open, name), (None, 0), "{name:?}");
        }
    }
    let without_times = SessionTimes {
        guest_joined: None,
        waited: None,
        length: None,
        ..session()
    };
    for name in [
        Name::BeforeCallWork,
        Name::Ringing,
        Name::Active,
        Name::Exchange,
    ] {
        assert_eq!(of_session(&without_times, name), (None, 0), "{name:?}");
    }
}

#[test]
fn a_true_zero_is_kept_and_seconds_are_cut_off() {
    let zero = Some(TimeDelta::zero());
    let short = SessionTimes {
        created: some("10:00:33.9"),
        waited: zero,
        length: Some(TimeDelta::milliseconds(999)),
        stays: vec![stay("43", ["10:00:31", "10:02:40", "10:02:40"])],
        ..session()
    };
    for name in [
        Name::Ringing,
        Name::Exchange,
        Name::Active,
        Name::AfterCallWork,
        Name::OperatorAfterCallWork,
    ] {
        let found = phases(&short, &[]);
        assert_eq!(seconds(&found, name)[0].1, 0, "{name:?}");
    }
}

#[test]
fn a_negative_phase_is_dropped_and_counted() {
    for (changed, name) in [
        (
            SessionTimes {
                created: some("10:00:02.5"),
                ..session()
            },
            Name::Created,
        ),
        (
            SessionTimes {
                waited: Some(TimeDelta::milliseconds(-1)),
                ..session()
            },
            Name::Exchange,
        ),
        (
            SessionTimes {
                length: Some(TimeDelta::seconds(-9)),
                ..session()
            },
            Name::Active,
        ),
    ] {
        assert_eq!(of_session(&changed, name), (None, 1), "{name:?}");
    }
    // Left after concluding, which concerns the session and the operator.
    let turned = SessionTimes {
        stays: vec![stay("43", ["10:00:31", "10:03:00", "10:02:59"])],
        ..session()
    };
    assert_eq!(of_session(&turned, Name::AfterCallWork), (None, 2));
    let early = [
        event(RequestCreated, "10:00:02", ""),
        event(Assigned, "10:00:01", "43"),
        event(Accepted, "10:00:01.5", "43"),
    ];
    assert_eq!(of_history(&early, Name::InQueue), (None, 1));
}

#[test]
fn work_before_the_call_is_there_only_when_positive() {
    for (joined, expected) in [
        ("10:00:31", None),
        ("10:00:30", None),
        ("10:00:38", Some(7)),
    ] {
        let session = SessionTimes {
            guest_joined: some(joined),
            ..session()
        };
        assert_eq!(
            of_session(&session, Name::BeforeCallWork),
            (expected, 0),
            "{joined}"
        );
    }
}

#[test]
fn a_campaign_has_no_ringing_for_a_preview_is_not_told_apart() {
    let campaign = SessionTimes {
        is_campaign: true,
        ..session()
    };
    assert_eq!(of_session(&campaign, Name::Ringing), (None, 0));
    assert_eq!(of_session(&campaign, Name::BeforeCallWork), (Some(2), 0));
}

#[test]
fn the_last_operator_to_leave_and_to_conclude_end_the_work_after_the_call() {
    let forwarded = SessionTimes {
        stays: vec![
            stay("41", ["10:00:31", "10:01:00", "10:03:10"]),
            stay("43", ["10:01:00", "10:02:40", "10:02:50"]),
        ],
        ..session()
    };
    let found = phases(&forwarded, &[]);
    assert_eq!(seconds(&found, Name::AfterCallWork), [("", 30)]);
    let of_each = seconds(&found, Name::OperatorAfterCallWork);
    assert_eq!(of_each, [("41", 130), ("43", 10)]);
}

#[test]
fn an_operator_who_came_back_counts_with_the_last_stay() {
    let back = SessionTimes {
        stays: vec![
            stay("41", ["10:02:00", "10:02:40", "10:02:45"]),
            stay("43", ["10:01:00", "10:02:00", "10:02:02"]),
            stay("41", ["10:00:31", "10:01:00", "10:01:59"]),
        ],
        ..session()
    };
    let found = phases(&back, &[]);
    let of_each = seconds(&found, Name::OperatorAfterCallWork);
    assert_eq!(of_each, [("43", 2), ("41", 5)]);
    // The last stay has no end yet: the one before it does not stand in for it.
    let open = SessionTimes {
        stays: vec![
            stay("41", ["10:00:31", "10:01:00", "10:01:59"]),
            stay("41", ["10:02:00", "", ""]),
        ],
        ..session()
    };
    let found = phases(&open, &[]);
    assert_eq!(seconds(&found, Name::OperatorAfterCallWork), []);
}

#[test]
fn an_operators_queue_ends_with_the_first_acceptance_by_anybody() {
    // A forward after the first acceptance: operator 44 was chosen too late for it.
    let mut forwarded = history();
    forwarded.extend([
        event(Assigned, "10:01:10", "44"),
        event(Accepted, "10:01:15", "44"),
        event(RequestCreated, "10:01:00", ""),
        // Chosen twice: the first time counts.
        event(Assigned, "10:00:25", "41"),
    ]);
    let found = phases(&session(), &forwarded);
    assert_eq!(
        seconds(&found, Name::OperatorQueue),
        [("41", 25), ("43", 11)]
    );
    assert_eq!(found.negative, 1);
    assert_eq!(seconds(&found, Name::Waiting), [("", 25)]);
}
