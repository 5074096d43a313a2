//! `callsync forget`: removes a person's phone number, or a lead, for good.

use std::io::Write;

use anyhow::Result;

use super::Session;
use crate::cli::ForgetArgs;
use crate::exit::{Exit, failure};
use crate::output::forgetting as output;
use crate::store::Store;
use crate::store::clean::FORGET;
use crate::store::forget::{Mentions, Refusal, Whom};
use crate::store::runs::RunStart;

/// Nothing is written without consent.
pub fn run(session: &Session, args: &ForgetArgs, out: &mut dyn Write) -> Result<()> {
    let account = session.maintainer("forget somebody")?.account;
    let forgetter = Forgetter {
        session,
        account: &account,
        is_wanted: args.consent.is_given(),
    };
    let number = args.whom.number.as_deref();
    match args.whom.lead {
        Some(id) => forgetter.forget_lead(id, out),
        None => forgetter.forget(Whom::Number(number.unwrap_or_default()), out),
    }
}

struct Forgetter<'a> {
    session: &'a Session,
    account: &'a str,
    is_wanted: bool,
}

impl Forgetter<'_> {
    /// Of a lead that is gone, what an earlier run left undone is done.
    fn forget_lead(&self, id: i64, out: &mut dyn Write) -> Result<()> {
        let store = Store::read(self.session.database())?;
        if store.has_lead(id)? {
            return self.forget(Whom::Lead(id), out);
        }
        if !store.has_remains()? {
            return Err(super::no_lead(id));
        }
        drop(store);
        if self.is_wanted {
            let mut store = Store::open(self.session.database())?;
            store.remove_for_good(self.start(), |_, _| Ok(()))?;
        }
        output::write_remains(out, id, self.is_wanted)
    }

    fn forget(&self, whom: Whom, out: &mut dyn Write) -> Result<()> {
        let region = self.session.settings.region;
        let store = Store::read(self.session.database())?;
        let person = store.person(whom, region)?.map_err(|it| refused(&it))?;
        let mentions = store.mentions(&person)?;
        if let Some(number) = mentions.own_number {
            return Err(refused(&Refusal::OfUser { number, name: None }));
        }
        if !self.is_wanted {
            let plan = store.forget_plan(&person, region)?;
            return output::write_plan(out, &plan, &mentions);
        }
        drop(store);
        self.remove(whom, &mentions, out)
    }

    /// What was removed is printed before the file is made clean, and if that fails: nobody
    /// could find the names of files again.
    fn remove(&self, whom: Whom, mentions: &Mentions, out: &mut dyn Write) -> Result<()> {
        let locale = self.session.settings.locale();
        let mut store = Store::open(self.session.database())?;
        let mut printed = Ok(());
        store.remove_for_good(self.start(), |store, run| {
            let removed = store.forget(whom, locale, run)?;
            printed = output::write_removed(out, &removed, mentions);
            Ok(())
        })?;
        printed.and_then(|()| output::write_clean(out))
    }

    fn start(&self) -> RunStart<'_> {
        RunStart {
            command: FORGET,
            account: self.account,
            ..RunStart::default()
        }
    }
}

fn refused(refusal: &Refusal) -> anyhow::Error {
    failure(Exit::Data, output::refusal(refusal))
}
