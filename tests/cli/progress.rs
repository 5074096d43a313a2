//! The progress bar of a `sync`: it counts every request of the run.

use pretend_callyzer::Call;

use crate::moment::{ago, day_before, noon};
use crate::office::Office;
use crate::terminal::on_terminal;

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

/// Runs a `sync` on a terminal and gives the states of its bar and its requests.
fn watch(office: &Office) -> Option<(Vec<(usize, usize)>, usize)> {
    let before = office.callyzer.requests().len();
    let pace = [("CALLYZER_INTERVAL_MS", "40")];
    let screen = on_terminal(office, 120, "sync", &pace)?;
    let made = office.callyzer.requests().len() - before;
    Some((frames(&screen), made))
}

#[track_caller]
fn assert_honest(frames: &[(usize, usize)], made: usize) {
    assert!(frames.len() > 10, "{frames:?}");
    for (n, all) in frames {
        assert!(
            *n == made || n < all,
            "done too early, of {made}: {frames:?}"
        );
        let (least, most) = (made * 3 / 4, made * 5 / 4);
        assert!(
            (least..=most).contains(all),
            "{n}/{all} of {made}: {frames:?}"
        );
    }
    assert!(frames.iter().all(|(n, _)| *n <= made));
}

#[test]
fn the_bar_of_a_first_sync_counts_the_figures_too() {
    let office = Office::new().going_back(7);
    for n in 1..=6 {
        let id = format!("c-{n}");
        let at = noon(day_before(n));
        office.call(Call::new(&id, "600100201", "601200301", "Outgoing", at, 60));
    }
    if let Some((frames, made)) = watch(&office) {
        assert_honest(&frames, made);
    }
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
    office.call(Call::new(
        "new",
        "600100201",
        "601200301",
        "Outgoing",
        ago(2),
        60,
    ));
    if let Some((frames, made)) = watch(&office) {
        assert_honest(&frames, made);
    }
}
