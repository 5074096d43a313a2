//! `callsync purge`: removes what is older than a day, for good.

use std::io::Write;

use anyhow::Result;
use chrono::NaiveDate;

use super::Session;
use crate::cli::PurgeArgs;
use crate::exit::{Exit, failure};
use crate::identity::Asker;
use crate::store::Store;
use crate::store::clean::PURGE;
use crate::store::purge::Before;
use crate::store::runs::RunStart;
use crate::{moment, output};

pub fn run(session: &Session, args: &PurgeArgs, out: &mut dyn Write) -> Result<()> {
    let asker = session.maintainer("purge the database")?;
    refuse_future(session, args.before)?;
    if args.consent.is_given() {
        return purge(session, &asker, args.before, out);
    }
    let store = Store::read(session.database())?;
    let before = before(session, &store, args.before)?;
    let counted = store.count_before(before)?;
    output::purge::write_plan(out, before.day, &counted)
}

/// What was removed is printed before the file is made clean, and also if that or the rest
/// of the removal fails: nobody could find the names of files again.
fn purge(session: &Session, asker: &Asker, day: NaiveDate, out: &mut dyn Write) -> Result<()> {
    let mut store = Store::open(session.database())?;
    let before = before(session, &store, day)?;
    let start = RunStart {
        command: PURGE,
        account: &asker.account,
        ..RunStart::default()
    };
    let mut printed = Ok(());
    store.remove_for_good(start, |store, run| {
        let mut purged = None;
        let done = store.purge(before, run, &mut purged);
        if let Some(purged) = purged {
            printed = output::purge::write_removed(out, before.day, &purged);
        }
        done
    })?;
    // A broken pipe must not keep the file from being made clean.
    printed.and_then(|()| output::forgetting::write_clean(out))
}

fn before(session: &Session, store: &Store, day: NaiveDate) -> Result<Before> {
    Ok(Before {
        day: store.purge_day(day)?,
        zone: session.settings.zone,
    })
}

/// What will be made is not there yet: nothing of it may be refused.
fn refuse_future(session: &Session, day: NaiveDate) -> Result<()> {
    let today = moment::day_of(moment::now(), session.settings.zone);
    if day <= today {
        return Ok(());
    }
    let reason = format!("--before {day} is after today, {today}: nothing of then is stored yet");
    Err(failure(Exit::Data, reason))
}
