//! `callsync unmatched`: the calls that fit no lead.

use std::io::Write;

use anyhow::Result;

use super::{Session, no_permission};
use crate::cli::{TabularFormat, UnmatchedArgs, UnmatchedBy};
use crate::output::unmatched::{self as calls, ROWS_PER_PAGE};
use crate::output::unmatched_numbers as numbers;
use crate::output::{pages, refuse_missing_page};
use crate::permission::{self, Right};
use crate::store::Store;
use crate::store::unmatched::Party;

const LIST: &str = "lista";

pub fn run(session: &Session, args: &UnmatchedArgs, out: &mut dyn Write) -> Result<()> {
    let asker = session.asker(args.view.behalf.as_login.as_deref())?;
    if !asker.is_some_and(|asker| permission::allows(&asker.who, Right::SeeUnmatched)) {
        return Err(no_permission());
    }
    let store = Store::read(session.database())?;
    let party = match args.own {
        true => Party::OwnAdvisors,
        false => Party::Clients,
    };
    let settings = &session.settings;
    let (page, zone) = (args.view.page, settings.zone);
    match (args.by, args.format) {
        (None, TabularFormat::Table) => {
            let calls = store.unmatched(party, ROWS_PER_PAGE, (page - 1) * ROWS_PER_PAGE)?;
            refuse_missing_page(LIST, page, pages(calls.total, ROWS_PER_PAGE))?;
            calls::write_table(out, &calls, page, zone)
        }
        (None, TabularFormat::Json) => calls::write_json(out, &store, party),
        (None, TabularFormat::Csv) => calls::write_csv(out, &store, party, settings.locale()),
        (Some(UnmatchedBy::Number), format) => {
            let numbers = store.unmatched_numbers(party)?;
            match format {
                TabularFormat::Table => {
                    let pages = pages(numbers.len() as i64, ROWS_PER_PAGE);
                    refuse_missing_page(LIST, page, pages)?;
                    numbers::write_table(out, &numbers, page, zone)
                }
                TabularFormat::Json => numbers::write_json(out, &numbers),
                TabularFormat::Csv => numbers::write_csv(out, &numbers, settings.locale()),
            }
        }
    }
}
