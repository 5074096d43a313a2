//! How long a session was in each of its phases, by the formulas of mluvii's FAQ.

use chrono::TimeDelta;

use super::time::Instant;
use crate::call::{Phase, PhaseName};

/// The times of a session, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct SessionTimes {
    pub created: Option<Instant>,
    pub started: Option<Instant>,
    pub guest_joined: Option<Instant>,
    pub waited: Option<TimeDelta>,
    pub length: Option<TimeDelta>,
    pub is_campaign: bool,
    pub stays: Vec<Stay>,
}

/// One stay of an operator in a session.
#[derive(Clone, Debug, Default)]
pub struct Stay {
    pub user_id: Option<String>,
    pub joined: Option<Instant>,
    pub left: Option<Instant>,
    pub concluded: Option<Instant>,
}

/// An entry of a session's routing history.
#[derive(Clone, Debug)]
pub struct RoutingEvent {
    pub kind: RoutingKind,
    pub at: Instant,
    /// The operator's user id, where it names one.
    pub operator: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutingKind {
    RequestCreated,
    Assigned,
    Accepted,
}

/// The phases of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    pub phases: Vec<Phase>,
    /// How many were left out because they end before they begin.
    pub negative: u64,
}

/// All phases whose ends are known. One that the session skipped is absent, never zero.
pub fn phases(session: &SessionTimes, history: &[RoutingEvent]) -> Phases {
    let mut history = history.to_vec();
    history.sort_by_key(|event| event.at);
    let mut found = Phases::default();
    found.add_routing(session, &history);
    found.add_queues(&history);
    found.add_work(session);
    found.add_operators_work(session);
    found
}

impl Phases {
    fn add_routing(&mut self, session: &SessionTimes, history: &[RoutingEvent]) {
        let requested = first(history, RoutingKind::RequestCreated);
        let assigned = first(history, RoutingKind::Assigned);
        let accepted = first(history, RoutingKind::Accepted);
        self.add(PhaseName::Created, between(session.created, requested));
        self.add(PhaseName::InQueue, between(requested, assigned));
        self.add(PhaseName::Waiting, between(assigned, accepted));
    }

    /// Each operator's queue lasts until anybody accepted.
    fn add_queues(&mut self, history: &[RoutingEvent]) {
        let accepted = first(history, RoutingKind::Accepted);
        let mut operators: Vec<&String> = Vec::new();
        for event in history
            .iter()
            .filter(|event| event.kind == RoutingKind::Assigned)
        {
            // The list is in order: an operator's first assignment comes first.
            let Some(operator) = event.operator.as_ref().filter(|id| !operators.contains(id))
            else {
                continue;
            };
            operators.push(operator);
            let queue = between(Some(event.at), accepted);
            self.add_of(PhaseName::OperatorQueue, Some(operator), queue);
        }
    }

    fn add_work(&mut self, session: &SessionTimes) {
        let before = between(session.started, session.guest_joined);
        let before = before.filter(|duration| *duration > TimeDelta::zero());
        self.add(PhaseName::BeforeCallWork, before);
        self.add(PhaseName::Active, session.length);
        let left = session.stays.iter().filter_map(|stay| stay.left).max();
        let concluded = session.stays.iter().filter_map(|stay| stay.concluded).max();
        self.add(PhaseName::AfterCallWork, between(left, concluded));
        // It does not hold for a campaign with a preview, which no field tells apart.
        let joined = session.guest_joined.filter(|_| !session.is_campaign);
        self.add(PhaseName::Ringing, between(session.created, joined));
        self.add(PhaseName::Exchange, session.waited);
    }

    /// Of an operator who came back, the last stay counts.
    fn add_operators_work(&mut self, session: &SessionTimes) {
        let mut stays: Vec<_> = session.stays.iter().collect();
        stays.sort_by_key(|stay| stay.joined);
        for (place, stay) in stays.iter().enumerate() {
            let is_last = stays[place + 1..]
                .iter()
                .all(|later| later.user_id != stay.user_id);
            if is_last && stay.user_id.is_some() {
                let work = between(stay.left, stay.concluded);
                self.add_of(
                    PhaseName::OperatorAfterCallWork,
                    stay.user_id.as_ref(),
                    work,
                );
            }
        }
    }

    fn add(&mut self, name: PhaseName, duration: Option<TimeDelta>) {
        self.add_of(name, None, duration);
    }

    /// Whole seconds; what is less than none before they are cut off counts as negative.
    fn add_of(&mut self, name: PhaseName, operator: Option<&String>, duration: Option<TimeDelta>) {
        let Some(duration) = duration else { return };
        match u32::try_from(duration.num_seconds()) {
            Ok(seconds) if duration >= TimeDelta::zero() => self.phases.push(Phase {
                name,
                operator: operator.cloned(),
                seconds,
            }),
            _ => self.negative += 1,
        }
    }
}

fn first(history: &[RoutingEvent], kind: RoutingKind) -> Option<Instant> {
    let event = history.iter().find(|event| event.kind == kind);
    event.map(|event| event.at)
}

fn between(from: Option<Instant>, to: Option<Instant>) -> Option<TimeDelta> {
    Some(to? - from?)
}

#[cfg(test)]
mod tests;
