//! mluvii, a contact centre.

use crate::http::System;
use crate::provider::Provider;
use crate::rate_limit::LockNames;

pub const SYSTEM: System = System {
    name: Provider::Mluvii.name(),
    locks: LockNames {
        queue: None,
        permit: "-mluvii-turn",
    },
    refusal: |_| None,
};
