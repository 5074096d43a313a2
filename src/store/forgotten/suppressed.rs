//! What an answer brought that is not stored, as far as it counts.

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::call::{Call, Figures, Kind, Unreadable};
use crate::moment;
use crate::phone::PhoneNumber;
use crate::store::removal::figures;

/// What an answer brought that is never stored again.
#[derive(Debug, Default)]
pub struct Suppressed {
    /// How many calls and unreadable records.
    pub rows: i64,
    /// Calls that were stored and are not any more.
    pub removed: i64,
    /// Those that count on their days.
    pub calls: Vec<SuppressedCall>,
}

/// A call that is not stored, as far as it counts.
#[derive(Debug)]
pub struct SuppressedCall {
    /// What tells it from others: the provider's id, else the text of its record.
    pub key: String,
    pub advisor_number: String,
    pub user_id: Option<i64>,
    /// None: that could not be read.
    pub kind: Option<Kind>,
    pub day: NaiveDate,
    /// As the stored calls of a provider with figures of its own are counted.
    pub figures: Figures,
}

impl Suppressed {
    pub fn append(&mut self, mut other: Self) {
        self.rows += other.rows;
        self.removed += other.removed;
        self.calls.append(&mut other.calls);
    }
}

impl SuppressedCall {
    /// None: the call has no advisor's number.
    pub(super) fn of_call(call: &Call, user_id: Option<i64>, zone: Tz) -> Option<Self> {
        let talk_s = (call.duration_s > 0).then_some(call.duration_s.into());
        Some(Self {
            key: call.provider_call_id.clone(),
            advisor_number: call.advisor.as_str()?.to_owned(),
            user_id,
            kind: Some(call.kind.clone()),
            day: moment::day_of(call.started_at, zone),
            figures: figures(call.status.as_str(), talk_s),
        })
    }

    /// None: number, day or status cannot be read, and so the record stands for no call.
    pub(super) fn of_record(record: &Unreadable) -> Option<Self> {
        let id = record.provider_call_id.as_ref();
        let number = record.advisor_number.as_ref();
        Some(Self {
            key: id.unwrap_or(&record.record).clone(),
            advisor_number: number.map(PhoneNumber::as_str)?.to_owned(),
            user_id: None,
            kind: None,
            day: record.day?,
            figures: figures(record.status?.as_str(), None),
        })
    }
}
