//! What the file holds of a person, and its removal.

pub(super) mod found;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::person::Person;
use crate::phone::{PhoneNumber, Region, SoughtNumber};
use crate::store::json_array;
use crate::store::removal::Removal;

/// What is removed of a person, or was.
#[derive(Debug)]
pub struct ForgetPlan {
    /// As the database holds them.
    pub numbers: Vec<String>,
    pub lead: Option<LeadEnd>,
    pub calls: Vec<FoundCall>,
    /// Notes of the calls, of both kinds.
    pub notes: i64,
    /// The names under which recordings and files of the calls were fetched.
    pub files: Vec<String>,
    /// Ids.
    pub quarantine: Vec<i64>,
    /// The campaigns and keys of their results.
    pub results: Vec<(i64, String)>,
    /// Campaigns without the numbers.
    pub campaigns: Vec<FoundCampaign>,
    /// Runs whose errors name a number, without it.
    pub errors: Vec<(i64, String)>,
}

/// What becomes of a lead.
#[derive(Debug)]
pub struct LeadEnd {
    pub id: i64,
    pub name: String,
    /// None: it is removed.
    pub left: Option<LeftNumbers>,
}

/// What is left of a lead's numbers.
#[derive(Debug)]
pub struct LeftNumbers {
    phone: Option<String>,
    number: Option<String>,
}

#[derive(Debug)]
pub struct FoundCall {
    pub id: i64,
    pub provider: String,
    pub lead_id: Option<i64>,
}

#[derive(Debug)]
pub struct FoundCampaign {
    request_id: i64,
    name: String,
    /// A JSON array.
    numbers: String,
}

pub fn read(connection: &Connection, person: &Person, region: Region) -> Result<ForgetPlan> {
    let numbers = &person.numbers;
    let calls = found::calls(connection, person)?;
    let ids = json_array(calls.iter().map(|call| call.id))?;
    Ok(ForgetPlan {
        lead: lead_end(connection, person, region)?,
        notes: found::notes(connection, &ids)?,
        files: found::files(connection, &ids)?,
        quarantine: found::quarantine(connection, numbers)?,
        results: found::results(connection, numbers)?,
        campaigns: found::campaigns(connection, numbers)?,
        errors: found::errors(connection, numbers)?,
        numbers: numbers.iter().map(|it| it.as_str().to_owned()).collect(),
        calls,
    })
}

fn lead_end(connection: &Connection, person: &Person, region: Region) -> Result<Option<LeadEnd>> {
    let Some(id) = person.lead_id else {
        return Ok(None);
    };
    let sql = "SELECT name, phone FROM leads WHERE id = ?1";
    let lead = connection.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((name, phone)): Option<(String, Option<String>)> = lead.optional()? else {
        return Ok(None);
    };
    let left = || left_numbers(phone.as_deref().unwrap_or_default(), person, region);
    let left = (!person.is_lead).then(left);
    Ok(Some(LeadEnd { id, name, left }))
}

/// What a lead's numbers are without those of the person.
fn left_numbers(phone: &str, person: &Person, region: Region) -> LeftNumbers {
    let is_of = |part: &str, number: &SoughtNumber| {
        let valid = PhoneNumber::parse(part, region);
        valid.is_some_and(|valid| valid.as_str() == number.as_str()) || number.is_in(part)
    };
    let parts = phone.split('|').map(str::trim);
    let left = parts.filter(|part| !person.numbers.iter().any(|number| is_of(part, number)));
    let phone = left.collect::<Vec<_>>().join("|");
    let (numbers, _) = PhoneNumber::parse_all(&phone, region);
    LeftNumbers {
        number: numbers.first().map(ToString::to_string),
        phone: (!phone.is_empty()).then_some(phone),
    }
}

impl ForgetPlan {
    /// Removes it. Gives how many calls were removed.
    pub fn carry_out(&self, tx: &Transaction, mut removal: Removal) -> Result<i64> {
        for call in &self.calls {
            removal.remove(call.id)?;
        }
        let removed = removal.finish()?;
        self.remove_records(tx)?;
        self.change_runs(tx)?;
        self.end_lead(tx)?;
        Ok(removed)
    }

    fn remove_records(&self, tx: &Transaction) -> Result<()> {
        let mut delete = tx.prepare_cached("DELETE FROM quarantine WHERE id = ?1")?;
        for id in &self.quarantine {
            delete.execute([id])?;
        }
        let sql = "DELETE FROM campaign_results WHERE campaign_id = ?1 AND key = ?2";
        let mut delete = tx.prepare_cached(sql)?;
        for (campaign_id, key) in &self.results {
            delete.execute(params![campaign_id, key])?;
        }
        let sql = "UPDATE campaigns SET numbers = ?2, name = ?3 WHERE request_id = ?1";
        let mut update = tx.prepare_cached(sql)?;
        for campaign in &self.campaigns {
            update.execute(params![
                campaign.request_id,
                campaign.numbers,
                campaign.name
            ])?;
        }
        Ok(())
    }

    fn change_runs(&self, tx: &Transaction) -> Result<()> {
        let mut update = tx.prepare_cached("UPDATE sync_runs SET error = ?2 WHERE id = ?1")?;
        for (id, error) in &self.errors {
            update.execute(params![id, error])?;
        }
        Ok(())
    }

    fn end_lead(&self, tx: &Transaction) -> Result<()> {
        let Some(lead) = &self.lead else {
            return Ok(());
        };
        let Some(left) = &lead.left else {
            let sql = "UPDATE sync_runs SET lead_id = NULL WHERE lead_id = ?1";
            tx.prepare_cached(sql)?.execute([lead.id])?;
            tx.prepare_cached("DELETE FROM leads WHERE id = ?1")?
                .execute([lead.id])?;
            return Ok(());
        };
        let sql = "UPDATE leads SET phone = ?2, number = ?3 WHERE id = ?1";
        tx.prepare_cached(sql)?
            .execute(params![lead.id, left.phone, left.number])?;
        let sql = "DELETE FROM lead_numbers WHERE lead_id = ?1 AND number = ?2";
        let mut delete = tx.prepare_cached(sql)?;
        for number in &self.numbers {
            delete.execute(params![lead.id, number])?;
        }
        Ok(())
    }
}
