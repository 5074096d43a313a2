//! `callsync stats`: team statistics.

use std::io::Write;

use anyhow::Result;
use chrono::{NaiveDate, TimeDelta};

use super::Session;
use crate::cli::{By, ReportFormat, StatsArgs};
use crate::exit::{Exit, failure};
use crate::output::team_stats::{Reports, to_json, write_csv, write_page, write_table};
use crate::period::Period;
use crate::store::Store;
use crate::store::team_stats::{FiguresWanted, TeamData};
use crate::team_stats::{self, Column, PolishOrder, ReportOptions, Sort};
use crate::user::Who;
use crate::{moment, output, permission, text};

pub fn run(session: &Session, args: &StatsArgs, out: &mut dyn Write) -> Result<()> {
    let (now, zone) = (moment::now(), session.settings.zone);
    let today = moment::day_of(now, zone);
    let period = period(args, today)?;
    let is_page = args.format == ReportFormat::Html;
    let previous = (args.compare || is_page).then(|| period.before(today));
    let sort = sort(args)?;
    let asker = session.asker(args.behalf.as_login.as_deref())?;
    let who = asker.map_or(Who::Nobody, |asker| asker.who);
    let Some(teams) = permission::teams_to_see(&who, &args.teams) else {
        let reason = "Brak uprawnień do przeglądania statystyk zespołu";
        return Err(failure(Exit::Denied, reason));
    };
    let by_day = args.by == By::Day;
    let wanted = FiguresWanted {
        period,
        previous,
        provider: args.provider,
        teams: &teams,
        by_day: by_day || is_page,
    };
    let data = Store::read(session.database())?.team_data(wanted)?;
    refuse_unknown(&teams, &data)?;
    let options = ReportOptions {
        period,
        previous,
        provider: args.provider,
        teams,
        by_day,
        sort,
        now,
        today,
        interval: TimeDelta::minutes(session.settings.interval_minutes),
    };
    let order = PolishOrder::new()?;
    let report = team_stats::report(&data, &options, &order);
    match args.format {
        ReportFormat::Table => write_table(out, &report, zone),
        ReportFormat::Json => output::json(out, &to_json(&report, zone)),
        ReportFormat::Csv => write_csv(out, &report),
        ReportFormat::Html => {
            let other = team_stats::report(&data, &options.turned(), &order);
            write_page(out, &Reports::new(report, other), zone)
        }
    }
}

fn period(args: &StatsArgs, today: NaiveDate) -> Result<Period> {
    match (args.month.or(args.quarter), args.from) {
        (Some(name), _) => Ok(name.days(today)),
        (None, None) => Ok(Period::month_of(today)),
        (None, Some(from)) if args.to.is_none() && from > today => {
            let reason = format!("--from {from} is after today, {today}");
            Err(failure(Exit::Usage, reason))
        }
        (None, Some(from)) => Period::between(from, args.to.unwrap_or(today))
            .map_err(|reason| failure(Exit::Usage, reason)),
    }
}

fn sort(args: &StatsArgs) -> Result<Sort> {
    let columns = Column::of_report(args.by == By::Day);
    match args.sort {
        None => Ok(columns[0].into()),
        Some(sort) if columns.contains(&sort.column) => Ok(sort),
        Some(_) => {
            let reason = "--sort: there is no such column in this table, see --by";
            Err(failure(Exit::Usage, reason))
        }
    }
}

fn refuse_unknown(named: &[String], data: &TeamData) -> Result<()> {
    let codes: Vec<_> = data.teams.iter().map(|team| team.code.as_str()).collect();
    match named.iter().find(|code| !codes.contains(&code.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let known = match codes.is_empty() {
                true => "brak".into(),
                false => codes.join(", "),
            };
            let reason = format!("Nie ma zespołu „{unknown}”. Dostępne zespoły: {known}");
            Err(failure(Exit::Data, text::one_line(&reason)))
        }
    }
}
