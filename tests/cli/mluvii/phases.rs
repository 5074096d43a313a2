//! How long a session was in its phases: some it tells itself, some its routing history.

use chrono::TimeDelta;
use pretend_callyzer::path::MLUVII_SESSIONS;
use pretend_callyzer::{Misbehaviour, MluviiOperator, Request, RoutingStep};
use serde_json::json;

use super::{office, session};
use crate::office::Office;
use crate::run::Run;

/// A session that Anna took, of so many minutes ago.
fn taken(office: &Office, id: i64, minutes: i64) {
    office.mluvii_session(session(id, "IncomingCall", "41", minutes, 80));
}

fn with_phases(run: Run) -> Run {
    run.with("MLUVII_PHASES", "1")
}

fn phases(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT c.provider_call_id, p.phase, p.operator, p.seconds FROM call_phases p
         JOIN calls c ON c.id = p.call_id ORDER BY 1, 2, 3",
    )
}

fn is_of_history(request: &Request) -> bool {
    request.path.ends_with("/routingHistory")
}

/// The sessions whose routing history was asked for, in order.
fn asked_for(office: &Office) -> Vec<String> {
    let requests = office.callyzer.requests().into_iter();
    let histories = requests.filter(is_of_history);
    histories
        .map(|request| {
            let id = request.path.strip_prefix(MLUVII_SESSIONS).unwrap();
            id.trim_matches('/').split('/').next().unwrap().to_owned()
        })
        .collect()
}

const TOLD_BY_ITSELF: [&str; 5] = [
    "1|active|null|80",
    "1|acw|null|30",
    "1|exchange|null|12",
    "1|operator_acw|41|30",
    "1|ringing|null|0",
];

#[test]
fn the_phases_that_a_session_tells_cost_nothing_and_the_others_a_request() {
    let office = office();
    taken(&office, 1, 60);
    office.sync();
    assert_eq!(phases(&office), TOLD_BY_ITSELF);
    assert_eq!(asked_for(&office), [""; 0]);
    let office = super::office();
    taken(&office, 1, 60);
    with_phases(office.callsync(&["-q", "sync"])).run();
    assert_eq!(asked_for(&office), ["1"]);
    let of_history = [
        "1|created|null|1",
        "1|in_queue|null|3",
        "1|operator_queue|41|8",
        "1|waiting|null|8",
    ];
    let mut all = [&TOLD_BY_ITSELF[..], &of_history].concat();
    all.sort_unstable();
    assert_eq!(phases(&office), all);
    // A later reading of the same session keeps them, and asks for them no more.
    with_phases(office.callsync(&["-q", "sync"])).run();
    assert_eq!(asked_for(&office), ["1"]);
    assert_eq!(phases(&office), all);
}

/// Operator 44 let it pass, 41 took it and handed it over to 43, and concluded after her.
fn handed_over(office: &Office) {
    let mut session = session(1, "IncomingCall", "", 60, 0);
    let at = |seconds| session.created + TimeDelta::seconds(seconds);
    let stay = |user_id: &str, [joined, left, concluded]: [i64; 3]| MluviiOperator {
        left: Some(at(left)),
        concluded: Some(at(concluded)),
        ..MluviiOperator::new(user_id, at(joined), 0)
    };
    let step = |(activity, seconds, operator)| RoutingStep::new(activity, at(seconds), operator);
    let operators = vec![stay("41", [40, 100, 180]), stay("43", [100, 150, 173])];
    let routing = [
        ("AcceptedByOperator", 100, "43"),
        ("AssignedToOperator", 98, "43"),
        ("RoutingRequestCreated", 95, ""),
        ("AcceptedByOperator", 40, "41"),
        ("AssignedToOperator", 18, "41"),
        ("OperatorTimeoutExpired", 17, "44"),
        ("AssignedToOperator", 7, "44"),
        ("RoutingRequestCreated", 2, ""),
    ];
    let routing = routing.map(step).to_vec();
    (session.started, session.guest_joined) = (Some(at(40)), Some(at(47)));
    (session.waited, session.length_s) = (TimeDelta::seconds(29), Some(103));
    (session.operators, session.routing) = (operators, routing);
    office.mluvii_session(session);
}

