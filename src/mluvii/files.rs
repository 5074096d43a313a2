//! The recordings and files of a session, with the addresses that its answer gives them.

use super::session::{Session, StoredFile};
use crate::reason::{Cause, Reason};

/// What a session has for download.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFiles {
    /// Whether mluvii still makes recordings of the session.
    pub is_processing: bool,
    pub recordings: Vec<RemoteFile>,
    /// What client and operators sent each other.
    pub files: Vec<RemoteFile>,
}

/// A recording or file that was not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    pub id: String,
    /// As the answer gives it, for the time being; empty where there is none yet.
    pub url: String,
    pub is_ready: bool,
    /// A recording's type, such as `AllParticipants`; the type of the activity that shared a
    /// file.
    pub kind: String,
    pub name: Option<String>,
}

impl SessionFiles {
    pub fn of(session: &Session) -> Result<Self, Reason> {
        let recordings = session.kept_recordings();
        let recordings = recordings.map(|recording| remote(recording, recording.r#type.text()));
        let mut files: Vec<RemoteFile> = Vec::new();
        for (activity, file) in session.shared_files() {
            let file = remote(file, activity.r#type.text())?;
            if files.iter().all(|other| other.id != file.id) {
                files.push(file);
            }
        }
        Ok(Self {
            is_processing: !session.are_recordings_processed(),
            recordings: recordings.collect::<Result<_, _>>()?,
            files,
        })
    }
}

fn remote(file: &StoredFile, kind: Option<&str>) -> Result<RemoteFile, Reason> {
    Ok(RemoteFile {
        id: file.id.0.clone().ok_or(Cause::NoId)?,
        url: file
            .download_url
            .text()
            .map_or(String::new(), str::to_owned),
        is_ready: file.ready_url().is_some(),
        kind: kind.map_or(String::new(), str::to_owned),
        name: file.name.0.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn files(session: Value) -> Result<SessionFiles, Reason> {
        SessionFiles::of(&serde_json::from_value(session).unwrap())
    }

    #[test]
    fn what_was_deleted_is_left_out_and_what_is_on_its_way_is_not_ready() {
        let url = |id: u32| format!("https://app.mluvii.com/Storage/Get/{id}");
        let found = files(json!({
            "recordingsState": "PROCESSING",
            "recordings": [
                {"id": 1, "type": "AllParticipants", "name": "a.mp3", "downloadUrl": url(1)},
                {"id": 2, "type": "Operator", "downloadUrl": url(2), "isUploading": true},
                {"id": 3, "downloadUrl": url(3), "isDeleted": true},
                {"id": 4, "downloadUrl": null},
            ],
            "activities": [
                {"type": "Joined", "file": null},
                {"type": "OnHold", "file": {}},
                {"type": "SharedFile", "file": {"id": 5, "name": "a.pdf", "downloadUrl": url(5)}},
                {"type": "SharedFile", "file": {"id": 5, "name": "a.pdf", "downloadUrl": url(5)}},
                {"type": "SharedFile", "file": {"id": 6, "isDeleted": true, "downloadUrl": url(6)}},
            ],
        }));
        let found = found.unwrap();
        let of = |files: &[RemoteFile]| -> Vec<_> {
            let shown = |file: &RemoteFile| format!("{} {} {}", file.id, file.kind, file.is_ready);
            files.iter().map(shown).collect()
        };
        let recordings = ["1 AllParticipants true", "2 Operator false", "4  false"];
        assert_eq!(of(&found.recordings), recordings);
        assert_eq!(of(&found.files), ["5 SharedFile true"]);
        assert_eq!(found.recordings[0].url, url(1));
        assert_eq!(found.files[0].name.as_deref(), Some("a.pdf"));
        assert!(found.is_processing);
    }

    #[test]
    fn a_session_may_have_none_and_a_file_without_an_id_is_odd() {
        let none = json!({"recordings": null, "recordingsState": "Processed", "activities": {}});
        assert_eq!(files(none).unwrap(), SessionFiles::default());
        let odd = json!({"recordings": [{"downloadUrl": "https://app.mluvii.com/1"}]});
        assert_eq!(files(odd).unwrap_err(), Cause::NoId.into());
    }
}
