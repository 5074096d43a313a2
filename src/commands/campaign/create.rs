//! `callsync campaign create`: has people called, once.

use std::io::Write;

use anyhow::{Context, Result};
use chrono::NaiveDate;

use super::Session;
use crate::campaign::{CampaignRequest, Schedule};
use crate::cli::CampaignCreateArgs;
use crate::dialog;
use crate::exit::{self, Exit, failure, graver};
use crate::import::callees;
use crate::import::file::CsvFile;
use crate::import::report::refusal;
use crate::output::campaign as output;
use crate::output::import::tell_findings;
use crate::provider::{self, Provider};
use crate::reason::Cause;
use crate::settings::DialogSettings;
use crate::store::Store;
use crate::store::campaigns::{Begun, CampaignEnd, NewCampaign, SentCampaign};
use crate::store::runs::{Run, RunStart};
use crate::{moment, systems};

const COMMAND: &str = "campaign create";

/// Everything is validated, and printed, before anything is sent.
pub fn run(session: &Session, args: &CampaignCreateArgs, out: &mut dyn Write) -> Result<()> {
    let account = session.maintainer("create a campaign")?.account;
    let own = session.settings.dialog.as_ref();
    let own = own.ok_or_else(|| session.settings.not_set_up(Provider::Dialog))?;
    let request = request(session, args, own)?;
    let new = NewCampaign {
        name: &request.name,
        numbers: request.numbers().collect(),
        fingerprint: request.fingerprint(),
        sent_by: &account,
    };
    let sender = Sender {
        session,
        request: &request,
        new: &new,
    };
    if args.yes {
        let id = sender.send(args.again)?;
        return output::write_created(out, id, &request);
    }
    let others = Store::read(session.database())?.campaigns_in_the_way(&new)?;
    output::write_preview(out, &request, &others, session.settings.zone)
}

/// The request, if everything in it is as it must be.
fn request(
    session: &Session,
    args: &CampaignCreateArgs,
    own: &DialogSettings,
) -> Result<CampaignRequest> {
    let today = moment::day_of(moment::now(), own.zone);
    let schedule = schedule(args, today)?;
    let project_id = own.project_id;
    let project_id = project_id.ok_or_else(|| session.settings.not_set("DIALOG_PROJECT_ID"))?;
    let mut file = CsvFile::read(&args.file)?;
    let region = session.settings.region;
    let contents = file.contents(|bytes| callees::read(bytes, region))?;
    let findings = contents.remarks.into_sorted();
    tell_findings(&file.name, &findings);
    if let Some(refusal) = refusal(&file.name, &findings, "nic nie wysłano") {
        return Err(refusal);
    }
    Ok(CampaignRequest {
        project_id,
        name: args.name.clone(),
        description: args.description.clone(),
        start_block_id: args.start_block,
        phone_id: args.phone_id,
        schedule,
        callees: contents.rows,
    })
}

fn schedule(args: &CampaignCreateArgs, today: NaiveDate) -> Result<Schedule> {
    let refused = |reason: String| Err(failure(Exit::Usage, reason));
    if args.date < today {
        return refused(format!("--date {} is past: today is {today}", args.date));
    }
    if args.from >= args.to {
        let time = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        let (from, to) = (time(args.from), time(args.to));
        return refused(format!("--from {from} is not before --to {to}"));
    }
    Ok(Schedule {
        date: args.date,
        start: args.from,
        end: args.to,
        attempts: args.attempts,
        interval_minutes: args.interval,
    })
}

/// What became of a request that was to be sent.
enum Sent {
    /// The campaign's id.
    Created(i64),
    /// It was not sent, because of these.
    Refused(Vec<SentCampaign>),
}

struct Sender<'a> {
    session: &'a Session,
    request: &'a CampaignRequest,
    new: &'a NewCampaign<'a>,
}

impl Sender<'_> {
    /// Sends the request, as a run with a row of its own. Gives the campaign's id.
    fn send(&self, again: bool) -> Result<i64> {
        let zone = self.session.settings.zone;
        match self.record(again)? {
            Sent::Created(id) => Ok(id),
            Sent::Refused(others) => Err(failure(Exit::Data, output::refusal(&others, zone))),
        }
    }

    fn record(&self, again: bool) -> Result<Sent> {
        let api = systems::dialog_campaigns(&self.session.settings)?;
        let mut store = Store::open(self.session.database())?;
        let start = RunStart {
            command: COMMAND,
            provider: Some(Provider::Dialog.as_str()),
            account: self.new.sent_by,
            ..RunStart::default()
        };
        store.record_run(start, |store, run| {
            let is_ready = api.log_in();
            run.requests = api.requests();
            is_ready.map_err(|error| ended(Cause::NothingSent, &error))?;
            match store.begin_campaign(self.new, again)? {
                Begun::Sent(request_id) => self.ask(store, &api, request_id, run),
                Begun::InTheWay(others) => {
                    let refusal = failure(Exit::Data, Cause::InTheWay.of(&[&others.len()]));
                    store.finish_run(run, Some(&refusal))?;
                    Ok(Sent::Refused(others))
                }
            }
        })
    }

    /// Whatever happens from here on, the request counts as sent until its answer is kept.
    fn ask(
        &self,
        store: &mut Store,
        api: &dialog::CampaignApi,
        request_id: i64,
        run: &mut Run,
    ) -> Result<Sent> {
        let answer = api.post_campaign(&self.request.to_json());
        run.requests = api.requests();
        match answer {
            Ok(id) => {
                let kept = store.end_campaign(request_id, CampaignEnd::Created(id), run);
                kept.with_context(|| {
                    let file = self.session.database().display();
                    format!("campaign {id} was created, and could not be kept in {file}")
                })?;
                Ok(Sent::Created(id))
            }
            Err(error) => {
                let (end, cause) = match api.may_have_created() {
                    true => (CampaignEnd::Unknown, Cause::MayBeCreated),
                    false => (CampaignEnd::Failed, Cause::NotCreated),
                };
                let error = ended(cause, &error);
                match store.end_campaign(request_id, end, run) {
                    Ok(()) => Err(error),
                    Err(unwritten) => Err(graver(error, unwritten)),
                }
            }
        }
    }
}

/// A failure that does not say, as one of a `sync` does, that the next run tries again.
fn ended(cause: Cause, error: &provider::Error) -> anyhow::Error {
    failure(exit::of_fault(&error.fault), cause.of(&[error]))
}
