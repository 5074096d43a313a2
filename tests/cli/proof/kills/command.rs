//! The commands that write, and what each is to do.

use chrono::TimeDelta;

use super::begin::Begin;
use super::scene::Scene;
use crate::moment::text;
use crate::run::Run;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    /// The first command of all, with this file.
    First(Begin),
    Sync,
    SyncOf(&'static str),
    SyncSince,
    RefreshLead,
    RetryUnmatched,
    Import(&'static str),
    Backup,
    CampaignCreate,
    RecordingsFetch,
}

use Command::{
    Backup, CampaignCreate, First, Import, RecordingsFetch, RefreshLead, RetryUnmatched, Sync,
    SyncOf, SyncSince,
};

/// In each chain each of them is killed, a sync of all systems several times.
pub const OF_A_CHAIN: [Command; 17] = [
    Sync,
    Sync,
    Sync,
    Sync,
    SyncOf("callyzer"),
    SyncOf("telecube"),
    SyncOf("mluvii"),
    SyncOf("dialog"),
    SyncSince,
    RefreshLead,
    RetryUnmatched,
    Import("leads"),
    Import("users"),
    Import("teams"),
    Backup,
    CampaignCreate,
    RecordingsFetch,
];

impl Command {
    /// Readies what it works on.
    pub fn prepare(self, scene: &mut Scene) -> Run {
        let run = |arguments: &[&str]| scene.run(arguments);
        match self {
            First(Begin::Nothing) | Import(_) => {
                scene.write_imports();
                let what = if let Import(what) = self {
                    what
                } else {
                    "users"
                };
                scene.run(&["import", what, &format!("{what}.csv")])
            }
            First(Begin::Version(_)) => run(&["retry-unmatched"]),
            Sync => run(&["sync"]),
            SyncOf(provider) => run(&["sync", "--provider", provider]),
            SyncSince => {
                let days = scene.chance.i64(1..4);
                let since = text(scene.now() - TimeDelta::days(days));
                scene.run(&["sync", "--since", &since])
            }
            RefreshLead => {
                let lead = scene.draw_lead();
                scene.calls_change(lead);
                scene.run(&["refresh-lead", &lead.to_string()])
            }
            RetryUnmatched => {
                scene.crm_adds_lead();
                scene.run(&["retry-unmatched"])
            }
            Backup => run(&["backup", "copy.db"]),
            CampaignCreate => {
                let people = scene.new_people();
                create_campaign(scene, &people)
            }
            RecordingsFetch => run(&["recordings", "fetch", "saved"]),
        }
    }
}

/// Has the people of a file called.
pub fn create_campaign(scene: &Scene, people: &str) -> Run {
    scene.run(&[
        "campaign",
        "create",
        people,
        "--yes",
        "--name",
        "Listopad",
        "--start-block",
        "10",
        "--phone-id",
        "5",
        "--date",
        "2090-05-04",
        "--from",
        "09:00",
        "--to",
        "17:00",
        "--attempts",
        "1",
        "--interval",
        "5",
    ])
}
