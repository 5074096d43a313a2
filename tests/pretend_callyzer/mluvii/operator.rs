//! Who took a session, and what that person wrote of it.

use chrono::{DateTime, TimeDelta, Utc};

#[derive(Clone, Debug, Default)]
pub struct MluviiOperator {
    pub user_id: String,
    /// First and last name.
    pub name: (String, String),
    pub joined: DateTime<Utc>,
    pub left: Option<DateTime<Utc>>,
    /// The end of the work after the call.
    pub concluded: Option<DateTime<Utc>>,
    pub note: String,
}

impl MluviiOperator {
    /// Who stays so many seconds and concludes half a minute later.
    pub fn new(user_id: &str, joined: DateTime<Utc>, stay_s: u32) -> Self {
        let left = joined + TimeDelta::seconds(stay_s.into());
        let name = match user_id {
            "41" => ("Anna", "Wójcik"),
            "42" => ("Bartosz", "Zieliński"),
            "43" => ("Celina", "Dąbrowska"),
            _ => ("Jan", "Kowalski"),
        };
        Self {
            user_id: user_id.into(),
            name: (name.0.into(), name.1.into()),
            joined,
            left: Some(left),
            concluded: Some(left + TimeDelta::seconds(30)),
            note: String::new(),
        }
    }

    pub fn noting(mut self, text: &str) -> Self {
        self.note = text.into();
        self
    }
}
