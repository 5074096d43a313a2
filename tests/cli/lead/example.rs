//! The example that draws a lead's screen from the file, as a CRM would.

use std::path::Path;
use std::process::Command;

use super::{office, page};
use crate::need::{self, Need};
use crate::run::words;

#[test]
fn the_example_in_python_draws_the_screen_that_callsync_prints() {
    if !need::is_met(Need::Python) {
        return;
    }
    let office = office(23);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/lead_screen.py");
    for number in ["1", "3"] {
        let drawn = Command::new("python3")
            .arg(&script)
            .arg(office.database())
            .args(["1", number])
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        assert!(drawn.status.success(), "{drawn:?}");
        let drawn = String::from_utf8(drawn.stdout).unwrap();
        let drawn: Vec<_> = drawn.lines().map(words).collect();
        let printed = page(&office, number);
        let is_heading = |line: &&str| line.contains("Data i czas") || line.starts_with('─');
        let printed = printed.lines().filter(|line| !is_heading(line));
        let printed: Vec<_> = printed.map(words).collect();
        // The last line of callsync's is the number of the page.
        assert_eq!(drawn, printed[..printed.len() - 1]);
    }
}
