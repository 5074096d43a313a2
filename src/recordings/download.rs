//! One file on its way from a system into the folder.

mod limit;

use std::io;

use anyhow::{Error, Result};

use super::folder::Folder;
use super::name::{self, Key};
use super::part::Part;
use super::source::{self, Sources};
use crate::exit::{self, Exit};
use crate::http::{FileHead, Resume};
use crate::provider::{self, Fault, Provider};
use crate::reason::Cause;
use crate::terminal;
use limit::Limit;

/// How often a download that ends too soon is begun in one run.
const ATTEMPTS: usize = 3;

/// A file that is not in the folder.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub provider: Provider,
    pub key: Key,
    /// Its name without its end.
    pub stem: String,
    pub address: &'a str,
    /// Else it is what was shared in a call, which may be anything.
    pub is_recording: bool,
    /// What its system calls it.
    pub given_name: Option<&'a str>,
}

/// Downloads a file, and gives its name; None: its system has it no longer. A download that
/// ends too soon leaves its part, but on a full disk, where the calls may need the room.
pub fn download(
    folder: &mut Folder,
    sources: &mut Sources,
    wanted: &Wanted,
) -> Result<Option<String>> {
    let done = into_folder(folder, sources, wanted);
    done.map_err(|error| match error.is::<io::Error>() {
        true => error.context(format!(
            "could not write {}",
            folder.path().join(&wanted.stem).display()
        )),
        false => error,
    })
}

/// Errors of the folder have their own exit codes: a full disk ends a run, a file in the way
/// does not.
fn into_folder(
    folder: &mut Folder,
    sources: &mut Sources,
    wanted: &Wanted,
) -> Result<Option<String>> {
    let mut part = folder.part(&wanted.key, &wanted.stem)?;
    match arrive(&mut part, sources, wanted) {
        Ok(Some(head)) => {
            let names: Vec<_> = wanted
                .given_name
                .into_iter()
                .chain([wanted.address])
                .collect();
            let media_type = match head.media_type {
                Some(media_type) => Some(media_type),
                None => part.media_type()?,
            };
            let extension = name::extension(media_type.as_deref(), &names);
            let name = format!("{}.{extension}", wanted.stem);
            folder.keep(&wanted.key, part, name.clone())?;
            Ok(Some(name))
        }
        Ok(None) => {
            folder.drop_part(&wanted.key)?;
            Ok(None)
        }
        Err(error) if exit::of(&error) == Exit::Database || part.length() == 0 => {
            match folder.drop_part(&wanted.key) {
                Ok(()) => Err(error),
                Err(other) => Err(exit::graver(error, other.into())),
            }
        }
        Err(error) => Err(error),
    }
}

/// Goes on in the same run with what was cut off.
fn arrive(part: &mut Part, sources: &mut Sources, wanted: &Wanted) -> Result<Option<FileHead>> {
    for _ in 1..ATTEMPTS {
        let before = part.length();
        match attempt(part, sources, wanted) {
            Err(error) if part.length() != before && passes(&error) => {
                log::info!("{}: {error:#}; going on with it", wanted.key);
            }
            done => return done,
        }
    }
    attempt(part, sources, wanted)
}

fn passes(error: &Error) -> bool {
    matches!(
        provider::fault(error),
        Some(Fault::Timeout | Fault::Unavailable(_))
    )
}

fn attempt(part: &mut Part, sources: &mut Sources, wanted: &Wanted) -> Result<Option<FileHead>> {
    let provider = wanted.provider;
    let resume = resume(part)?;
    let begun = sources.download(provider, wanted.address, resume.as_ref())?;
    let Some(mut download) = begun else {
        return Ok(None);
    };
    let failed = |fault| source::error(provider, fault);
    let FileHead {
        length, media_type, ..
    } = &download.head;
    if wanted.is_recording && media_type.as_deref().is_some_and(name::is_data) {
        return Err(failed(Fault::BadAnswer(Cause::DataForRecording.into())));
    }
    if download.head.begins_at == 0 {
        let validator = download.head.validator.as_deref();
        part.restart(validator, media_type.as_deref())?;
    }
    let (limit, length) = (Limit::new(), *length);
    while let Some(bytes) = download.next().map_err(failed)? {
        let after = part.length() + bytes.len() as u64;
        if let Err(fault) = limit.check(after, length) {
            if matches!(fault, Fault::BadAnswer(_)) {
                part.restart(None, None)?;
            }
            return Err(failed(fault));
        }
        part.append(&bytes)?;
        terminal::show_download(part.length(), length);
    }
    if length.is_some_and(|length| length != part.length()) {
        return Err(failed(Fault::Unavailable(Cause::CutOff.into())));
    }
    Ok(Some(download.head))
}

/// What is there already, where the server can say whether it is still the same file.
fn resume(part: &Part) -> io::Result<Option<Resume>> {
    let length = part.length();
    let validator = part.validator()?.filter(|_| length > 0);
    Ok(validator.map(|validator| Resume { length, validator }))
}
