//! How much a server may send of a file, and for how long: what never ends would fill the disk
//! on which the calls are.

use std::time::{Duration, Instant};

use crate::provider::Fault;
use crate::reason::Cause;

/// Hours of video. The reason says it too.
const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// What came until then stays, and the next run goes on.
const LONGEST: Duration = Duration::from_secs(3600);

#[derive(Debug)]
pub struct Limit {
    end: Instant,
}

impl Limit {
    pub fn new() -> Self {
        Self {
            end: Instant::now() + LONGEST,
        }
    }

    /// Whether a file of which so much has come may come further. `length`: as it was told.
    /// What is too long is of no use, not even its beginning.
    pub fn check(&self, bytes: u64, length: Option<u64>) -> Result<(), Fault> {
        if bytes.max(length.unwrap_or(0)) > MOST_BYTES {
            return Err(Fault::BadAnswer(Cause::LongFile.into()));
        }
        if length.is_some_and(|length| bytes > length) {
            return Err(Fault::BadAnswer(Cause::LongerFile.into()));
        }
        match Instant::now() < self.end {
            true => Ok(()),
            false => Err(Fault::Timeout),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_an_end_ends_by_its_length_or_its_time() {
        let limit = Limit::new();
        assert!(limit.check(MOST_BYTES, None).is_ok());
        for (bytes, length) in [
            (MOST_BYTES + 1, None),
            (1, Some(MOST_BYTES + 1)),
            (3, Some(2)),
        ] {
            let checked = limit.check(bytes, length);
            assert!(matches!(checked, Err(Fault::BadAnswer(_))), "{bytes}");
        }
        let over = Limit {
            end: Instant::now(),
        };
        assert!(matches!(over.check(1, Some(2)), Err(Fault::Timeout)));
    }
}
