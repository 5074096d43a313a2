//! Where recordings come from: mluvii, with its credential, and the addresses that Callyzer
//! gives, without any.

use anyhow::{Result, anyhow};

use crate::http::{Download, PublicFiles, Resume};
use crate::mluvii::{self, SessionFiles};
use crate::provider::{Error, Fault, Provider};

/// Both systems; or why one cannot be asked, which is an error when it should be.
pub struct Sources {
    pub mluvii: Result<mluvii::Api>,
    pub callyzer: Result<PublicFiles>,
}

impl Sources {
    /// The recordings and files of a session, now; None: mluvii has it no longer.
    pub fn session(&mut self, id: &str) -> Result<Option<SessionFiles>> {
        let answer = usable(&mut self.mluvii)?.recordings(id)?;
        Ok(answer.map(|answer| answer.body))
    }

    /// Begins to download a file; None: it is gone.
    pub fn download(
        &mut self,
        provider: Provider,
        address: &str,
        resume: Option<&Resume>,
    ) -> Result<Option<Download>> {
        Ok(match provider {
            Provider::Mluvii => {
                let mluvii = usable(&mut self.mluvii)?;
                mluvii.http().download(address, resume)?
            }
            _ => usable(&mut self.callyzer)?.download(address, resume)?,
        })
    }

    /// The requests sent so far.
    pub fn requests(&self) -> i64 {
        let mluvii = self.mluvii.as_ref().map_or(0, |api| api.http().requests());
        mluvii + self.callyzer.as_ref().map_or(0, PublicFiles::requests)
    }
}

/// The reason why a source cannot be asked is given once.
fn usable<T>(source: &mut Result<T>) -> Result<&T> {
    if source.is_err() {
        let later = Err(anyhow!("it cannot be asked"));
        std::mem::replace(source, later).map(drop)?;
    }
    source.as_ref().map_err(|error| anyhow!("{error}"))
}

/// The error of a system whose answer ended before its time.
pub fn error(provider: Provider, fault: Fault) -> anyhow::Error {
    Error::new(provider.name(), fault).into()
}
