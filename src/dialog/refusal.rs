//! What Dialog's refusals mean.

use crate::http::System;
use crate::provider::Provider;
use crate::rate_limit::LockNames;

pub const SYSTEM: System = System {
    name: Provider::Dialog.name(),
    locks: LockNames {
        queue: None,
        permit: "-dialog-turn",
    },
    refusal: |_| None,
};
