//! Several rows of one call, should a call that rang at several users be several: whether it
//! is, no document says.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::call::{Call, Status};

/// The calls that a reading brought so far, by id.
#[derive(Debug, Default)]
pub struct Legs(HashMap<String, Leg>);

/// The best row of a call, and what the others say beside it.
#[derive(Debug)]
struct Leg {
    best: Call,
    /// Of all rows.
    advisor_keys: BTreeSet<String>,
    has_notes: bool,
}

impl Legs {
    /// Makes one call of the rows with the same id, also those of earlier pages: of the best
    /// of them, with the users of all. The order of the rows does not matter.
    pub fn join(&mut self, calls: Vec<Call>) -> Vec<Call> {
        let mut ids = BTreeSet::new();
        for call in calls {
            let id = call.provider_call_id.clone();
            match self.0.get_mut(&id) {
                Some(leg) => leg.add(call),
                None => drop(self.0.insert(id.clone(), Leg::of(call))),
            }
            ids.insert(id);
        }
        let call = |id: &String| self.0.get(id).map(Leg::call);
        ids.iter().filter_map(call).collect()
    }
}

impl Leg {
    fn of(best: Call) -> Self {
        Self {
            advisor_keys: best.advisor_keys.iter().cloned().collect(),
            has_notes: best.has_notes,
            best,
        }
    }

    fn add(&mut self, call: Call) {
        self.advisor_keys.extend(call.advisor_keys.iter().cloned());
        self.has_notes |= call.has_notes;
        if rank(&call) < rank(&self.best) {
            self.best = call;
        }
    }

    /// The users of the best row come first.
    fn call(&self) -> Call {
        let mut call = self.best.clone();
        let others = self.advisor_keys.iter();
        let others = others.filter(|key| !self.best.advisor_keys.contains(key));
        call.advisor_keys.extend(others.cloned());
        call.has_notes = self.has_notes;
        call
    }
}

/// The least is the row of whoever took the call, else the one that rang longest. Of two that
/// differ in nothing else, any but always the same one.
fn rank(call: &Call) -> impl Ord + use<> {
    let is_missed = matches!(call.status, Status::Missed | Status::Rejected);
    let details = call.details.clone().unwrap_or_default();
    let read: Value = serde_json::from_str(&details).unwrap_or_default();
    let is_answered = read["status"] == "answered";
    let longest = Reverse(call.duration_s);
    let client = call.client.as_str().map(str::to_owned);
    let others = (
        call.status.as_str(),
        client,
        call.client_name.clone(),
        details,
    );
    let keys = call.advisor_keys.clone();
    (
        is_missed,
        !is_answered,
        longest,
        call.started_at,
        keys,
        others,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::call::Records;
    use crate::telecube::row::RowReader;

    /// Rows of one call, of these users, that rang for so long in this queue.
    fn rows(given: &[(&str, u32, &str)]) -> Vec<Call> {
        let reader = RowReader {
            zone: chrono_tz::Europe::Warsaw,
            region: "PL".parse().unwrap(),
        };
        let mut records = Records::default();
        for (user, duration, queue) in given {
            let row = json!({
                "uuid": "t-1", "service": "CALL", "callDirection": "IN", "status": "NOANSWER",
                "callDate": "2026-07-28 10:41:09", "duration": duration,
                "userTalk": {"status": queue, "receivers": [{"uuid": user}]},
            });
            reader.read_into(&row.to_string(), &mut records);
        }
        records.calls
    }

    #[test]
    fn the_call_is_the_same_in_whatever_order_its_rows_come() {
        for mut given in [
            vec![("a", 30, "x"), ("b", 10, "x"), ("c", 10, "x")],
            vec![("a", 10, "x"), ("a", 10, "y"), ("a", 10, "z")],
        ] {
            let join = |given: &[_]| format!("{:?}", Legs::default().join(rows(given)));
            let joined = join(&given);
            given.reverse();
            assert_eq!(join(&given), joined);
            given.rotate_left(1);
            assert_eq!(join(&given), joined);
        }
    }
}
