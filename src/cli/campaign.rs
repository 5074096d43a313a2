//! The arguments of `callsync campaign`.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveTime};
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};

use super::TabularFormat;
use crate::campaign::{ColumnFilter, ColumnSort};
use crate::period::parse_day;

#[derive(Debug, Subcommand)]
pub enum CampaignCommand {
    /// Have a voice bot call the people in a CSV file: it makes real phone calls
    ///
    /// Prints what it would send, to how many people and when. Only --yes sends it, and never
    /// twice. A file has the column phone; every other column is a parameter of the
    /// scenario's start block.
    Create(CampaignCreateArgs),
    /// Show a campaign's results and totals, as Dialog gives them
    Report(CampaignReportArgs),
}

#[derive(Debug, Args)]
pub struct CampaignCreateArgs {
    /// A CSV file of the people to call; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The campaign's name
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    pub name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    pub description: Option<String>,
    /// The start block of the scenario that the bot follows
    #[arg(long, value_name = "ID", value_parser = id())]
    pub start_block: i64,
    /// The line to call from
    #[arg(long, value_name = "ID", value_parser = id())]
    pub phone_id: i64,
    /// The day of the calls, in Dialog's own zone
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub date: NaiveDate,
    /// Not before this time of the day, in Dialog's own zone
    #[arg(long, value_name = "HH:MM", value_parser = time_of_day)]
    pub from: NaiveTime,
    /// Not after this time of the day
    #[arg(long, value_name = "HH:MM", value_parser = time_of_day)]
    pub to: NaiveTime,
    /// How often a number is tried
    #[arg(long, value_name = "1..5", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub attempts: u8,
    /// Minutes between two attempts at a number
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..=1440))]
    pub interval: u16,
    /// Send it
    #[arg(long)]
    pub yes: bool,
    /// Send it even if it was sent before, or may have been
    #[arg(long)]
    pub again: bool,
}

#[derive(Debug, Args)]
pub struct CampaignReportArgs {
    /// The campaign's id
    #[arg(value_parser = id())]
    pub id: i64,
    /// The first day [default: all]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub from: Option<NaiveDate>,
    /// The last day [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub to: Option<NaiveDate>,
    /// A column; can be repeated [default: those of DIALOG_COLUMNS]
    #[arg(long = "column", value_name = "NAME")]
    pub columns: Vec<String>,
    /// Only rows that fit; can be repeated
    ///
    /// TYPE is equal, contains, starts_with or ends_with, with a VALUE, or is_empty,
    /// not_empty, is_true or not_true, without one.
    #[arg(long = "filter", value_name = "NAME:TYPE:VALUE", value_parser = ColumnFilter::parse)]
    pub filters: Vec<ColumnFilter>,
    /// The column to sort by
    #[arg(long, value_name = "NAME:asc|desc", value_parser = ColumnSort::parse)]
    pub sort: Option<ColumnSort>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub format: TabularFormat,
}

/// An id of Dialog's.
fn id() -> impl TypedValueParser<Value = i64> {
    clap::value_parser!(i64).range(1..)
}

fn one_line(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.is_empty() || text.contains(char::is_control) {
        true => Err("it is empty, or not on one line".into()),
        false => Ok(text.into()),
    }
}

fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
    time.filter(|_| text.len() == 5)
        .ok_or_else(|| "a time is HH:MM, such as 09:00".into())
}