#[test]
fn each_formula_is_stored_under_its_own_name() {
    let office = office();
    handed_over(&office);
    with_phases(office.callsync(&["sync"]))
        .prints("ujemne fazy 1\n")
        .logs()
        .run();
    assert_eq!(
        phases(&office),
        [
            "1|active|null|103",
            "1|acw|null|30",
            "1|bcw|null|7",
            "1|created|null|2",
            "1|exchange|null|29",
            "1|in_queue|null|5",
            "1|operator_acw|41|80",
            "1|operator_acw|43|23",
            "1|operator_queue|41|22",
            "1|operator_queue|44|33",
            "1|ringing|null|47",
            "1|waiting|null|33",
        ]
    );
}

#[test]
fn the_start_of_the_routing_is_measured_to_the_fraction_of_a_second() {
    let office = office();
    let mut session = session(1, "IncomingCall", "41", 60, 80);
    session.created += TimeDelta::milliseconds(900);
    let requested = session.created + TimeDelta::milliseconds(950);
    session.routing = vec![RoutingStep::new("RoutingRequestCreated", requested, "")];
    office.mluvii_session(session);
    with_phases(office.callsync(&["-q", "sync"])).run();
    let created = "SELECT seconds FROM call_phases WHERE phase = 'created'";
    assert_eq!(office.value(created), "0");
}

#[test]
fn so_many_histories_a_run_the_newest_first_and_the_rest_by_the_next() {
    let office = office();
    for id in 1..=5 {
        taken(&office, id, 100 - id);
    }
    for _ in 0..3 {
        let run = with_phases(office.callsync(&["-q", "sync"]));
        run.with("MLUVII_PHASES_A_RUN", "2").run();
    }
    assert_eq!(asked_for(&office), ["5", "4", "3", "2", "1"]);
}

#[test]
fn a_history_that_fails_or_is_gone_keeps_no_other_waiting() {
    let office = office();
    for id in 1..=3 {
        taken(&office, id, 100 - id);
    }
    let is_of = |id: &str| {
        let path = format!("{MLUVII_SESSIONS}/{id}/routingHistory");
        move |request: &Request| request.path == path
    };
    let (broken, gone) = (Misbehaviour::OtherShape, Misbehaviour::status(404, "{}"));
    office.callyzer.when(is_of("3"), broken);
    office.callyzer.when(is_of("2"), gone);
    with_phases(office.failing_sync(76)).run();
    let waiting = "SELECT provider_call_id FROM call_phases JOIN calls ON id = call_id
                   WHERE phase = 'waiting'";
    assert_eq!(office.rows(waiting), ["1"]);
    office.callyzer.behave();
    office.execute("UPDATE phases_due SET failed_at = '2026-01-01T00:00:00Z'");
    with_phases(office.callsync(&["-q", "sync"])).run();
    assert_eq!(
        office.rows(waiting).len(),
        2,
        "the one that is gone has none"
    );
}

#[test]
fn a_negative_phase_is_counted_and_none_is_stored() {
    let office = office();
    let mut odd = session(1, "IncomingCall", "41", 60, 80);
    let left = odd.operators[0].left.unwrap();
    odd.operators[0].concluded = Some(left - TimeDelta::seconds(5));
    let late = odd.created + TimeDelta::seconds(40);
    odd.routing
        .push(RoutingStep::new("AssignedToOperator", late, "43"));
    office.mluvii_session(odd);
    with_phases(office.sync_with_log())
        .prints("Połączenia: 1 (nowe 1, zmienione 0)")
        .prints("ujemne fazy 3\n")
        .run();
    let stored = phases(&office);
    assert!(
        stored.contains(&"1|operator_queue|41|8".to_owned()),
        "{stored:?}"
    );
    let negative = ["acw", "operator_acw", "operator_queue|43"];
    for name in negative {
        let row = format!("1|{name}|");
        assert!(
            !stored.iter().any(|phase| phase.starts_with(&row)),
            "{stored:?}"
        );
    }
}

#[test]
fn a_lead_shows_the_phases_under_their_call() {
    let office = office();
    taken(&office, 1, 60);
    office.sync();
    let screen = office.callsync(&["lead", "1"]).prints("Jan").run().stdout;
    assert!(!screen.contains("Fazy:"), "{screen}");
    office
        .callsync(&["lead", "1", "--phases"])
        .prints("Fazy: ")
        .prints("rozmowa 1:20")
        .prints("praca po rozmowie 0:30")
        .prints("dzwonienie 0:00")
        .run();
    let found = office
        .callsync(&["lead", "1", "--phases", "--format", "json"])
        .json();
    let shown = found["calls"][0]["phases"].as_array().unwrap();
    assert_eq!(shown.len(), TOLD_BY_ITSELF.len());
    let active = json!({"phase": "active", "operator": null, "seconds": 80});
    assert!(shown.contains(&active), "{found}");
}
