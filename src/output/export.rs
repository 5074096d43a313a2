//! Users and leads as CSV for `callsync import`, a program: no cell is guarded that a
//! spreadsheet would take for a formula. Names are on one line, as `import` demands. The cells of a row stand in the
//! order of `COLUMNS`.

use std::io::Write;

use anyhow::Result;

use super::spreadsheet::cause;
use crate::import::{leads, users};
use crate::store::Store;
use crate::text;

pub fn write_users(out: &mut dyn Write, store: &Store) -> Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(users::COLUMNS.names()).map_err(cause)?;
    for user in store.exported_users(users::KEY_COLUMNS)? {
        let cells = [
            user.login.as_str(),
            &text::one_line(&user.name),
            &user.role,
            user.team.as_deref().unwrap_or_default(),
            user.numbers.as_deref().unwrap_or_default(),
            if user.active { "1" } else { "0" },
            user.keys[0].as_deref().unwrap_or_default(),
            user.keys[1].as_deref().unwrap_or_default(),
        ];
        csv.write_record(cells).map_err(cause)?;
    }
    Ok(csv.flush()?)
}

/// Writes the leads as they are read: there may be millions.
pub fn write_leads(out: &mut dyn Write, store: &Store) -> Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(leads::COLUMNS.names()).map_err(cause)?;
    store.each_exported_lead(|lead| {
        let id = lead.id.to_string();
        let cells = [
            id.as_str(),
            &text::one_line(&lead.name),
            lead.phone.as_deref().unwrap_or_default(),
            lead.advisor.as_deref().unwrap_or_default(),
            &lead.created_at,
        ];
        csv.write_record(cells).map_err(cause)
    })?;
    Ok(csv.flush()?)
}
