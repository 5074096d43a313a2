//! A day's stored calls beside Callyzer's figures: whose a number was, whose figures
//! its calls are, and which kinds count.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::call::{Figures, Kind, Status};
use crate::phone::{PhoneNumber, Region};
use crate::store::figures::StoredFigures;

/// Callyzer's figures by number.
pub type FiguresByNumber = HashMap<PhoneNumber, Figures>;

const STATUSES: [Status; 4] = [
    Status::Incoming,
    Status::Outgoing,
    Status::Missed,
    Status::Rejected,
];

/// The stored calls of a day, counted for each number, advisor and kind, and the
/// owners of the numbers now.
#[derive(Debug)]
pub struct StoredDay {
    counts: HashMap<PhoneNumber, Vec<StoredFigures>>,
    owners: HashMap<PhoneNumber, i64>,
}

impl StoredDay {
    /// `counts`: in the order of their last calls.
    pub fn new(counts: Vec<StoredFigures>, owners: HashMap<String, i64>, region: Region) -> Self {
        let parse = |number: &str| PhoneNumber::parse(number, region);
        let mut by_number: HashMap<PhoneNumber, Vec<StoredFigures>> = HashMap::new();
        for count in counts {
            if let Some(number) = parse(&count.number) {
                by_number.entry(number).or_default().push(count);
            }
        }
        let owners = owners.into_iter();
        let owners = owners.filter_map(|(number, owner)| Some((parse(&number)?, owner)));
        Self {
            counts: by_number,
            owners: owners.collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.counts.values().flatten().map(|count| &count.kind)
    }

    /// The numbers with calls.
    pub fn numbers(&self) -> impl Iterator<Item = &PhoneNumber> {
        self.counts.keys()
    }

    /// Whose a number was on the day: the advisors who phoned with it, the last one
    /// last; else its owner now.
    pub fn holders(&self, number: &PhoneNumber) -> Vec<i64> {
        let mut holders = Vec::new();
        for user_id in self.of(number).filter_map(|count| count.user_id) {
            holders.retain(|holder| *holder != user_id);
            holders.push(user_id);
        }
        if holders.is_empty() {
            holders.extend(self.owners.get(number));
        }
        holders
    }

    /// The numbers of which one of these users was a holder, in order.
    pub fn numbers_of(&self, users: &HashSet<i64>) -> Vec<PhoneNumber> {
        let numbers: BTreeSet<_> = self.counts.keys().chain(self.owners.keys()).collect();
        let is_theirs = |number: &&PhoneNumber| {
            let holders = self.holders(number);
            holders.iter().any(|holder| users.contains(holder))
        };
        numbers.into_iter().filter(is_theirs).cloned().collect()
    }

    /// The stored calls of a number in these kinds.
    pub fn figures(&self, number: &PhoneNumber, kinds: &[Kind]) -> Figures {
        sum(self.of(number).filter(|count| is_among(count, kinds)))
    }

    /// All stored calls of a number.
    pub fn all_figures(&self, number: &PhoneNumber) -> Figures {
        sum(self.of(number))
    }

    /// Divides Callyzer's figures of a number among its holders. Where several phoned
    /// with it, each has what is stored of them if the sums agree; else all is the
    /// last one's, for a figure alone cannot be divided.
    pub fn shares(
        &self,
        number: &PhoneNumber,
        theirs: Figures,
        kinds: &[Kind],
    ) -> Vec<(i64, Figures)> {
        let holders = self.holders(number);
        if holders.len() < 2 || !agree(self.figures(number, kinds), theirs) {
            return holders
                .last()
                .map(|last| (*last, theirs))
                .into_iter()
                .collect();
        }
        let share = |holder: i64| {
            let own = self
                .of(number)
                .filter(|count| count.user_id == Some(holder));
            sum(own.filter(|count| is_among(count, kinds)))
        };
        holders
            .into_iter()
            .map(|holder| (holder, share(holder)))
            .collect()
    }

    /// Whether fewer calls of two kinds are stored than both answers together count.
    fn contradicts(&self, answer: &FiguresByNumber, kinds: &[Kind; 2]) -> bool {
        answer.iter().any(|(number, figures)| {
            let stored = self.figures(number, kinds);
            let is_less = |status: &Status| stored.calls(*status) < 2 * figures.calls(*status);
            STATUSES.iter().any(is_less)
        })
    }

    fn of(&self, number: &PhoneNumber) -> impl Iterator<Item = &StoredFigures> {
        self.counts.get(number).into_iter().flatten()
    }
}

/// Adds up the answers of the kinds. An account that ignores the kind answers each
/// one alike: an answer that repeats an earlier one in every number counts once if
/// the stored calls contradict that both count. Gives the kinds that do not count, too.
pub fn total<'a>(
    answers: &'a [(Kind, FiguresByNumber)],
    stored: &StoredDay,
) -> (FiguresByNumber, Vec<&'a Kind>) {
    let (mut total, mut ignored) = (FiguresByNumber::new(), Vec::new());
    for (n, (kind, answer)) in answers.iter().enumerate() {
        let repeats = |(earlier, other): &(Kind, FiguresByNumber)| {
            other == answer && stored.contradicts(answer, &[earlier.clone(), kind.clone()])
        };
        if answers[..n].iter().any(repeats) {
            ignored.push(kind);
            continue;
        }
        for (number, figures) in answer {
            *total.entry(number.clone()).or_default() += *figures;
        }
    }
    (total, ignored)
}

/// The calls of a number in the statuses in which two counts differ, ours and theirs.
/// A record in quarantine stands for a call of its status that we lack.
pub fn difference(ours: Figures, quarantined: Figures, theirs: Figures) -> Option<(i64, i64)> {
    let counts = STATUSES.map(|status| {
        let (ours, theirs) = (ours.calls(status), theirs.calls(status));
        let lacking = (theirs - ours).max(0);
        (ours + quarantined.calls(status).min(lacking), theirs)
    });
    let differing = counts.into_iter().filter(|(ours, theirs)| ours != theirs);
    differing.reduce(|sum, count| (sum.0 + count.0, sum.1 + count.1))
}

/// Whether calls and times are the same. What counts as connected, Callyzer does not say.
fn agree(ours: Figures, theirs: Figures) -> bool {
    let connected = theirs.connected;
    Figures { connected, ..ours } == theirs
}

fn is_among(count: &StoredFigures, kinds: &[Kind]) -> bool {
    kinds.iter().any(|kind| kind.is_like(&count.kind))
}

fn sum<'a>(counts: impl Iterator<Item = &'a StoredFigures>) -> Figures {
    let mut sum = Figures::default();
    for count in counts {
        sum += count.figures;
    }
    sum
}
