//! A pretend Dialog, the platform of voice-bot campaigns: what its project holds.

mod api;
mod body;
mod campaign;
mod column;
mod controls;
mod report;
#[cfg(test)]
mod wire_tests;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::PretendCallyzer;
use crate::world::World;

pub use api::answer;

pub struct Dialog {
    /// One that support gave, which never ends.
    pub token: String,
    pub login: String,
    pub password: String,
    /// Those that logins gave, the latest last, until they end.
    pub issued: Vec<String>,
    /// How many logins there were, refused ones too.
    pub logins: usize,
    pub project_id: i64,
    pub scenario_id: i64,
    pub start_block_id: i64,
    pub calls: Vec<DialogCall>,
    /// Those that requests created.
    pub campaigns: Vec<DialogCampaign>,
    pub row_shape: RowShape,
    /// How many rows an answer has at most; the count is of all.
    pub row_limit: usize,
    /// How much the count of every answer is too high.
    pub count_excess: usize,
}

/// How an answer writes its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowShape {
    /// Objects, by the names of the columns.
    #[default]
    Objects,
    /// Arrays, in the order of the columns.
    Arrays,
    /// An object, an array, and so on.
    Mixed,
}

/// A call that a campaign's bot made. Windows, filters and totals go by these fields, and
/// filters by `extra` too, which overwrites what the row shows.
#[derive(Clone, Debug, Default)]
pub struct DialogCall {
    pub campaign_id: i64,
    pub id: String,
    pub number: String,
    pub at: DateTime<Utc>,
    pub duration_s: u32,
    pub result: String,
    pub extra: Map<String, Value>,
}

/// A campaign as a request created it.
#[derive(Clone, Debug)]
pub struct DialogCampaign {
    pub id: i64,
    /// In the order of the request.
    pub phones: Vec<String>,
    pub request: Value,
}

impl Default for Dialog {
    /// An empty project, with the ids of the documentation's samples.
    fn default() -> Self {
        Self {
            token: PretendCallyzer::DIALOG_TOKEN.into(),
            login: PretendCallyzer::DIALOG_LOGIN.into(),
            password: PretendCallyzer::DIALOG_PASSWORD.into(),
            issued: Vec::new(),
            logins: 0,
            project_id: PretendCallyzer::DIALOG_PROJECT,
            scenario_id: PretendCallyzer::DIALOG_SCENARIO,
            start_block_id: PretendCallyzer::DIALOG_START_BLOCK,
            calls: Vec::new(),
            campaigns: Vec::new(),
            row_shape: RowShape::default(),
            row_limit: usize::MAX,
            count_excess: 0,
        }
    }
}

impl World {
    pub fn dialog_call(&mut self, call: DialogCall) -> &mut DialogCall {
        self.dialog.calls.push(call);
        let last = self.dialog.calls.len() - 1;
        &mut self.dialog.calls[last]
    }
}

impl DialogCall {
    /// A call of the bot, which was answered if it has a length.
    pub fn new(
        campaign_id: i64,
        id: &str,
        number: &str,
        at: DateTime<Utc>,
        duration_s: u32,
    ) -> Self {
        Self {
            campaign_id,
            id: id.into(),
            number: number.into(),
            at,
            duration_s,
            result: if duration_s > 0 {
                "Дозвон"
            } else {
                "Недозвон"
            }
            .into(),
            extra: Map::new(),
        }
    }

    /// Has the row show that value, whatever the call is. The column is there if any call has it.
    pub fn showing(mut self, column: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(column.into(), value.into());
        self
    }
}
