//! The arguments of `callsync forget` and `callsync purge`.

use chrono::NaiveDate;
use clap::Args;

use crate::period::parse_day;

#[derive(Debug, Args)]
pub struct ForgetArgs {
    #[command(flatten)]
    pub whom: Whom,
    #[command(flatten)]
    pub consent: Consent,
}

/// Who is to be forgotten.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whom {
    /// A client's phone number, as people write it
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub number: Option<String>,
    /// A lead with all its numbers and calls, by its id
    #[arg(long, value_name = "ID")]
    pub lead: Option<i64>,
}

#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// Remove what is older than this day, in the account's zone
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub before: NaiveDate,
    #[command(flatten)]
    pub consent: Consent,
}

/// Whether it is to be done.
#[derive(Clone, Copy, Debug, Args)]
pub struct Consent {
    /// Only print what would be removed, as without --yes
    #[arg(long)]
    dry_run: bool,
    /// Remove it, for good
    #[arg(long)]
    yes: bool,
}

impl Consent {
    /// Whether the removal is wanted now.
    pub fn is_given(self) -> bool {
        self.yes && !self.dry_run
    }
}
