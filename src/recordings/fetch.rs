//! Fetching: calls out of the database, their recordings out of the systems into a folder.

use anyhow::Result;

use super::download::{Wanted, download};
use super::name::{self, Key};
use super::plan::{self, Content, OF_CALL};
use super::trouble::Trouble;
use super::{Folder, Sources};
use crate::exit::{Exit, failure};
use crate::mluvii::{RemoteFile, SessionFiles};
use crate::moment::{self, Moment};
use crate::provider::Provider;
use crate::reason::Cause;
use crate::store::Store;
use crate::store::recordings::{RecordedCall, RecordingFound, RecordingsWanted};
use crate::{interrupt, terminal};

/// How many calls are taken out of the database at once.
const BATCH: usize = 200;

/// What became of recordings and shared files.
#[derive(Clone, Copy, Debug, Default)]
pub struct FetchCounts {
    pub fetched: u64,
    pub there: u64,
    /// Their systems have them no longer.
    pub gone: u64,
    /// Their system is still processing them.
    pub later: u64,
    pub failed: u64,
}

/// Fetches what a folder lacks. Fails if something could not be fetched; the rest is fetched
/// all the same. The counts are right however it ends.
pub fn fetch(
    store: &mut Store,
    folder: &mut Folder,
    request: FetchRequest,
    counts: &mut FetchCounts,
) -> Result<()> {
    Fetch {
        store,
        folder,
        sources: request.sources,
        wanted: request.wanted,
        counts,
        trouble: Trouble::default(),
    }
    .run()
}

/// What is fetched, and from where.
pub struct FetchRequest<'a> {
    pub wanted: RecordingsWanted,
    pub sources: &'a mut Sources,
}

struct Fetch<'a> {
    store: &'a mut Store,
    folder: &'a mut Folder,
    sources: &'a mut Sources,
    wanted: RecordingsWanted,
    counts: &'a mut FetchCounts,
    trouble: Trouble,
}

impl Fetch<'_> {
    fn run(mut self) -> Result<()> {
        let mut last = None;
        loop {
            let calls = self
                .store
                .recorded_calls(self.wanted, last.as_ref(), BATCH)?;
            for call in &calls {
                self.call(call)?;
            }
            last = calls.into_iter().next_back();
            if last.is_none() {
                return self.trouble.end(self.counts.failed);
            }
        }
    }

    fn call(&mut self, call: &RecordedCall) -> Result<()> {
        if interrupt::requested() {
            return Err(failure(Exit::TryAgain, Cause::Interrupted.of(&[])));
        }
        match &call.recording_url {
            _ if call.provider == Provider::Mluvii.as_str() => self.session(call),
            Some(address) => self.recording(call, address),
            None => Ok(()),
        }
    }

    /// The one recording of a call at Callyzer.
    fn recording(&mut self, call: &RecordedCall, address: &str) -> Result<()> {
        let key = Key::of_call(Provider::Callyzer, &call.provider_call_id);
        if self.is_there(call, OF_CALL, &key)? {
            return Ok(());
        }
        if plan::is_gone(call) {
            self.counts.gone += 1;
        } else {
            let wanted = Wanted {
                provider: Provider::Callyzer,
                stem: name::stem(call.started_at, call.number.as_deref(), &key),
                key,
                address,
                is_recording: true,
                given_name: None,
            };
            self.fetch(call, OF_CALL, &wanted)?;
        }
        Ok(())
    }

    /// A session at mluvii, which is asked unless nothing can have changed.
    fn session(&mut self, call: &RecordedCall) -> Result<()> {
        let is_there = |key: &Key| self.folder.file(key).is_some();
        if let Some(settled) = plan::settled(call, self.wanted.with_files, is_there) {
            self.counts.there += settled.there;
            self.counts.gone += settled.gone;
            return Ok(());
        }
        if self.trouble.has_stopped(Provider::Mluvii) {
            self.counts.failed += 1;
            return Ok(());
        }
        let asked_at = moment::now();
        match self.sources.session(&call.provider_call_id) {
            Ok(Some(session)) => {
                if self.files_of(call, &session)? {
                    self.save(call, OF_CALL, RecordingFound::Asked, asked_at)?;
                }
                Ok(())
            }
            Ok(None) => {
                self.counts.gone += u64::from(call.recordings.max(1));
                self.save(call, OF_CALL, RecordingFound::Gone, asked_at)
            }
            Err(error) => {
                self.counts.failed += 1;
                self.trouble.take(call, Provider::Mluvii, error)
            }
        }
    }

    /// Whether nothing of the session is left to do.
    fn files_of(&mut self, call: &RecordedCall, session: &SessionFiles) -> Result<bool> {
        let mut is_done = !session.is_processing;
        if session.is_processing {
            self.counts.later += (session.recordings.len() as u64).max(1);
        } else {
            for recording in &session.recordings {
                is_done &= self.file(call, Content::Recording, recording)?;
            }
        }
        let shared = session.files.iter().filter(|_| self.wanted.with_files);
        for file in shared.collect::<Vec<_>>() {
            is_done &= self.file(call, Content::SharedFile, file)?;
        }
        Ok(is_done)
    }

    /// Whether nothing of the recording or file is left to do.
    fn file(&mut self, call: &RecordedCall, content: Content, file: &RemoteFile) -> Result<bool> {
        let id = content.stored_id(&file.id);
        let key = content.key(&call.provider_call_id, &file.id);
        if self.is_there(call, &id, &key)? {
            return Ok(true);
        }
        if plan::is_known_gone(call, &id) {
            self.counts.gone += 1;
            return Ok(true);
        }
        if !file.is_ready {
            self.counts.later += 1;
            return Ok(false);
        }
        let wanted = Wanted {
            provider: Provider::Mluvii,
            stem: name::stem(call.started_at, call.number.as_deref(), &key),
            key,
            address: &file.url,
            is_recording: content == Content::Recording,
            given_name: file.name.as_deref(),
        };
        self.fetch(call, &id, &wanted)
    }

    /// Whether the folder has the file. One that the database does not know, as after a kill,
    /// becomes known.
    fn is_there(&mut self, call: &RecordedCall, id: &str, key: &Key) -> Result<bool> {
        let Some(name) = self.folder.file(key).map(str::to_owned) else {
            return Ok(false);
        };
        self.counts.there += 1;
        if !plan::is_known(call, id) {
            self.save(call, id, RecordingFound::Fetched(&name), moment::now())?;
        }
        Ok(true)
    }

    /// Whether the file is in the folder, or gone for good.
    fn fetch(&mut self, call: &RecordedCall, id: &str, wanted: &Wanted) -> Result<bool> {
        let provider = wanted.provider;
        if self.trouble.has_stopped(provider) {
            self.counts.failed += 1;
            return Ok(false);
        }
        terminal::show_file(self.counts.fetched);
        match download(self.folder, self.sources, wanted) {
            Ok(Some(name)) => {
                self.counts.fetched += 1;
                self.trouble.note_success(provider);
                self.save(call, id, RecordingFound::Fetched(&name), moment::now())?;
                Ok(true)
            }
            Ok(None) => {
                self.counts.gone += 1;
                self.save(call, id, RecordingFound::Gone, moment::now())?;
                Ok(true)
            }
            Err(error) => {
                self.counts.failed += 1;
                self.trouble.take(call, provider, error)?;
                Ok(false)
            }
        }
    }

    fn save(
        &mut self,
        call: &RecordedCall,
        id: &str,
        found: RecordingFound,
        at: Moment,
    ) -> Result<()> {
        self.store.save_recording(call.id, id, found, at)
    }
}
