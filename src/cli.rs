//! The command line. The doc comments are the help text.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

/// Brings a sales team's phone calls home from Callyzer into one SQLite file.
///
/// Started by cron every 15 minutes, `callsync sync` reads the advisors' calls,
/// assigns each to a lead by phone number and keeps the rest to try again.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Global {
    /// The SQLite file [setting CALLSYNC_DATABASE; default: callsync.db]
    #[arg(long, global = true, value_name = "FILE")]
    pub database: Option<PathBuf>,
    /// The file of settings [default: $CALLSYNC_ENV_FILE, else /etc/callsync/callsync.env]
    #[arg(long, global = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Log each request; twice: more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Print nothing unless the command fails
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the periodic pass: read calls, store statistics, try unmatched calls again
    Sync(SyncArgs),
    /// Try to assign unmatched calls again, without asking Callyzer
    RetryUnmatched {
        /// Also those that have had all their attempts
        #[arg(long)]
        all: bool,
    },
    /// Show a lead's call register, the newest calls first
    Lead {
        /// The lead's id
        id: i64,
        #[command(flatten)]
        view: View,
        /// What to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Fetch a lead's last six months from Callyzer, at once
    RefreshLead {
        /// The lead's id
        id: i64,
        #[command(flatten)]
        behalf: Behalf,
        /// What to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show the calls that fit no lead, the newest first
    Unmatched {
        #[command(flatten)]
        view: View,
        /// What to print; JSON and CSV hold all calls, not a page
        #[arg(long, value_enum, default_value_t)]
        format: TabularFormat,
    },
    /// Insert or update users or leads from a CSV file
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print shell completions
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Read the calls made from this time on, and move no date of last synchronisation
    ///
    /// RFC 3339, or YYYY-MM-DD[THH:MM[:SS]] in the account's zone.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Read the calls made until this time [default: now]
    #[arg(long, value_name = "TIME", requires = "since")]
    pub until: Option<String>,
    /// Ask and report, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Users: login,name,role,team,numbers,active
    Users(ImportArgs),
    /// Leads: id,name,phone,advisor,created_at
    Leads(ImportArgs),
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A CSV file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Read and report, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct View {
    /// Which page to show
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    pub page: i64,
    #[command(flatten)]
    pub behalf: Behalf,
}

#[derive(Debug, Args)]
pub struct Behalf {
    /// Ask on behalf of this user; for administrators
    #[arg(long = "as", value_name = "LOGIN")]
    pub as_login: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Table,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TabularFormat {
    #[default]
    Table,
    Json,
    Csv,
}
