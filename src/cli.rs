//! The command line. The doc comments are the help text.

mod campaign;
mod forgetting;

use std::convert::Infallible;
use std::ffi::OsStr;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::period::{PeriodName, parse_day};
use crate::provider::Provider;
use crate::team_stats::{Column, Sort};
pub use campaign::{CampaignCommand, CampaignCreateArgs, CampaignReportArgs};
pub use forgetting::{ForgetArgs, PurgeArgs};

/// Brings a sales team's phone calls home from Callyzer, TeleCube, mluvii and Dialog into one
/// SQLite file.
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

/// The completion script of a shell.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "callsync", &mut script);
    script
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The SQLite file [setting CALLSYNC_DATABASE; default: callsync.db]
    #[arg(long, global = true, value_name = "FILE")]
    pub database: Option<PathBuf>,
    /// The file of settings [default: $CALLSYNC_ENV_FILE, else /etc/callsync/callsync.env]
    #[arg(long, global = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Log each request; twice: also what it asks for
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Print nothing unless the command fails
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read new calls, store statistics, try unmatched calls again
    Sync(SyncArgs),
    /// Try to assign unmatched calls again, without asking any system
    RetryUnmatched {
        /// Include calls that have no attempts left
        #[arg(long)]
        all: bool,
        /// What to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show a lead's call register, the newest calls first
    Lead(LeadArgs),
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
    ///
    /// Without the calls with the organisation's own advisors, see --own.
    Unmatched(UnmatchedArgs),
    /// Explain why a call is missing: what is stored about a phone number, and what to do
    Explain(ExplainArgs),
    /// Show the statistics of teams, by advisor or by day
    Stats(StatsArgs),
    /// Download recordings of calls into a folder
    #[command(subcommand)]
    Recordings(RecordingsCommand),
    /// Insert or update users, leads or teams from a CSV file
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print all users or leads as CSV that import reads
    #[command(subcommand)]
    Export(ExportCommand),
    /// Dialog's campaigns: create one, show the results of one
    #[command(subcommand)]
    Campaign(CampaignCommand),
    /// Make a consistent copy of the database, also while a sync is at work
    ///
    /// A former backup of that name is replaced, and nothing else.
    Backup {
        /// The file to write
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Remove a phone number, or a lead with all its numbers, for good
    ///
    /// Prints what it would remove. Only --yes removes it: calls, notes, recordings' names and
    /// whatever else the file holds of the number, so that nothing of it is left in the file. A
    /// keyed hash of the number stays, so that no later sync brings calls back that were made
    /// before. Figures stay.
    Forget(ForgetArgs),
    /// Remove what is older than a day, for good
    ///
    /// Prints what it would remove. Only --yes removes it: calls, notes, phases, records that
    /// could not be read and runs. Nothing of those days is read or compared again. Figures
    /// stay.
    Purge(PurgeArgs),
    /// Is it working? Exit code 1 if something needs a person
    Status {
        /// What to print; prometheus is for node_exporter's textfile collector
        #[arg(long, value_enum, default_value_t)]
        format: StatusFormat,
    },
    /// Check settings, files, clocks and the telephony systems, and say what to fix
    Check {
        /// Read the whole database too, however large it is
        #[arg(long)]
        full: bool,
        /// What to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print shell completions
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub struct LeadArgs {
    #[command(flatten)]
    pub choice: LeadChoice,
    /// Show how long each call was in the phases of a contact centre
    #[arg(long)]
    pub phases: bool,
    #[command(flatten)]
    pub view: View,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Which lead is meant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct LeadChoice {
    /// The lead's id
    pub id: Option<i64>,
    /// The lead with this phone number; lists the leads if several have it
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<String>,
}

impl Command {
    /// Whether the result is one JSON object, also if the command fails.
    pub fn prints_json(&self) -> bool {
        match self {
            Self::Sync(SyncArgs { format, .. })
            | Self::RetryUnmatched { format, .. }
            | Self::Backup { format, .. }
            | Self::Lead(LeadArgs { format, .. })
            | Self::RefreshLead { format, .. }
            | Self::Explain(ExplainArgs { format, .. })
            | Self::Check { format, .. } => *format == Format::Json,
            Self::Unmatched(UnmatchedArgs { format, .. }) => *format == TabularFormat::Json,
            Self::Stats(StatsArgs { format, .. }) => *format == ReportFormat::Json,
            Self::Import(command) => command.args().format == Format::Json,
            Self::Status { format } => *format == StatusFormat::Json,
            Self::Campaign(CampaignCommand::Report(CampaignReportArgs { format, .. })) => {
                *format == TabularFormat::Json
            }
            Self::Campaign(CampaignCommand::Create(_))
            | Self::Recordings(_)
            | Self::Forget(_)
            | Self::Purge(_)
            | Self::Export(_)
            | Self::Completions { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Only ask this telephony system [default: all whose settings are there]
    #[arg(long, value_name = "NAME", value_parser = provider())]
    pub provider: Option<Provider>,
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
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct StatsArgs {
    /// A team; can be repeated [default: all that you may see]
    #[arg(long = "team", value_name = "CODE", value_parser = team_code)]
    pub teams: Vec<String>,
    /// A month [default: the current one]
    #[arg(long, value_name = "YYYY-MM|last", value_parser = PeriodName::parse_month,
          conflicts_with_all = ["quarter", "from", "to"])]
    pub month: Option<PeriodName>,
    /// A quarter
    #[arg(long, value_name = "YYYY-Qn|last", value_parser = PeriodName::parse_quarter,
          conflicts_with_all = ["from", "to"])]
    pub quarter: Option<PeriodName>,
    /// The first day
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub from: Option<NaiveDate>,
    /// The last day [default with --from: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day, requires = "from")]
    pub to: Option<NaiveDate>,
    /// One row per advisor, or one row per day for all teams together
    #[arg(long, value_enum, default_value_t)]
    pub by: By,
    /// The column to sort by: numbers descending, names and days ascending
    ///
    /// -COLUMN is the reverse. Missing numbers are last in both.
    /// [default: the first column]
    #[arg(long, value_name = "[-]COLUMN", allow_hyphen_values = true, value_parser = SortParser)]
    pub sort: Option<Sort>,
    /// Show each figure next to that of the previous period
    ///
    /// The previous period is the month or quarter before, or as many days before. If the
    /// period includes today, only the days up to today are compared.
    #[arg(long)]
    pub compare: bool,
    /// Only count this telephony system [default: all together]
    #[arg(long, value_name = "NAME", value_parser = provider())]
    pub provider: Option<Provider>,
    #[command(flatten)]
    pub behalf: Behalf,
    /// What to print; CSV has no summaries; HTML is a page with advisors, days and --compare
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

/// Codes are kept in small letters.
fn team_code(code: &str) -> Result<String, Infallible> {
    Ok(code.to_lowercase())
}

#[derive(Debug, Args)]
pub struct UnmatchedArgs {
    /// One row per number, those with the most calls first [default: one row per call]
    #[arg(long, value_enum)]
    pub by: Option<UnmatchedBy>,
    /// Only the calls with the organisation's own advisors, which wait for no lead
    #[arg(long)]
    pub own: bool,
    #[command(flatten)]
    pub view: View,
    /// What to print; JSON and CSV hold all rows, not a page
    #[arg(long, value_enum, default_value_t)]
    pub format: TabularFormat,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A phone number, as people write it
    pub number: String,
    #[command(flatten)]
    pub behalf: Behalf,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

fn provider() -> impl TypedValueParser<Value = Provider> {
    PossibleValuesParser::new(Provider::ALL.map(Provider::as_str)).try_map(|name| name.parse())
}

/// Reads a column, with a hyphen before it or without.
#[derive(Clone)]
struct SortParser;

impl SortParser {
    fn columns() -> PossibleValuesParser {
        PossibleValuesParser::new(Column::all().map(Column::name))
    }
}

impl TypedValueParser for SortParser {
    type Value = Sort;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Sort, clap::Error> {
        let reversed = value.to_str().and_then(|text| text.strip_prefix('-'));
        let columns = Self::columns().try_map(|name| name.parse::<Column>());
        let column = columns.parse_ref(command, arg, reversed.map_or(value, OsStr::new))?;
        Ok(Sort {
            column,
            is_reverse: reversed.is_some(),
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = Column::all().map(|column| PossibleValue::new(column.name()));
        Some(Box::new(names))
    }
}

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Users: login,name,role,team,numbers,active,telecube,mluvii
    Users(ImportArgs),
    /// Leads: id,name,phone,advisor,created_at
    Leads(ImportArgs),
    /// Teams: code,name
    Teams(ImportArgs),
}

impl ImportCommand {
    pub fn args(&self) -> &ImportArgs {
        match self {
            Self::Users(args) | Self::Leads(args) | Self::Teams(args) => args,
        }
    }
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A CSV file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Read and report, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What to print; JSON holds the findings too
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Subcommand)]
pub enum RecordingsCommand {
    /// Download the recordings that the folder lacks, each once
    ///
    /// A file that is there is not asked for again, and a download that was cut off goes on.
    Fetch(FetchArgs),
}

#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Only of calls from this day on [default: of all calls]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub since: Option<NaiveDate>,
    /// Only of this lead's calls
    #[arg(long, value_name = "ID")]
    pub lead: Option<i64>,
    /// Also the files that client and operator sent each other
    #[arg(long)]
    pub files: bool,
    #[command(flatten)]
    pub behalf: Behalf,
    /// The folder; one that is missing is created for its owner only
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Users: login,name,role,team,numbers,active,telecube,mluvii
    Users,
    /// Leads: id,name,phone,advisor,created_at
    Leads,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    #[default]
    Table,
    Json,
    Prometheus,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    #[default]
    Table,
    Json,
    Csv,
    Html,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum By {
    #[default]
    Advisor,
    Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnmatchedBy {
    Number,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The pages in a folder by their names.
    fn pages(folder: &Path) -> BTreeMap<String, String> {
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
        let named = files.map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, fs::read_to_string(file.path()).unwrap())
        });
        named.collect()
    }

    /// With `CALLSYNC_WRITE_MAN_PAGES` set, writes them.
    #[test]
    fn the_man_pages_are_those_of_this_command_line() {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/man");
        if std::env::var_os("CALLSYNC_WRITE_MAN_PAGES").is_some() {
            fs::remove_dir_all(&kept).ok();
            fs::create_dir(&kept).unwrap();
            clap_mangen::generate_to(Cli::command(), &kept).unwrap();
        }
        let made = tempfile::tempdir().unwrap();
        clap_mangen::generate_to(Cli::command(), made.path()).unwrap();
        let (kept, made) = (pages(&kept), pages(made.path()));
        let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&kept), names(&made));
        for (name, page) in made {
            assert_eq!(kept[&name], page, "{name}: see the README on man pages");
        }
    }
}
