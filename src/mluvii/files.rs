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
