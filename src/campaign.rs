//! Campaigns: whom a voice bot is to call, from which line and when; and what a person asks
//! of a campaign's report.

mod choice;

use std::hash::Hasher;

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Map, Value, json};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::phone::PhoneNumber;
pub use choice::{ColumnFilter, ColumnNames, ColumnSort, Filter, Sorting};

/// When the numbers are called, on the clock of the system that calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub date: NaiveDate,
    pub start: NaiveTime,
    pub end: NaiveTime,
    /// How often a number is tried.
    pub attempts: u8,
    /// Between two attempts at a number.
    pub interval_minutes: u16,
}

/// A person to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callee {
    pub number: PhoneNumber,
    /// What the bot knows of the person, by the names of the scenario's parameters.
    pub parameters: Map<String, Value>,
}

/// A request for a campaign. Every number stands in it once.
#[derive(Clone, Debug)]
pub struct CampaignRequest {
    pub project_id: i64,
    pub name: String,
    pub description: Option<String>,
    pub start_block_id: i64,
    /// The line to call from.
    pub phone_id: i64,
    pub schedule: Schedule,
    pub callees: Vec<Callee>,
}

impl CampaignRequest {
    /// The request as Dialog documents it.
    pub fn to_json(&self) -> Value {
        self.with_phones(self.callees.iter())
    }

    /// The same for the same request, in whatever order its file has rows and columns, on
    /// every machine and in every version: 32 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let mut callees: Vec<_> = self.callees.iter().collect();
        callees.sort_by_key(|callee| callee.number.as_str());
        let request = self.with_phones(callees.into_iter()).to_string();
        let mut hasher = SipHasher13::new();
        hasher.write(request.as_bytes());
        format!("{:032x}", hasher.finish128().as_u128())
    }

    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.callees.iter().map(|callee| callee.number.as_str())
    }

    fn with_phones<'a>(&self, callees: impl Iterator<Item = &'a Callee>) -> Value {
        json!({
            "campaign": self.campaign(),
            "phones": callees.map(Callee::to_json).collect::<Vec<_>>(),
        })
    }

    fn campaign(&self) -> Value {
        let mut campaign = json!({
            "project_id": self.project_id,
            "name": self.name,
            "start_block_id": self.start_block_id,
            "schedule": self.schedule.to_json(),
            "phone_id": self.phone_id,
        });
        if let Some(description) = &self.description {
            campaign["description"] = description.as_str().into();
        }
        campaign
    }
}

impl Schedule {
    fn to_json(self) -> Value {
        let time = |time: NaiveTime| time.format("%H:%M").to_string();
        json!({
            "date": self.date.to_string(),
            "start_time": time(self.start),
            "end_time": time(self.end),
            "periods": {"id": 1, "title": "Однократно"},
            "attempts": {"id": self.attempts, "title": self.attempts.to_string()},
            "interval": self.interval_minutes.to_string(),
        })
    }
}

impl Callee {
    pub fn to_json(&self) -> Value {
        json!({"phone": self.number.as_str(), "add_data": self.parameters})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callee(number: &str, name: &str) -> Callee {
        let mut parameters = Map::new();
        parameters.insert("name".into(), name.into());
        Callee {
            number: PhoneNumber::parse(number, "PL".parse().unwrap()).unwrap(),
            parameters,
        }
    }

    fn request(callees: Vec<Callee>) -> CampaignRequest {
        CampaignRequest {
            project_id: 1,
            name: "Обзвон клиентов".into(),
            description: Some("Обзвон клиентов для опроса удовлетворенности".into()),
            start_block_id: 10,
            phone_id: 5,
            schedule: Schedule {
                date: "2000-01-01".parse().unwrap(),
                start: "09:00:00".parse().unwrap(),
                end: "17:00:00".parse().unwrap(),
                attempts: 1,
                interval_minutes: 5,
            },
            callees,
        }
    }

    /// The documentation's sample, put together, without `state`, which its table lacks.
    #[test]
    fn a_request_is_written_as_documented() {
        let sample = json!({
            "campaign": {
                "project_id": 1,
                "name": "Обзвон клиентов",
                "description": "Обзвон клиентов для опроса удовлетворенности",
                "start_block_id": 10,
                "schedule": {
                    "date": "2000-01-01",
                    "start_time": "09:00",
                    "end_time": "17:00",
                    "periods": {"id": 1, "title": "Однократно"},
                    "attempts": {"id": 1, "title": "1"},
                    "interval": "5",
                },
                "phone_id": 5,
            },
            "phones": [{"phone": "+79161234567", "add_data": {"name": "Иванов Иван"}}],
        });
        let one = vec![callee("+7 916 123-45-67", "Иванов Иван")];
        assert_eq!(request(one).to_json(), sample);
        let mut without_description = request(Vec::new());
        without_description.description = None;
        assert_eq!(
            without_description.to_json()["campaign"]["description"],
            Value::Null
        );
    }

    #[test]
    fn the_order_of_rows_makes_no_other_request() {
        let [anna, jan] = [callee("601200301", "Anna"), callee("601200302", "Jan")];
        let one = request(vec![anna.clone(), jan.clone()]).fingerprint();
        assert_eq!(
            one, "3093d3483b4df5ba2d54d56ad068ac49",
            "a later version must know it"
        );
        assert_eq!(request(vec![jan.clone(), anna.clone()]).fingerprint(), one);
        assert_ne!(request(vec![anna]).fingerprint(), one);
    }
}
