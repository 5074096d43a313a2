//! Leads of files that knew one number a lead.

use anyhow::Result;
use rusqlite::{Connection, params};

use crate::phone::{PhoneNumber, Region};

/// Gives each lead all valid numbers that its phone lists, separated by `|`. Numbers without
/// a country code are Polish: a file does not tell the settings' region.
pub fn read_lists(tx: &Connection) -> Result<()> {
    let region: Region = "PL".parse().map_err(anyhow::Error::msg)?;
    let mut query = tx.prepare("SELECT id, phone FROM leads WHERE instr(phone, '|') > 0")?;
    let leads = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let leads: Vec<(i64, String)> = leads.collect::<rusqlite::Result<_>>()?;
    for (id, phone) in leads {
        let (numbers, _) = PhoneNumber::parse_all(&phone, region);
        let mut numbers = numbers.iter().map(PhoneNumber::as_str);
        let first = numbers.clone().next();
        tx.execute(
            "UPDATE leads SET number = ?2 WHERE id = ?1 AND number IS NULL",
            params![id, first],
        )?;
        numbers.try_for_each(|number| {
            let sql = "INSERT OR IGNORE INTO lead_numbers (number, lead_id) VALUES (?2, ?1)";
            tx.execute(sql, params![id, number]).map(drop)
        })?;
    }
    Ok(())
}
