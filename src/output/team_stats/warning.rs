//! What the figures may lack, in words.

use chrono_tz::Tz;

use crate::output::local;
use crate::team_stats::Gaps;
use crate::text;

/// How many are named of what a line is about.
const MAX_NAMED: usize = 5;

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
        line("Dane nieaktualne, ostatnia synchronizacja", stale),
        line("Liczba połączeń inna niż w Callyzerze", differences),
        line("Statystyki jeszcze do pobrania", due),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn line(what: &str, named: impl ExactSizeIterator<Item = String>) -> Option<String> {
    let count = named.len();
    let named: Vec<_> = named.take(MAX_NAMED).collect();
    let more = match count.saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" i jeszcze {more}"),
    };
    (count > 0).then(|| format!("{what}: {}{more}", named.join(", ")))
}
