//! What a test asks and sets of the server on Dialog's behalf.

use std::time::Duration;

use crate::PretendCallyzer;
use crate::system::System;

impl PretendCallyzer {
    /// What a new [`crate::Dialog`] accepts.
    pub const DIALOG_TOKEN: &str = "pretend-bearer-0f1e2d3c4b5a6978";
    pub const DIALOG_LOGIN: &str = "biuro@example.pl";
    pub const DIALOG_PASSWORD: &str = "pretend-password & 9+8%7";

    /// The ids of a new [`crate::Dialog`].
    pub const DIALOG_PROJECT: i64 = 1;
    pub const DIALOG_SCENARIO: i64 = 951;
    pub const DIALOG_START_BLOCK: i64 = 10;

    pub fn dialog_url(&self) -> String {
        self.url(System::Dialog)
    }

    /// No token that a login gave is accepted any longer.
    pub fn end_dialog_tokens(&self) {
        self.world(|world| world.dialog.issued.clear());
    }

    /// How far the clock behind Dialog's `Date` header is ahead.
    pub fn set_dialog_clock_offset(&self, seconds: i64) {
        self.state(System::Dialog).set_clock(Some(seconds));
    }

    /// Dialog's answers have no `Date` header, until the clock is set.
    pub fn hide_dialog_clock(&self) {
        self.state(System::Dialog).set_clock(None);
    }

    /// The least time between the starts of two requests to Dialog that are not refused for it.
    pub fn set_dialog_rate_limit(&self, spacing: Option<Duration>) {
        let traffic = &self.state(System::Dialog).traffic;
        traffic.set_spacing(spacing);
    }
}
