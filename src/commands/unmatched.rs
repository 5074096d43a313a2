//! `callsync unmatched`: the calls that fit no lead.

use std::io::Write;

use anyhow::Result;

use super::{Session, no_permission};
use crate::cli::{TabularFormat, View};
use crate::output::unmatched::{CALLS_PER_PAGE, write_csv, write_json, write_table};
use crate::output::{pages, refuse_missing_page};
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
    match format {
        TabularFormat::Table => {
            let calls = store.unmatched(CALLS_PER_PAGE, (view.page - 1) * CALLS_PER_PAGE)?;
            let pages = pages(calls.total, CALLS_PER_PAGE);
            refuse_missing_page("lista", view.page, pages)?;
            write_table(out, &calls, view.page, session.settings.zone)
        }
        TabularFormat::Json => write_json(out, &store),
        TabularFormat::Csv => write_csv(out, &store),
    }
}
