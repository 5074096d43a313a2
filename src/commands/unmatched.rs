//! `callsync unmatched`: the calls that fit no lead.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::{TabularFormat, UnmatchedArgs, UnmatchedBy};
use crate::output::unmatched::{self as calls, ROWS_PER_PAGE};
use crate::output::unmatched_numbers as numbers;
use crate::output::{pages, refuse_missing_page};
use crate::store::Store;
use crate::store::unmatched::Party;

const LIST: &str = "lista";

pub fn run(session: &Session, args: &UnmatchedArgs, out: &mut dyn Write) -> Result<()> {
    session.refuse_unless_unmatched_is_visible(&args.view.behalf)?;
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
        (None, TabularFormat::Csv) => calls::write_csv(out, &store, party, zone),
        (Some(UnmatchedBy::Number), format) => {
            let numbers = store.unmatched_numbers(party)?;
            match format {
                TabularFormat::Table => {
                    let pages = pages(numbers.total(), ROWS_PER_PAGE);
                    refuse_missing_page(LIST, page, pages)?;
                    numbers::write_table(out, &numbers, page, zone)
                }
                TabularFormat::Json => numbers::write_json(out, &numbers),
                TabularFormat::Csv => numbers::write_csv(out, &numbers, zone),
            }
        }
    }
}
