//! What the figures may lack, in words.

use chrono_tz::Tz;

use crate::output::local;
use crate::team_stats::Gaps;
use crate::text;

/// A line for each way in which the figures may not be whole.
pub fn warnings(gaps: &Gaps, zone: Tz) -> Vec<String> {
    let stale = gaps.stale.iter().map(|(name, last)| {
        let last = last.map_or("nigdy".into(), |last| local(last, zone));
        format!("{} ({last})", text::one_line(name))
    });
    let differences = gaps.differences.iter().map(|(name, difference)| {
        format!(
            "{} {} (u nas {}, w Callyzerze {})",
            difference.day,
            text::one_line(name),
            difference.ours,
            difference.theirs
        )
    });
    let due = gaps.due.iter().map(ToString::to_string);
    [
        text::list("Dane nieaktualne, ostatnia synchronizacja", stale),
        text::list("Liczba połączeń inna niż w Callyzerze", differences),
        text::list("Statystyki jeszcze do pobrania", due),
    ]
    .into_iter()
    .flatten()
    .collect()
}
