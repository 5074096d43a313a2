//! The progress bar of a `sync`: it counts every request of the run.

use pretend_callyzer::Call;

use crate::moment::{day_before, noon};
use crate::office::Office;
use crate::terminal::on_terminal;

const INTERVAL_MS: usize = 100;

/// Requests made, and made and to come, of each state of the bar since it has a plan.
fn frames(screen: &str) -> Vec<(usize, usize)> {
    let frame = |text: &str| {
        let (made, all) = text.rsplit(' ').next()?.split_once('/')?;
        Some((made.parse().ok()?, all.parse().ok()?))
    };
    let mut parts: Vec<_> = screen.split(" requests, ").collect();
    parts.pop();
    let frames = parts.into_iter().filter_map(frame);
    frames.filter(|(_, all)| *all > 0).collect()
}

/// Runs a `sync` on a terminal: what its bar says is what it takes.
#[track_caller]
fn assert_honest(office: &Office) {
    let before = office.callyzer.requests().len();
    let interval = INTERVAL_MS.to_string();
    let pace = [("CALLYZER_INTERVAL_MS", interval.as_str())];
    let Some(screen) = on_terminal(office, 120, "sync", &pace) else {
        return;
    };
    let made = office.callyzer.requests().len() - before;
    let frames = frames(&screen);
    assert!(frames.len() > 3, "{screen}");
    for (n, all) in &frames {
        assert!(
            *n == made || *n < made && n < all,
            "done too early, of {made}: {frames:?}"
        );
        assert!(
            (made * 3 / 4..=made * 5 / 4).contains(all),
            "{n}/{all} of {made}: {frames:?}"
        );
    }
    // The time that it promises first is not less than these requests take.
    let promised = screen.split("about 0:").nth(1).unwrap();
    let promised: usize = promised[..2].parse().unwrap();
    let least = made * 3 / 4 * INTERVAL_MS / 1000;
    assert!(promised + 1 >= least, "{promised} s for {made}: {screen}");
}

#[test]
fn the_bar_of_a_first_sync_counts_the_figures_too() {
    let office = Office::new().going_back(7);
    for n in 1..=6 {
        let id = format!("c-{n}");
        let at = noon(day_before(n));
        office.call(Call::new(&id, "600100201", "601200301", "Outgoing", at, 60));
    }
    assert_honest(&office);
}

#[test]
fn the_bar_of_a_days_first_sync_counts_closed_days_and_phones_too() {
    let office = Office::new().going_back(3);
    for n in 0..250 {
        let (id, at) = (format!("c-{n}"), noon(day_before(1)));
        office.call(Call::new(&id, "600100201", "601200301", "Outgoing", at, 60));
    }
    office.sync();
    office.a_day_passes();
    assert_honest(&office);
}
