//! A session as it stands in mluvii's answers. Nothing is decided here but which words
//! exist.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::wire::{List, is_true, word};
use crate::scalar::Scalar;

/// What is read of a session. It holds more, personal data too, which stay behind.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Session {
    pub id: Scalar,
    pub channel: Scalar,
    pub source: Scalar,
    pub status: Scalar,
    pub phone_callback_number: Scalar,
    pub created: Scalar,
    pub guest_joined: Scalar,
    pub started: Scalar,
    pub waited: Scalar,
    pub length: Scalar,
    pub phone_callback_dialed: Scalar,
    pub operators: List<Operator>,
    pub chatbots: List<Value>,
    pub guest: Value,
    pub outbound_dial_result: Scalar,
    pub blacklisted: Scalar,
    pub tags: List<Tag>,
    pub campaign_id: Scalar,
    pub recordings: List<StoredFile>,
    pub recordings_state: Scalar,
    pub activities: List<Activity>,
}

/// One stay of an operator in a session; one who comes back has several.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Operator {
    pub user_id: Scalar,
    pub user_name: Scalar,
    pub first_name: Scalar,
    pub last_name: Scalar,
    pub joined: Scalar,
    pub left: Scalar,
    pub concluded: Scalar,
    pub note: Scalar,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tag {
    pub name: Scalar,
}

/// A recording, or a file that somebody shared.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StoredFile {
    pub id: Scalar,
    pub name: Scalar,
    pub r#type: Scalar,
    pub download_url: Scalar,
    pub is_uploading: Scalar,
    pub is_deleted: Scalar,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Activity {
    pub r#type: Scalar,
    pub file: Option<StoredFile>,
    pub termination_reason: Scalar,
}

impl Session {
    /// A parameter of the call that the site or a campaign handed over.
    pub fn call_param(&self, name: &str) -> Scalar {
        let params = self.guest.get("callParams").and_then(Value::as_object);
        let is_asked = |(key, _): &(&String, &Value)| key.eq_ignore_ascii_case(name);
        let value = params.and_then(|params: &Map<_, _>| params.iter().find(is_asked));
        // A contact has a list of numbers under the name of a call's one number.
        match value.map(|(_, value)| value) {
            Some(Value::Array(values)) => values.first().cloned().unwrap_or_default().into(),
            value => value.cloned().unwrap_or_default().into(),
        }
    }

    pub fn are_recordings_processed(&self) -> bool {
        word(&self.recordings_state).as_deref() != Some("processing")
    }

    /// Why the session ended, in mluvii's word.
    pub fn termination_reason(&self) -> Option<&str> {
        let ends = self.activities.0.iter().rev();
        let mut ends =
            ends.filter(|activity| word(&activity.r#type).as_deref() == Some("sessionended"));
        ends.find_map(|activity| activity.termination_reason.text())
    }

    /// The files that somebody shared and nobody deleted, each with the activity that did it.
    pub fn shared_files(&self) -> impl Iterator<Item = (&Activity, &StoredFile)> {
        let activities = self.activities.0.iter();
        let files = activities.filter_map(|activity| Some((activity, activity.file.as_ref()?)));
        files.filter(|(_, file)| file.is_there())
    }

    /// The recordings that nobody deleted.
    pub fn kept_recordings(&self) -> impl Iterator<Item = &StoredFile> {
        let recordings = self.recordings.0.iter();
        recordings.filter(|recording| recording.is_there())
    }
}

impl Operator {
    /// First and last name, else the name of the account.
    pub fn name(&self) -> Option<String> {
        let names = [&self.first_name, &self.last_name].into_iter();
        let names: Vec<_> = names.filter_map(Scalar::text).collect();
        match names.is_empty() {
            true => self.user_name.0.clone(),
            false => Some(names.join(" ")),
        }
    }
}

impl StoredFile {
    /// Whether it is a recording of client and operators together.
    pub fn has_everybody(&self) -> bool {
        word(&self.r#type).as_deref() == Some("allparticipants")
    }

    /// An empty object stands for none.
    fn is_there(&self) -> bool {
        self.id.text().or(self.download_url.text()).is_some() && !self.is_deleted()
    }

    fn is_deleted(&self) -> bool {
        is_true(&self.is_deleted)
    }

    /// Its address, once it can be fetched.
    pub fn ready_url(&self) -> Option<&str> {
        let is_ready = !is_true(&self.is_uploading) && !self.is_deleted();
        self.download_url.text().filter(|_| is_ready)
    }
}
