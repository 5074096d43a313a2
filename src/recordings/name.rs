//! What the files of a folder are called. Of what a system says only letters, digits, `-` and
//! `_` stand in a name as they are.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::moment::Moment;
use crate::provider::Provider;

/// Ids keep these signs; a session's id keeps no `-`, which ends it.
const IN_ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');
const IN_SESSION_ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_');
const IN_NUMBER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'+');

/// The longest part of a name that comes from a system, in bytes: a name has 255.
const MAX_LENGTH: usize = 68;

/// In place of a hidden number.
const HIDDEN: &str = "hidden";

/// The end of a name when nothing says what is in the file.
const UNKNOWN: &str = "bin";

/// What is in a file, and how its name ends; the first one of an ending is the usual one.
const EXTENSIONS: [(&str, &str); 30] = [
    ("audio/mpeg", "mp3"),
    ("audio/mp3", "mp3"),
    ("audio/wav", "wav"),
    ("audio/x-wav", "wav"),
    ("audio/wave", "wav"),
    ("audio/vnd.wave", "wav"),
    ("audio/ogg", "ogg"),
    ("audio/opus", "opus"),
    ("audio/mp4", "m4a"),
    ("audio/x-m4a", "m4a"),
    ("audio/aac", "aac"),
    ("audio/flac", "flac"),
    ("audio/amr", "amr"),
    ("audio/3gpp", "3gp"),
    ("audio/webm", "webm"),
    ("video/webm", "webm"),
    ("video/mp4", "mp4"),
    ("application/pdf", "pdf"),
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("text/plain", "txt"),
    ("text/csv", "csv"),
    ("application/zip", "zip"),
    ("application/msword", "doc"),
    ("application/vnd.ms-excel", "xls"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    ("application/vnd.oasis.opendocument.text", "odt"),
];

/// By what a file is known again, whatever changes in its call: `mluvii-77-12`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The one recording of a call.
    pub fn of_call(provider: Provider, call_id: &str) -> Self {
        Self(format!("{}-{}", provider.as_str(), encoded(call_id, IN_ID)))
    }

    /// A recording of a session.
    pub fn of_recording(provider: Provider, session_id: &str, recording_id: &str) -> Self {
        let session_id = encoded(session_id, IN_SESSION_ID);
        let recording_id = encoded(recording_id, IN_ID);
        Self(format!("{}-{session_id}-{recording_id}", provider.as_str()))
    }

    /// A file that was shared in a session.
    pub fn of_file(provider: Provider, session_id: &str, file_id: &str) -> Self {
        let session_id = encoded(session_id, IN_SESSION_ID);
        let file_id = encoded(file_id, IN_ID);
        // No encoded id has a dot.
        Self(format!("{}-{session_id}-file.{file_id}", provider.as_str()))
    }

    /// The key in a file's name, if the name is one of ours.
    pub fn in_name(name: &str) -> Option<Self> {
        let (stem, _) = name.rsplit_once('.')?;
        let [_, _, key] = stem.splitn(3, '_').collect::<Vec<_>>()[..] else {
            return None;
        };
        Some(Self(key.to_owned()))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file's name before its last dot: `2026-11-20T101502_+48600100200_mluvii-77-12`, in UTC.
pub fn stem(started_at: Moment, number: Option<&str>, key: &Key) -> String {
    let number = number.map_or_else(|| HIDDEN.to_owned(), |number| encoded(number, IN_NUMBER));
    format!("{}_{number}_{key}", started_at.format("%Y-%m-%dT%H%M%S"))
}

/// How a file's name ends: by what the answer says that it is, else by the first of the
/// names and addresses whose end is known.
pub fn extension(media_type: Option<&str>, names: &[&str]) -> &'static str {
    let by_type = media_type.and_then(|media_type| {
        let mut known = EXTENSIONS.into_iter();
        known.find(|(name, _)| name.eq_ignore_ascii_case(media_type))
    });
    let by_name = || {
        let mut ends = names.iter().filter_map(|name| {
            let path = name.split(['?', '#']).next()?;
            let (_, end) = path.rsplit_once('.')?;
            let mut known = EXTENSIONS.into_iter();
            known.find(|(_, extension)| extension.eq_ignore_ascii_case(end))
        });
        ends.next()
    };
    by_type
        .or_else(by_name)
        .map_or(UNKNOWN, |(_, extension)| extension)
}

/// Whether what is in a file is a system's word about it: JSON or XML.
pub fn is_data(media_type: &str) -> bool {
    let ends = ["/json", "+json", "/xml", "+xml"];
    ends.into_iter().any(|end| media_type.ends_with(end))
}

/// A text from outside as a part of a name. One that is too long becomes its beginning and
/// a number made of all of it.
fn encoded(text: &str, kept_out: &'static AsciiSet) -> String {
    let mut encoded = utf8_percent_encode(text, kept_out).to_string();
    if encoded.len() > MAX_LENGTH {
        let hash = format!("~{:016x}", fnv_1a(text));
        encoded.truncate(MAX_LENGTH - hash.len());
        encoded.push_str(&hash);
    }
    encoded
}

/// The 64 bits of FNV-1a: the same for ever, which the standard library does not promise.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment;

    fn name(number: Option<&str>, key: &Key) -> String {
        let at = moment::from_text("2026-11-20T10:15:02Z").unwrap();
        stem(at, number, key)
    }

    #[test]
    fn a_name_says_when_who_and_which_and_is_known_again() {
        let recording = Key::of_recording(Provider::Mluvii, "77", "12");
        let call = Key::of_call(Provider::Callyzer, "a1-b_2");
        let file = Key::of_file(Provider::Mluvii, "77", "12");
        for (number, key, expected) in [
            (
                Some("+48600100200"),
                recording,
                "2026-11-20T101502_+48600100200_mluvii-77-12",
            ),
            (None, call, "2026-11-20T101502_hidden_callyzer-a1-b_2"),
            (
                Some("*100#"),
                file,
                "2026-11-20T101502_%2A100%23_mluvii-77-file.12",
            ),
        ] {
            let name = name(number, &key);
            assert_eq!(name, expected);
            assert_eq!(Key::in_name(&format!("{name}.mp3")), Some(key.clone()));
            assert_eq!(Key::in_name(&format!("{name}.part")), Some(key));
        }
    }

    #[test]
    fn nothing_that_a_system_says_leaves_the_folder_or_takes_another_name() {
        for (id, number) in [
            ("../../etc/passwd", "/../x"),
            ("a\0b\n\u{1b}[31m", "_\u{202e}_"),
            ("-rf", ".hidden"),
            ("Łódź 🙂", "'; rm -rf *"),
        ] {
            let key = Key::of_recording(Provider::Mluvii, id, id);
            let name = name(Some(number), &key);
            let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_%+".contains(c);
            assert!(name.chars().all(is_safe), "{name}");
            assert_eq!(Key::in_name(&format!("{name}.mp3")), Some(key));
        }
        let one = Key::of_recording(Provider::Mluvii, "1-2", "3");
        assert_ne!(one, Key::of_recording(Provider::Mluvii, "1", "2-3"));
        assert_ne!(one, Key::of_recording(Provider::Mluvii, "1%2D2", "3"));
    }

    #[test]
    fn long_ids_make_names_that_a_disk_takes_and_that_differ() {
        let id = |end: &str| "ż".repeat(500) + end;
        let key = |end: &str| Key::of_recording(Provider::Mluvii, &id("1"), &id(end));
        let (one, other) = (key("1"), key("2"));
        assert_ne!(one, other);
        let name = name(Some(&id("3")), &one) + ".part.validator";
        assert!(name.len() <= 255, "{}", name.len());
        assert_eq!(
            Key::of_call(Provider::Callyzer, &"a".repeat(73)).0,
            format!("callyzer-{}~f854a2f774f22104", "a".repeat(51))
        );
    }

    #[test]
    fn a_name_ends_by_what_the_file_is() {
        for (media_type, names, expected) in [
            (Some("audio/mpeg"), &["x.wav"][..], "mp3"),
            (Some("Audio/X-WAV"), &[], "wav"),
            (
                Some("application/octet-stream"),
                &["/a/b.OGG?c=.mp3"],
                "ogg",
            ),
            (None, &["umowa.pdf", "/Storage/Get?id=1"], "pdf"),
            (None, &["umowa", "/x.exe"], "bin"),
            (Some("text/html"), &[], "bin"),
        ] {
            assert_eq!(extension(media_type, names), expected, "{media_type:?}");
        }
    }
}
