//! The times of a session and of its operators.

use std::collections::HashSet;

use chrono_tz::Tz;

use crate::mluvii::iso_duration;
use crate::mluvii::phases::{SessionTimes, Stay};
use crate::mluvii::session::{Operator, Session};
use crate::mluvii::time::{Instant, read_field};
use crate::mluvii::wire::word;
use crate::reason::Reason;

impl Session {
    pub(super) fn times(&self, created: Instant, zone: Tz) -> Result<SessionTimes, Reason> {
        let stays = self.operators.0.iter().map(|operator| operator.stay(zone));
        Ok(SessionTimes {
            created: Some(created),
            started: read_field(&self.started, zone)?,
            guest_joined: read_field(&self.guest_joined, zone)?,
            waited: iso_duration::read_field(&self.waited)?,
            length: iso_duration::read_field(&self.length)?,
            is_campaign: word(&self.source).as_deref() == Some("campaign"),
            stays: stays.collect::<Result<_, _>>()?,
        })
    }

    /// The stays, those who joined first first, and those last of whom no time is known.
    pub(super) fn stays<'a>(&'a self, times: &'a SessionTimes) -> Vec<(&'a Operator, &'a Stay)> {
        let mut stays: Vec<_> = self.operators.0.iter().zip(&times.stays).collect();
        stays.sort_by_key(|(_, stay)| (stay.joined.is_none(), stay.joined));
        stays
    }

    /// The operators' user ids, each once.
    pub(super) fn advisor_keys(&self, times: &SessionTimes) -> Vec<String> {
        let mut known = HashSet::new();
        let stays = self.stays(times).into_iter();
        let keys = stays.filter_map(|(_, stay)| stay.user_id.clone());
        keys.filter(|key| known.insert(key.clone())).collect()
    }
}

impl Operator {
    fn stay(&self, zone: Tz) -> Result<Stay, Reason> {
        Ok(Stay {
            user_id: self.user_id.0.clone(),
            joined: read_field(&self.joined, zone)?,
            left: read_field(&self.left, zone)?,
            concluded: read_field(&self.concluded, zone)?,
        })
    }
}
