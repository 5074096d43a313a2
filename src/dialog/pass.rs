//! Dialog's part of a `sync`.

mod halving;
