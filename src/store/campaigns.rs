//! Requests for campaigns. Each is kept before it is sent, so that none makes people's phones
//! ring twice.

use anyhow::Result;
use rusqlite::{Connection, Row, params};

use super::column::required_moment;
use super::runs::{self, Run};
use super::{Store, json_array};
use crate::moment::{self, Moment};

/// A request that is to be sent.
#[derive(Debug)]
pub struct NewCampaign<'a> {
    pub name: &'a str,
    pub numbers: Vec<&'a str>,
    /// The same for the same request, however its file is written.
    pub fingerprint: String,
    /// The account that sends it.
    pub sent_by: &'a str,
}

/// A request that was sent.
#[derive(Clone, Debug)]
pub struct SentCampaign {
    /// None: unknown, or none was created.
    pub id: Option<i64>,
    /// Whether the system said that it was created; else it may have been.
    pub is_created: bool,
    pub name: String,
    pub sent_at: Moment,
    pub sent_by: String,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CampaignEnd {
    Created(i64),
    /// The system refused it.
    Failed,
    /// No answer came that tells: it may have been created.
    Unknown,
}

/// Whether a request may be sent.
#[derive(Debug)]
pub enum Begun {
    /// It is on the disk as sent, under this number.
    Sent(i64),
    /// It must not be sent, because of these.
    InTheWay(Vec<SentCampaign>),
}

/// The same request that was or may have been created, and those that may have been created
/// and have one of its numbers: they may have lost their numbers since. One that is marked
/// as sent is at work, or was killed before its answer.
pub(super) const IN_THE_WAY: &str = "
    SELECT id, state, name, sent_at, sent_by FROM campaigns
    WHERE state <> 'failed' AND request = ?1
       OR state IN ('sent', 'unknown')
          AND EXISTS (SELECT 1 FROM json_each(numbers) known
                      WHERE known.value IN (SELECT value FROM json_each(?2)))
    ORDER BY request_id";

impl Store {
    /// The requests because of which this one must not be sent.
    pub fn campaigns_in_the_way(&self, new: &NewCampaign) -> Result<Vec<SentCampaign>> {
        in_the_way(&self.connection, new)
    }

    /// Marks a request as sent, unless others are in its way. `again`: they do not count.
    /// When this returns, a power cut does not undo it.
    pub fn begin_campaign(&mut self, new: &NewCampaign, again: bool) -> Result<Begun> {
        self.sync_each_commit()?;
        let tx = self.transaction()?;
        let others = in_the_way(&tx, new)?;
        if !(again || others.is_empty()) {
            return Ok(Begun::InTheWay(others));
        }
        let numbers = json_array(&new.numbers)?;
        let sent_at = moment::to_text(moment::now());
        tx.execute(
            "INSERT INTO campaigns (state, name, numbers, request, sent_at, sent_by)
             VALUES ('sent', ?1, ?2, ?3, ?4, ?5)",
            params![new.name, numbers, new.fingerprint, sent_at, new.sent_by],
        )?;
        let request_id = tx.last_insert_rowid();
        tx.commit()?;
        Ok(Begun::Sent(request_id))
    }

    /// Keeps what became of a request, and completes the run's row where it was created.
    pub fn end_campaign(&mut self, request_id: i64, end: CampaignEnd, run: &Run) -> Result<()> {
        let (state, id) = match end {
            CampaignEnd::Created(id) => ("created", Some(id)),
            CampaignEnd::Failed => ("failed", None),
            CampaignEnd::Unknown => ("unknown", None),
        };
        let tx = self.transaction()?;
        tx.execute(
            "UPDATE campaigns SET state = ?2, id = ?3 WHERE request_id = ?1",
            params![request_id, state, id],
        )?;
        if matches!(end, CampaignEnd::Created(_)) {
            runs::finish(&tx, run, None)?;
        }
        tx.commit()
    }
}

fn in_the_way(connection: &Connection, new: &NewCampaign) -> Result<Vec<SentCampaign>> {
    let mut query = connection.prepare_cached(IN_THE_WAY)?;
    let numbers = json_array(&new.numbers)?;
    let rows = query.query_map([&new.fingerprint, &numbers], sent)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn sent(row: &Row) -> rusqlite::Result<SentCampaign> {
    let state: String = row.get(1)?;
    Ok(SentCampaign {
        id: row.get(0)?,
        is_created: state == "created",
        name: row.get(2)?,
        sent_at: required_moment(row, 3)?,
        sent_by: row.get(4)?,
    })
}
