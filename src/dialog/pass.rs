//! Dialog's part of a `sync`: a pass over windows with a date for each campaign. A window
//! is one report, and more where Dialog counts more rows than it brings.

mod halving;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::Result;

use super::Api;
use crate::call::Kind;
use crate::clock::HeardClock;
use crate::moment::Window;
use crate::pass::PassOptions;
use crate::pass::window_pass::{CallSource, TakePage, WindowPass};
use crate::phone::Region;
use crate::provider::Provider;
use crate::reading::Page;
use crate::reason::Cause;
use crate::store::Store;
use crate::store::runs::Run;
use halving::{Fruitless, Reading, read_halving};

#[derive(Clone, Copy, Debug)]
pub struct DialogOptions<'a> {
    pub pass: PassOptions,
    /// Those whose calls are read.
    pub campaigns: &'a [i64],
}

/// Makes the pass. A campaign that fails does not stop the other ones.
pub fn pass(store: &mut Store, api: &Api, options: &DialogOptions, run: &mut Run) -> Result<()> {
    let reports = Reports {
        api,
        fruitless: RefCell::default(),
        without_time: RefCell::default(),
    };
    let campaigns = options.campaigns.iter().map(ToString::to_string);
    let mut pass =
        WindowPass::new(store, &reports, &options.pass, run).with_keys(campaigns.collect());
    pass.read_calls();
    for (campaign, rows) in reports.without_time.borrow().iter() {
        pass.run.report(Cause::NoTimes.of(&[campaign, rows]));
    }
    pass.finish()
}

/// The reports of one run.
#[derive(Debug)]
struct Reports<'a> {
    api: &'a Api,
    /// Of each campaign: one that always counts too high keeps no other from being halved.
    fruitless: RefCell<HashMap<String, Fruitless>>,
    /// The campaigns with answers of which no row says a time, and how many rows those had.
    without_time: RefCell<BTreeMap<String, u64>>,
}

impl CallSource for Reports<'_> {
    const PROVIDER: Provider = Provider::Dialog;

    fn kind() -> Kind {
        Kind::campaign_call()
    }

    fn region(&self) -> Region {
        self.api.region()
    }

    fn requests(&self) -> i64 {
        self.api.http().requests()
    }

    fn interval(&self) -> Duration {
        self.api.http().interval()
    }

    fn clock(&self) -> Option<HeardClock> {
        self.api.http().clock()
    }

    /// `key`: the campaign's id.
    fn read(&self, key: &str, window: Window, take: &mut TakePage) -> Result<Vec<(Window, i64)>> {
        let campaign_id = key.parse()?;
        let mut number = 0;
        let mut ask = |window| {
            let answer = self.api.records(campaign_id, window)?;
            let reading = Reading {
                keys: answer.body.keys(),
                rows: answer.body.rows,
                count: answer.body.count,
            };
            self.note_without_time(key, answer.body.calls_without_time);
            number += 1;
            take(Page {
                content: answer.map(|report| report.records),
                number,
                left: 0,
            })?;
            anyhow::Ok(reading)
        };
        let mut fruitless = self.fruitless.borrow_mut();
        let fruitless = fruitless.entry(key.to_owned()).or_default();
        read_halving(window, fruitless, &mut ask)
    }
}

impl Reports<'_> {
    fn note_without_time(&self, key: &str, rows: u64) {
        if rows > 0 {
            let mut without_time = self.without_time.borrow_mut();
            *without_time.entry(key.to_owned()).or_default() += rows;
        }
    }
}
