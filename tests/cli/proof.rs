//! What callsync survives. Each of these tests is short within the suite, and as long as
//! wanted by itself: `CALLSYNC_TEST_TIMES=1000 cargo test --test cli proof::kills`. What it
//! draws by chance comes from `CALLSYNC_TEST_SEED`, which a failure names.

mod io;
mod kills;
mod load;

use std::env;

use fastrand::Rng;

/// How often something is tried: as asked for, else a few times.
pub fn times(few: u64) -> u64 {
    number("CALLSYNC_TEST_TIMES").unwrap_or(few)
}

/// Chance of its own for each try; a failed one is repeated by its seed alone, with
/// `CALLSYNC_TEST_TIMES=1`.
pub fn seeds(few: u64) -> impl Iterator<Item = u64> {
    let first = number("CALLSYNC_TEST_SEED").unwrap_or(1);
    first..first + times(few)
}

pub fn chance(seed: u64) -> Rng {
    Rng::with_seed(seed)
}

/// A setting of these tests; fails if it is no number.
fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|error| panic!("{name}={text}: {error}")))
}

#[test]
fn a_seed_draws_the_same_again() {
    let draw = |seed| chance(seed).u64(..);
    let first = seeds(3).map(draw).collect::<Vec<_>>();
    assert_eq!(first, seeds(3).map(draw).collect::<Vec<_>>());
    assert_ne!(draw(1), draw(2));
}
