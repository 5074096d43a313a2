//! Rows that come again in the reading of one window: it may be read twice, its pages may
//! have rows in common, and so have the parts into which it is halved.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

use crate::call::{Call, LeftOut, Records, Unreadable};

/// What the rows of a window said last. How many rows a window may have, its reading
/// limits.
#[derive(Debug, Default)]
pub struct Repeats {
    rows: HashMap<String, Said>,
    hasher: RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Said {
    /// Its hash.
    content: u64,
    /// Whether the row was counted as read, and not as left out.
    is_read: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// For the first time, or not as one that was read.
    New,
    Otherwise,
    /// As it was.
    Again,
}

impl Repeats {
    /// Takes out of an answer what came before as it is now, and marks how many of the
    /// others were read before. Gives how many calls and unreadable records came before.
    pub fn take_out(&mut self, records: &mut Records) -> usize {
        let rows = records.len();
        self.take_out_left_out(records);
        let mut known = 0;
        let mut is_written = |came: Came| {
            known += usize::from(came == Came::Otherwise);
            came != Came::Again
        };
        let calls = &mut records.calls;
        calls.retain(|call| is_written(self.take_in_call(call)));
        let unreadable = &mut records.unreadable;
        unreadable.retain(|record| is_written(self.take_in_unreadable(record)));
        records.known = known;
        rows - records.len() + known
    }

    /// Before the calls, whose negative phases stand here, several of a call perhaps.
    fn take_out_left_out(&mut self, records: &mut Records) {
        records.left_out.retain(|(why, id)| match (why, id) {
            (_, None) => true,
            (LeftOut::NegativePhase, Some(id)) => !self.rows.contains_key(id),
            (why, Some(id)) => self.take_in(id, why, false) != Came::Again,
        });
    }

    fn take_in_call(&mut self, call: &Call) -> Came {
        let mut content = call.clone();
        if call.recording_url_varies {
            content.recording_url = call.recording_url.as_ref().map(|_| String::new());
        }
        self.take_in(&call.provider_call_id, content, true)
    }

    /// One without an id is told from others by its text.
    fn take_in_unreadable(&mut self, record: &Unreadable) -> Came {
        let content = (record.reason.as_str(), &record.record);
        match &record.provider_call_id {
            Some(id) => self.take_in(id, content, true),
            None => {
                let hash = self.hasher.hash_one(content);
                self.take_in(&format!("without id {hash:x}"), content, true)
            }
        }
    }

    fn take_in(&mut self, id: &str, content: impl Hash, is_read: bool) -> Came {
        let content = self.hasher.hash_one(content);
        let said = Said { content, is_read };
        match self.rows.insert(id.to_owned(), said) {
            Some(before) if before.content == content => Came::Again,
            Some(before) if before.is_read => Came::Otherwise,
            _ => Came::New,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Attached, Kind, Party, Status};
    use crate::moment;
    use crate::reason::Cause;

    fn call(id: &str, recording_url: &str, duration_s: u32) -> Call {
        Call {
            provider_call_id: id.into(),
            advisor: Party::Hidden,
            advisor_keys: Vec::new(),
            client: Party::Hidden,
            client_name: None,
            status: Status::Incoming,
            kind: Kind::phone_call(),
            started_at: moment::from_text("2026-07-28T10:00:00Z").unwrap(),
            duration_s,
            note: None,
            recording_url: Some(recording_url.into()),
            recording_url_varies: true,
            uploaded_at: None,
            details: None,
            has_notes: false,
            attached: Some(Attached::default()),
        }
    }

    fn unreadable(id: Option<&str>) -> Unreadable {
        Unreadable {
            provider_call_id: id.map(str::to_owned),
            reason: Cause::NoTime.into(),
            record: "{}".into(),
            advisor_number: None,
            day: None,
            status: None,
        }
    }

    fn answer() -> Records {
        let left_out = [
            (LeftOut::NegativePhase, "1"),
            (LeftOut::NegativePhase, "1"),
            (LeftOut::Chat, "2"),
            (LeftOut::Unfinished, "3"),
        ];
        Records {
            calls: vec![call("1", "https://example.invalid/first", 9)],
            unreadable: vec![unreadable(Some("4")), unreadable(None)],
            left_out: left_out.map(|(why, id)| (why, Some(id.into()))).to_vec(),
            ..Records::default()
        }
    }

    #[test]
    fn what_comes_again_as_it_was_is_taken_out() {
        let mut repeats = Repeats::default();
        let mut first = answer();
        assert_eq!(repeats.take_out(&mut first), 0);
        assert_eq!((first.read(), first.left_out.len()), (3, 4));
        let mut again = answer();
        again.calls[0].recording_url = Some("https://example.invalid/second".into());
        assert_eq!(repeats.take_out(&mut again), 3);
        assert_eq!((again.len(), again.left_out.len()), (0, 0));
    }

    #[test]
    fn what_comes_otherwise_stays_and_counts_once() {
        let mut repeats = Repeats::default();
        repeats.take_out(&mut answer());
        for duration_s in [80, 9] {
            let mut changed = Records {
                calls: vec![call("1", "https://example.invalid/first", duration_s)],
                ..Records::default()
            };
            assert_eq!(repeats.take_out(&mut changed), 1);
            assert_eq!((changed.len(), changed.read()), (1, 0));
        }
    }

    #[test]
    fn a_session_that_ends_between_two_readings_is_read() {
        let mut repeats = Repeats::default();
        repeats.take_out(&mut answer());
        let mut ended = Records {
            calls: vec![call("3", "https://example.invalid/first", 9)],
            ..Records::default()
        };
        repeats.take_out(&mut ended);
        assert_eq!((ended.len(), ended.read()), (1, 1));
    }
}
