//! Dialog's REST API: reports of campaigns; and a new campaign.

use std::collections::HashSet;

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use super::report::{Report, ReportQuery};
use super::row::{ReadRows, RowReader};
use crate::call::Records;
use crate::campaign::ColumnNames;
use crate::http::{Answer, Http};
use crate::moment::Window;
use crate::phone::Region;
use crate::provider::Result;
use crate::scalar::Scalar;

const CAMPAIGNS: &str = "/campaigns";

/// What reports are of.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    pub project_id: i64,
    pub scenario_id: i64,
    pub start_block_id: i64,
}

#[derive(Clone, Debug)]
pub struct ApiOptions {
    pub scenario: Scenario,
    /// Of times that name none.
    pub zone: Tz,
    pub region: Region,
    pub columns: ColumnNames,
}

/// The rows of a window.
#[derive(Debug)]
pub struct WindowReport {
    pub records: Records,
    pub rows: u64,
    /// How many rows the system counts.
    pub count: Option<u64>,
    /// See [`ReadRows::calls_without_time`].
    pub calls_without_time: u64,
}

#[derive(Debug)]
pub struct Api {
    http: Http,
    options: ApiOptions,
}

impl Api {
    pub fn new(http: Http, options: ApiOptions) -> Self {
        Self { http, options }
    }

    pub fn columns(&self) -> &ColumnNames {
        &self.options.columns
    }

    pub fn region(&self) -> Region {
        self.options.region
    }

    pub fn http(&self) -> &Http {
        &self.http
    }

    /// A campaign's report. It keeps the permit.
    pub fn report(&self, query: &ReportQuery) -> Result<Answer<'_, Report>> {
        let scenario = self.options.scenario;
        let path = format!("/analytics/{}/report", scenario.project_id);
        self.http.post(&path, &query.to_json(scenario))
    }

    /// The calls and results of a campaign in a window, as many as one answer brings. They
    /// keep the permit.
    pub fn records(&self, campaign_id: i64, window: Window) -> Result<Answer<'_, WindowReport>> {
        let report = self.report(&ReportQuery {
            campaign_id,
            window,
            columns: &self.options.columns.queries(),
        })?;
        Ok(report.map(|report| {
            let read = self.read(campaign_id, &report);
            WindowReport {
                calls_without_time: read.calls_without_time(),
                records: read.records,
                rows: report.rows.len() as u64,
                count: report.count,
            }
        }))
    }

    /// What the rows of a report become.
    pub fn read(&self, campaign_id: i64, report: &Report) -> ReadRows {
        let reader = RowReader {
            campaign_id,
            columns: &self.options.columns,
            zone: self.options.zone,
            region: self.options.region,
        };
        reader.read(report)
    }
}

impl WindowReport {
    /// What tells its rows apart.
    pub fn keys(&self) -> HashSet<String> {
        let Records {
            calls,
            unreadable,
            results,
            ..
        } = &self.records;
        let unreadable = unreadable.iter().map(|record| {
            let id = record.provider_call_id.as_ref();
            id.unwrap_or(&record.record)
        });
        let calls = calls.iter().map(|call| &call.provider_call_id);
        let results = results.iter().map(|result| &result.key);
        calls.chain(unreadable).chain(results).cloned().collect()
    }
}

/// What makes campaigns, and so real phone calls. Needs no settings but the access.
#[derive(Debug)]
pub struct CampaignApi {
    http: Http,
}

impl CampaignApi {
    /// `http`: with [`crate::http::RetryPolicy::ONCE`].
    pub fn new(http: Http) -> Self {
        Self { http }
    }

    /// Requests sent so far, failed ones too.
    pub fn requests(&self) -> i64 {
        self.http.requests()
    }

    /// Logs in, where it takes a login: what fails there keeps a request from being sent.
    pub fn log_in(&self) -> Result<()> {
        self.http.bearer().map(drop)
    }

    /// Sends a request for a campaign and gives the campaign's id. If it fails, see
    /// [`Self::may_have_created`].
    pub fn post_campaign(&self, body: &Value) -> Result<i64> {
        let answer: Answer<Created> = self.http.post(CAMPAIGNS, body)?;
        Ok(answer.body.campaign.id.0)
    }

    /// Whether there may be a campaign though its id never came. Only what was never sent,
    /// or was plainly refused, made surely none.
    pub fn may_have_created(&self) -> bool {
        self.http.may_be_done()
    }
}

#[derive(Deserialize)]
struct Created {
    campaign: CreatedCampaign,
}

#[derive(Deserialize)]
struct CreatedCampaign {
    id: CampaignId,
}

#[derive(Deserialize)]
#[serde(try_from = "Scalar")]
struct CampaignId(i64);

impl TryFrom<Scalar> for CampaignId {
    type Error = &'static str;

    fn try_from(id: Scalar) -> std::result::Result<Self, Self::Error> {
        let id = id.whole_number().filter(|id| *id > 0);
        id.map(Self).ok_or("no id of a campaign")
    }
}
