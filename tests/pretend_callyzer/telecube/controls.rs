//! What a test asks and sets of the server on TeleCube's behalf.

use std::time::Duration;

use crate::PretendCallyzer;
use crate::system::System;

impl PretendCallyzer {
    /// What a new [`crate::Telecube`] accepts.
    pub const TELECUBE_TOKEN: &str = "pretend-key-fedcba9876543210";

    pub fn telecube_url(&self) -> String {
        self.url(System::Telecube)
    }

    /// How far the clock behind TeleCube's `Date` header is ahead.
    pub fn set_telecube_clock_offset(&self, seconds: i64) {
        self.state(System::Telecube).set_clock(Some(seconds));
    }

    /// TeleCube's answers have no `Date` header, until the clock is set.
    pub fn hide_telecube_clock(&self) {
        self.state(System::Telecube).set_clock(None);
    }

    /// The least time between the starts of two requests to TeleCube that are not refused for it.
    pub fn set_telecube_rate_limit(&self, spacing: Option<Duration>) {
        let traffic = &self.state(System::Telecube).traffic;
        traffic.set_spacing(spacing);
    }
}
