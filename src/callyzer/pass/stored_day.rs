//! Divides a day's calls and figures among the advisors who used each number, and
//! finds where stored calls and Callyzer's figures differ.

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
    fn lacks_calls_of_both(&self, answer: &FiguresByNumber, kinds: &[Kind; 2]) -> bool {
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
pub fn sum_kinds<'a>(
    answers: &'a [(Kind, FiguresByNumber)],
    stored: &StoredDay,
) -> (FiguresByNumber, Vec<&'a Kind>) {
    let (mut total, mut ignored) = (FiguresByNumber::new(), Vec::new());
    for (n, (kind, answer)) in answers.iter().enumerate() {
        let repeats = |(earlier, other): &(Kind, FiguresByNumber)| {
            other == answer && stored.lacks_calls_of_both(answer, &[earlier.clone(), kind.clone()])
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

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: i64 = 1;
    const BARTEK: i64 = 2;
    const CELINA: i64 = 3;

    fn region() -> Region {
        "PL".parse().unwrap()
    }

    fn number(local: &str) -> PhoneNumber {
        PhoneNumber::parse(local, region()).unwrap()
    }

    fn kind(text: &str) -> Kind {
        text.parse().unwrap()
    }

    /// Calls in and out, and seconds in and out.
    fn figures(incoming: i64, outgoing: i64, in_s: i64, out_s: i64) -> Figures {
        Figures {
            incoming,
            outgoing,
            connected: incoming + outgoing,
            talk_time_s: in_s + out_s,
            incoming_time_s: in_s,
            outgoing_time_s: out_s,
            ..Figures::default()
        }
    }

    /// Stored calls, in the order of their last ones.
    fn stored(counts: &[(&str, Option<i64>, &str, Figures)]) -> StoredDay {
        let count = |(number, user_id, kind_text, figures): &(&str, Option<i64>, &str, Figures)| {
            StoredFigures {
                number: format!("+48{number}"),
                user_id: *user_id,
                kind: kind(kind_text),
                figures: *figures,
            }
        };
        let owners = HashMap::from([
            ("+48600100201".to_owned(), CELINA),
            ("+48600100202".to_owned(), BARTEK),
        ]);
        StoredDay::new(counts.iter().map(count).collect(), owners, region())
    }

    #[test]
    fn a_number_is_its_callers_else_its_owners() {
        let (phone, one) = ("PhoneCall/Voice", figures(1, 0, 5, 0));
        let day = stored(&[
            ("600100201", Some(ANNA), phone, one),
            ("600100201", Some(BARTEK), phone, one),
            ("600100201", Some(ANNA), "WhatsAppCall/Voice", one),
            ("600100203", None, phone, one),
        ]);
        for (local, expected) in [
            ("600100201", vec![BARTEK, ANNA]),
            ("600100202", vec![BARTEK]),
            ("600100203", vec![]),
        ] {
            assert_eq!(day.holders(&number(local)), expected, "{local}");
        }
        let numbers = day.numbers_of(&HashSet::from([ANNA]));
        assert_eq!(numbers, [number("600100201")]);
    }

    #[test]
    fn shares_are_the_stored_calls_if_the_sums_agree_else_all_is_the_last_ones() {
        let phone = "PhoneCall/Voice";
        let shared = number("600100201");
        let day = stored(&[
            ("600100201", Some(ANNA), phone, figures(2, 0, 60, 0)),
            ("600100201", Some(BARTEK), phone, figures(0, 1, 0, 30)),
            ("600100201", Some(CELINA), phone, figures(1, 1, 5, 5)),
        ]);
        let mut theirs = figures(3, 2, 65, 35);
        let shares = day.shares(&shared, theirs, &[kind(phone)]);
        assert_eq!(
            shares,
            [
                (ANNA, figures(2, 0, 60, 0)),
                (BARTEK, figures(0, 1, 0, 30)),
                (CELINA, figures(1, 1, 5, 5)),
            ]
        );
        // What Callyzer takes for connected is its own affair.
        theirs.connected = 4;
        assert_eq!(day.shares(&shared, theirs, &[kind(phone)]), shares);
        theirs.missed = 1;
        let all = day.shares(&shared, theirs, &[kind(phone)]);
        assert_eq!(all, [(CELINA, theirs)]);
        let alone = day.shares(&number("600100202"), theirs, &[kind(phone)]);
        assert_eq!(alone, [(BARTEK, theirs)]);
    }

    #[test]
    fn an_answer_that_repeats_another_counts_unless_calls_of_both_are_lacking() {
        let (phone, voice, video) = (
            "PhoneCall/Voice",
            "WhatsAppCall/Voice",
            "WhatsAppCall/Video",
        );
        let (one, three) = (figures(1, 0, 5, 0), figures(3, 0, 15, 0));
        let anna = number("600100201");
        let answer = |text: &str, figures: Figures| {
            (kind(text), FiguresByNumber::from([(anna.clone(), figures)]))
        };
        let nothing = |text: &str| (kind(text), FiguresByNumber::new());
        let of_each = stored(&[
            ("600100201", Some(ANNA), phone, one),
            ("600100201", Some(ANNA), voice, one),
            ("600100201", Some(ANNA), video, one),
        ]);
        for (answers, expected, ignored) in [
            (
                vec![answer(phone, one), answer(voice, one), answer(video, one)],
                three,
                0,
            ),
            (
                vec![
                    answer(phone, three),
                    answer(voice, three),
                    answer(video, three),
                ],
                three,
                2,
            ),
            (
                vec![answer(phone, one), nothing(voice), nothing(video)],
                one,
                0,
            ),
        ] {
            let (total, left_out) = sum_kinds(&answers, &of_each);
            assert_eq!(total.get(&anna), Some(&expected), "{answers:?}");
            assert_eq!(left_out.len(), ignored, "{answers:?}");
        }
    }

    #[test]
    fn a_quarantined_record_stands_for_a_call_of_its_status_that_is_lacking() {
        let counts = |incoming, outgoing| figures(incoming, outgoing, 0, 0);
        let none = counts(0, 0);
        for (ours, quarantined, theirs, expected) in [
            (counts(3, 4), none, counts(3, 4), None),
            (counts(3, 4), none, counts(3, 5), Some((4, 5))),
            (counts(3, 4), none, counts(4, 3), Some((7, 7))),
            (counts(3, 4), counts(0, 1), counts(3, 5), None),
            (counts(3, 4), counts(1, 0), counts(3, 5), Some((4, 5))),
            (counts(3, 4), counts(0, 1), counts(3, 6), Some((5, 6))),
            (counts(3, 4), counts(0, 1), counts(3, 4), None),
            (counts(3, 4), counts(5, 5), counts(2, 4), Some((3, 2))),
        ] {
            let found = difference(ours, quarantined, theirs);
            assert_eq!(found, expected, "{ours:?} {quarantined:?} {theirs:?}");
        }
    }
}
