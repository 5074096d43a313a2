//! A command on a faulty disk, then on a sound one, and what must come of it.

mod end;

use std::collections::BTreeMap;
use std::fs;

use super::content::Content;
use super::faulty_disk::{self, Fault};
use super::snapshot::Snapshot;
use super::work::{self, Work};
use crate::need::{self, Need};
use crate::office::Office;
use crate::proof::chance;
use end::End;

/// What `work` names the backup.
const BACKUP: &str = "copy.db";

/// Ok, or what is wrong.
type Verdict<T = ()> = Result<T, String>;

pub struct Trial<'a> {
    work: &'a Work,
    office: Office,
    start: Snapshot,
    /// What a run leaves that meets no fault.
    truth: Content,
    files: Vec<String>,
    backup: Option<Content>,
    /// What two such runs leave: the second one tries again what waits.
    twice: Option<Content>,
    faults: Vec<Fault>,
    /// How many runs ended with which code.
    codes: BTreeMap<i32, u64>,
}

impl<'a> Trial<'a> {
    /// None where the machine lets nobody filter calls.
    pub fn begin(work: &'a Work) -> Option<Self> {
        let office = (work.office)();
        let start = Snapshot::of(office.folder());
        let ended = faulty_disk::run(&office, work.arguments, Fault::None);
        let ended = need::met(Need::Seccomp, ended)?;
        assert_eq!(ended.code, Some(0), "{}", ended.output.stderr);
        let mut faults = ended.report.faults();
        chance(0).shuffle(&mut faults);
        Some(Self {
            work,
            truth: Content::of(&office.database()).unwrap(),
            files: Snapshot::of(office.folder()).files(),
            backup: Content::of(&office.path(BACKUP)),
            office,
            start,
            twice: None,
            faults,
            codes: BTreeMap::new(),
        })
    }

    /// Every fault, in an order by chance that is always the same.
    pub fn faults(&self) -> Vec<Fault> {
        self.faults.clone()
    }

    /// With which codes the runs ended.
    pub fn ends(&self) -> String {
        let ends = self.codes.iter();
        let ends = ends.map(|(code, times)| format!("{times} ended with {code}"));
        ends.collect::<Vec<_>>().join(", ")
    }

    /// Whether the command keeps its promises on such a disk.
    pub fn survives(&mut self, fault: Fault) -> Verdict {
        self.restore();
        let ended = faulty_disk::run(&self.office, self.work.arguments, fault).unwrap();
        *self.codes.entry(ended.code.unwrap_or(-1)).or_default() += 1;
        let end = End {
            fault,
            ended,
            content: Content::of(&self.office.database()),
        };
        self.judge(&end).map_err(|wrong| format!("{wrong}\n{end}"))
    }

    fn restore(&self) {
        self.start.restore(self.office.folder());
        self.office.it_is(work::now());
        self.office
            .callyzer
            .world(|world| world.dialog.campaigns.clear());
    }

    fn judge(&mut self, end: &End) -> Verdict {
        end.judge(&self.truth, self.office.folder())?;
        if end.ended.code == Some(0) {
            self.look_for_remains()?;
        }
        let backup = Content::of(&self.office.path(BACKUP));
        if backup.is_some_and(|backup| !backup.is_sound()) {
            return Err("the backup is damaged".into());
        }
        let (code, output) = self.office.callsync(self.work.arguments).outcome();
        self.count_campaigns(end.fault)?;
        match code {
            Some(65) if self.work.is_done_once => return Ok(()),
            Some(0) => {}
            _ => return Err(format!("again exit code {code:?}: {}", output.stderr)),
        }
        self.look_for_remains()?;
        let content = Content::of(&self.office.database()).unwrap();
        self.compare(&content)?;
        let files = Snapshot::of(self.office.folder()).files();
        if files != self.files {
            return Err(format!("other files are left: {files:?}"));
        }
        if Content::of(&self.office.path(BACKUP)) != self.backup {
            return Err("the backup is another one".into());
        }
        end.judge_runs(&self.truth, &content.runs)
    }

    /// Nothing of somebody who was forgotten is left in any byte.
    fn look_for_remains(&self) -> Verdict {
        let Some(word) = self.work.forgets else {
            return Ok(());
        };
        for end in ["", "-wal", "-shm"] {
            let bytes = fs::read(self.office.path(&format!("callsync.db{end}"))).unwrap();
            let mut parts = bytes.windows(word.len());
            if parts.any(|part| part == word.as_bytes()) {
                return Err(format!("'{word}' is left in the database{end}"));
            }
        }
        Ok(())
    }

    /// People are called once; after a fault that passes, they are called.
    fn count_campaigns(&self, fault: Fault) -> Verdict {
        let world = |world: &mut pretend_callyzer::World| world.dialog.campaigns.len();
        let campaigns = self.office.callyzer.world(world);
        let least = usize::from(self.work.is_done_once && fault.is_once());
        match (least..=1).contains(&campaigns) {
            true => Ok(()),
            false => Err(format!("{campaigns} campaigns were created")),
        }
    }

    /// A run after one that stored something may find more to do than the first one had.
    fn compare(&mut self, content: &Content) -> Verdict {
        if content.strange_to(&self.truth, &self.truth).is_empty() {
            return Ok(());
        }
        let twice = match self.twice.take() {
            Some(twice) => twice,
            None => self.content_after_two_runs(),
        };
        let strange = content.strange_to(&self.truth, &twice);
        self.twice = Some(twice);
        match strange.is_empty() {
            true => Ok(()),
            false => Err(format!("run again, it leaves something else:{strange}")),
        }
    }

    fn content_after_two_runs(&self) -> Content {
        let before = Snapshot::of(self.office.folder());
        self.restore();
        for _ in 0..2 {
            self.office.callsync(self.work.arguments).outcome();
        }
        let content = Content::of(&self.office.database()).unwrap();
        before.restore(self.office.folder());
        content
    }
}
