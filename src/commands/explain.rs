//! `callsync explain NUMBER`: why is a call missing?

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::{ExplainArgs, Format};
use crate::explain::Explanation;
use crate::output;
use crate::store::Store;

pub fn run(session: &Session, args: &ExplainArgs, out: &mut dyn Write) -> Result<()> {
    session.refuse_unless_unmatched_is_visible(&args.behalf)?;
    let settings = &session.settings;
    let (read, set_up) = (settings.providers_to_read(), settings.providers());
    let options = session.status_options(&read, &set_up);
    let store = Store::read(session.database())?;
    let found = Explanation::read(&store, &args.number, settings.region, options)?;
    match args.format {
        Format::Table => output::explain::write_screen(out, &found, settings.zone),
        Format::Json => output::json(out, &output::explain::to_json(&found)),
    }
}
