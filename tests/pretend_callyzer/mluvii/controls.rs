//! What a test asks and sets of the server on mluvii's behalf.

use std::time::Duration;

use crate::PretendCallyzer;
use crate::system::System;

impl PretendCallyzer {
    /// What a new [`crate::Mluvii`] accepts.
    pub const MLUVII_CLIENT_ID: &str = "pretend-api-user";
    pub const MLUVII_CLIENT_SECRET: &str = "pretend-secret-0f1e2d3c4b5a6978";
    /// How every token of mluvii's begins; its number follows.
    pub const MLUVII_TOKEN: &str = "pretend-jwt-13579bdf02468ace-";

    pub fn mluvii_url(&self) -> String {
        self.url(System::Mluvii)
    }

    /// How far the clock behind mluvii's `Date` header is ahead.
    pub fn set_mluvii_clock_offset(&self, seconds: i64) {
        self.state(System::Mluvii).set_clock(Some(seconds));
    }

    /// mluvii's answers have no `Date` header, until the clock is set.
    pub fn hide_mluvii_clock(&self) {
        self.state(System::Mluvii).set_clock(None);
    }

    /// The least time between the starts of two requests to mluvii that are not refused for it.
    pub fn set_mluvii_rate_limit(&self, spacing: Option<Duration>) {
        let traffic = &self.state(System::Mluvii).traffic;
        traffic.set_spacing(spacing);
    }
}
