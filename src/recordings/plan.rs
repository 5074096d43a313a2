//! Whether a session has to be asked for its recordings: what the file and the folder know of
//! them.

use super::name::Key;
use crate::provider::Provider;
use crate::store::recordings::{KnownRecording, RecordedCall};

/// The id under which the call itself is kept: when its session was asked and told nothing
/// that is not settled, or that it is gone; for a call with one recording, that one.
pub const OF_CALL: &str = "";

/// Before the ids of shared files, which mluvii numbers apart from recordings.
const FILE: &str = "file:";

/// What is to be downloaded of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Recording,
    SharedFile,
}

impl Content {
    /// The id under which the database keeps it.
    pub fn stored_id(self, id: &str) -> String {
        match self {
            Self::Recording => id.to_owned(),
            Self::SharedFile => format!("{FILE}{id}"),
        }
    }

    pub fn key(self, session_id: &str, id: &str) -> Key {
        match self {
            Self::Recording => Key::of_recording(Provider::Mluvii, session_id, id),
            Self::SharedFile => Key::of_file(Provider::Mluvii, session_id, id),
        }
    }

    fn of(stored_id: &str) -> (Self, &str) {
        match stored_id.strip_prefix(FILE) {
            Some(id) => (Self::SharedFile, id),
            None => (Self::Recording, stored_id),
        }
    }
}

/// What a call without anything to do has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    pub there: u64,
    pub gone: u64,
}

/// Whether a call itself, or its one recording, is gone. A call that was written since may
/// have another one.
pub fn is_gone(call: &RecordedCall) -> bool {
    let of_call = known(call, OF_CALL);
    of_call.is_some_and(|known| known.gone_at.is_some_and(|at| at >= call.changed_at))
}

/// Whether an earlier run found the recording or file of a call.
pub fn is_known(call: &RecordedCall, stored_id: &str) -> bool {
    known(call, stored_id).is_some()
}

/// Whether a recording or file of a session is gone.
pub fn is_known_gone(call: &RecordedCall, stored_id: &str) -> bool {
    known(call, stored_id).is_some_and(|known| known.gone_at.is_some())
}

/// What a session has, if all that is known of it is there or gone and nothing was written of
/// it since it was asked. `is_there`: whether the folder has the file.
pub fn settled(
    call: &RecordedCall,
    with_files: bool,
    is_there: impl Fn(&Key) -> bool,
) -> Option<Settled> {
    if is_gone(call) {
        let gone = call.recordings.max(1).into();
        return Some(Settled { there: 0, gone });
    }
    let asked_at = known(call, OF_CALL).and_then(|known| known.fetched_at);
    if call.is_processing || asked_at.is_none_or(|at| at < call.changed_at) {
        return None;
    }
    let (mut settled, mut files) = (Settled::default(), 0);
    for recording in call.known.iter().filter(|known| known.id != OF_CALL) {
        let (content, id) = Content::of(&recording.id);
        if content == Content::SharedFile {
            files += 1;
            if !with_files {
                continue;
            }
        }
        if recording.gone_at.is_some() {
            settled.gone += 1;
        } else if is_there(&content.key(&call.provider_call_id, id)) {
            settled.there += 1;
        } else {
            return None;
        }
    }
    (!with_files || files >= call.files).then_some(settled)
}

fn known<'a>(call: &'a RecordedCall, id: &str) -> Option<&'a KnownRecording> {
    call.known.iter().find(|known| known.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::{self, Moment};

    fn at(minute: u32) -> Moment {
        moment::from_text(&format!("2026-11-20T10:{minute:02}:00Z")).unwrap()
    }

    fn fetched(id: &str) -> KnownRecording {
        KnownRecording {
            id: id.into(),
            fetched_at: Some(at(5)),
            gone_at: None,
        }
    }

    fn gone(id: &str) -> KnownRecording {
        KnownRecording {
            gone_at: Some(at(5)),
            ..fetched(id)
        }
    }

    /// A session that was written at 10:04 and asked at 10:05.
    fn session(known: &[KnownRecording]) -> RecordedCall {
        RecordedCall {
            id: 1,
            provider: "mluvii".into(),
            provider_call_id: "77".into(),
            started_at: at(0),
            number: None,
            changed_at: at(4),
            recording_url: None,
            recordings: 2,
            files: 1,
            is_processing: false,
            known: known.to_vec(),
        }
    }

    fn found(call: &RecordedCall, with_files: bool, there: &[&str]) -> Option<(u64, u64)> {
        let keys: Vec<_> = there
            .iter()
            .map(|id| Content::of(id))
            .map(|(content, id)| content.key("77", id))
            .collect();
        let settled = settled(call, with_files, |key| keys.contains(key))?;
        Some((settled.there, settled.gone))
    }

    #[test]
    fn a_session_is_asked_until_all_that_it_told_is_there_or_gone() {
        let all = session(&[fetched(""), fetched("12"), gone("13"), fetched("file:12")]);
        assert_eq!(found(&all, true, &["12", "file:12"]), Some((2, 1)));
        assert_eq!(found(&all, false, &["12"]), Some((1, 1)));
        assert_eq!(found(&all, true, &["12"]), None, "another folder");
        assert_eq!(found(&all, false, &[]), None, "an empty folder");
        let never_asked = session(&[fetched("12")]);
        assert_eq!(found(&never_asked, false, &["12"]), None);
        let without_files = session(&[fetched(""), fetched("12")]);
        assert_eq!(found(&without_files, false, &["12"]), Some((1, 0)));
        assert_eq!(found(&without_files, true, &["12"]), None);
    }

    #[test]
    fn a_session_is_asked_again_when_it_was_written_since_or_was_not_ready() {
        let mut call = session(&[fetched(""), fetched("12")]);
        call.changed_at = at(6);
        assert_eq!(found(&call, false, &["12"]), None);
        let mut call = session(&[fetched(""), fetched("12")]);
        call.is_processing = true;
        assert_eq!(found(&call, false, &["12"]), None);
    }

    #[test]
    fn a_session_that_is_gone_is_asked_again_only_when_it_was_written_since() {
        let mut call = session(&[gone("")]);
        assert_eq!(found(&call, true, &[]), Some((0, 2)));
        call.changed_at = at(6);
        assert_eq!(found(&call, true, &[]), None);
    }
}
