//! `callsync unmatched`: the calls that fit no lead.

use std::io::Write;

use anyhow::Result;

use super::{Session, no_permission};
use crate::cli::{TabularFormat, View};
use crate::output;
use crate::output::unmatched::{CALLS_PER_PAGE, to_json, write_csv, write_table};
use crate::permission::{self, Right};
use crate::store::Store;

pub fn run(
    session: &Session,
    view: &View,
    format: TabularFormat,
    out: &mut dyn Write,
) -> Result<()> {
    let asker = session.asker(view.behalf.as_login.as_deref())?;
    if !asker.is_some_and(|asker| permission::allows(&asker.who, Right::SeeUnmatched)) {
        return Err(no_permission());
    }
    let store = Store::read(session.database())?;
    let (limit, offset) = match format {
        TabularFormat::Table => (CALLS_PER_PAGE, (view.page - 1) * CALLS_PER_PAGE),
        TabularFormat::Json | TabularFormat::Csv => (-1, 0),
    };
    let calls = store.unmatched(limit, offset)?;
    match format {
        TabularFormat::Table => write_table(out, &calls, view.page, session.settings.zone),
        TabularFormat::Json => output::json(out, &to_json(&calls)),
        TabularFormat::Csv => write_csv(out, &calls),
    }
}
