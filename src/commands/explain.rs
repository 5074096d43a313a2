//! `callsync explain NUMBER`: why is a call missing?

use std::io::Write;

use anyhow::Result;
use chrono::TimeDelta;

use super::{Session, no_permission};
use crate::cli::ExplainArgs;
use crate::cli::Format;
use crate::explain::Explanation;
use crate::permission::{self, Right};
use crate::status::StatusOptions;
use crate::store::Store;
use crate::{moment, output};

pub fn run(session: &Session, args: &ExplainArgs, out: &mut dyn Write) -> Result<()> {
    let asker = session.asker(args.behalf.as_login.as_deref())?;
    if !asker.is_some_and(|asker| permission::allows(&asker.who, Right::SeeUnmatched)) {
        return Err(no_permission());
    }
    let settings = &session.settings;
    let options = StatusOptions {
        providers: &settings.providers(),
        now: moment::now(),
        zone: settings.zone,
        interval: TimeDelta::minutes(settings.interval_minutes),
        max_attempts: settings.max_attempts,
    };
    let store = Store::read(session.database())?;
    let found = Explanation::read(&store, &args.number, settings.region, options)?;
    match args.format {
        Format::Table => output::explain::write_screen(out, &found, settings.zone),
        Format::Json => output::json(out, &output::explain::to_json(&found)),
    }
}
