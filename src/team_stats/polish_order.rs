//! The Polish order of names: ą after a, ł after l, ż last.

use std::cmp::Ordering;

use anyhow::Result;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

/// The Polish rules of Unicode's CLDR, independent of the machine's locale.
#[derive(Debug)]
pub struct PolishOrder(CollatorBorrowed<'static>);

impl PolishOrder {
    pub fn new() -> Result<Self> {
        let rules = Collator::try_new(locale!("pl").into(), CollatorOptions::default())?;
        Ok(Self(rules))
    }

    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        self.0.compare(one, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polish_letter_is_a_letter_of_its_own_and_case_decides_last() {
        let sorted = [
            "Azja",
            "ąbc",
            "Czart",
            "Ćma",
            "Ladowska",
            "Lzy",
            "łoś",
            "Nowak",
            "nowak Adam",
            "Nowak Jan",
            "Nowy",
            "Ozz",
            "Óla",
            "Szum",
            "Święty",
            "zebra",
            "Zet",
            "Źdźbło",
            "Żak",
        ];
        let mut names = sorted;
        names.reverse();
        let order = PolishOrder::new().unwrap();
        names.sort_by(|one, other| order.compare(one, other));
        assert_eq!(names, sorted);
    }
}
