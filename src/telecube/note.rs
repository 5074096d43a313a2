//! One row of `/notes`.

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use super::list::{items, text};
use super::row::party;
use super::time;
use crate::call::{Note, Unreadable};
use crate::moment;
use crate::reason::{Cause, Reason};
use crate::scalar::{self, Scalar};
use crate::tolerant_json;

/// The status of a note that was not deleted.
const EXISTS: &str = "exist";

#[derive(Default, Deserialize)]
#[serde(default)]
struct NoteRow {
    uuid: Scalar,
    text: Scalar,
    created: Scalar,
    status: Scalar,
    user: Value,
}

/// Reads a row; None if the note was deleted. The call's time in it is in UTC and is not
/// read.
pub fn read(text: &str, zone: Tz) -> Result<Option<Note>, Unreadable> {
    let row: Result<NoteRow, _> = tolerant_json::from_str(text);
    row.map_err(|error| Cause::NotNote.of(&[&error]))
        .and_then(|row| row.into_note(zone))
        .map_err(|reason| unreadable(text, &reason, zone))
}

impl NoteRow {
    fn into_note(self, zone: Tz) -> Result<Option<Note>, Reason> {
        let status = self.status.text().ok_or(Cause::NoStatus)?;
        if !status.eq_ignore_ascii_case(EXISTS) {
            return Ok(None);
        }
        Ok(Some(Note {
            created_at: time::read(self.created.text().ok_or(Cause::NoTime)?, zone)?,
            author: party::name(&self.user),
            text: self.text.text().map_or(String::new(), plain),
            id: self.uuid.0.ok_or(Cause::NoUuid)?,
        }))
    }
}

fn unreadable(text: &str, reason: &Reason, zone: Tz) -> Unreadable {
    let row: NoteRow = tolerant_json::from_str(text).unwrap_or_default();
    let created_at = row
        .created
        .text()
        .and_then(|text| time::read(text, zone).ok());
    Unreadable {
        provider_call_id: scalar::field(text, "uuid").0,
        reason: Cause::OfNote.of(&[reason]),
        record: text.to_owned(),
        advisor_number: None,
        day: created_at.map(|at| moment::day_of(at, zone)),
        status: None,
    }
}

/// The lines of a Draft.js document; any other text stays as it is.
fn plain(given: &str) -> String {
    let document: Value = tolerant_json::from_str(given).unwrap_or_default();
    match &document["blocks"] {
        Value::Null => given.to_owned(),
        blocks => {
            let lines = items(blocks).into_iter();
            let lines: Vec<_> = lines
                .map(|block| text(block, "text").unwrap_or_default())
                .collect();
            lines.join("\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn note(changes: &Value) -> Result<Option<Note>, String> {
        let document = r#"{"blocks":[{"key":"be2bp","text":"Notatka do tego połączenia"},{"text":"i druga linia"}],"entityMap":{}}"#;
        let mut row = json!({
            "text": document, "created": "2022-12-29 12:13:35", "uuid": "n-1",
            "user": {"firstName": "Jan", "lastName": "Kowalski", "uuid": "u-1"}, "status": "exist",
            "call": {"uuid": "c-1", "callDate": "2022-12-29 10:24:57"}, "files": {}, "edit": 1,
        });
        for (key, value) in changes.as_object().unwrap() {
            row[key] = value.clone();
        }
        read(&row.to_string(), chrono_tz::Europe::Warsaw)
            .map_err(|unreadable| unreadable.reason.into())
    }

    #[test]
    fn a_document_becomes_plain_text_and_plain_text_stays() {
        let read = note(&json!({})).unwrap().unwrap();
        assert_eq!(read.text, "Notatka do tego połączenia\ni druga linia");
        assert_eq!(read.author.as_deref(), Some("Jan Kowalski"));
        assert_eq!(moment::to_text(read.created_at), "2022-12-29T11:13:35Z");
        let odd = r#"{"blocks":{"0":{"text":null},"1":{"text":"a"}}}"#;
        assert_eq!(note(&json!({"text": odd})).unwrap().unwrap().text, "\na");
        for text in ["Oddzwonić", r#"{"a": 1}"#, "[1, 2]", "{"] {
            assert_eq!(note(&json!({"text": text})).unwrap().unwrap().text, text);
        }
        let without_author = note(&json!({"user": [], "text": null})).unwrap().unwrap();
        assert_eq!(
            (without_author.author, without_author.text),
            (None, String::new())
        );
    }

    #[test]
    fn only_a_note_that_exists_is_one_and_what_cannot_be_read_is_told() {
        assert!(note(&json!({"status": "EXIST"})).unwrap().is_some());
        assert!(note(&json!({"status": "deleted"})).unwrap().is_none());
        for (changes, reason) in [
            (json!({"uuid": null}), "note: no uuid"),
            (json!({"status": null}), "note: no status"),
            (
                json!({"created": "yesterday"}),
                "note: impossible time 'yesterday'",
            ),
        ] {
            assert_eq!(note(&changes).unwrap_err(), reason);
        }
    }
}
