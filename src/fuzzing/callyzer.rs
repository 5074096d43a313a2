//! Callyzer's answers.

use super::record::{assert_records, sorted};
use super::shown::assert_short_line;
use super::{answer, text_of, warsaw};
use crate::call::{Figures, Kind};
use crate::callyzer::{Envelope, History, LastContact, RowReader, employee, figures};
use crate::{moment, reason, text};

/// Every row of a page becomes a call or a record in quarantine, whatever came before it.
pub fn callyzer_history(bytes: &[u8]) {
    let Some(page) = answer::read::<Envelope>(&text_of(bytes)) else {
        return;
    };
    assert!((1..=100).contains(&page.page_size()));
    let (reader, asked) = (RowReader::new(warsaw()), Kind::phone_call());
    let history = History::of(&page, &reader, &asked);
    assert_eq!(history.records.len(), page.result.len());
    assert_records(&history.records, warsaw().zone);
    let again = History::of(&page, &reader, &asked);
    assert_eq!(sorted(&again.records), sorted(&history.records));
    if let Some(word) = history.odd_zone_word {
        text::quoted(&word);
    }
}

/// Figures of a day add up, and no phone was in contact in the future.
pub fn callyzer_summary(bytes: &[u8]) {
    let Some(page) = answer::read::<Envelope>(&text_of(bytes)) else {
        return;
    };
    let (now, mut sum) = (moment::now(), Figures::default());
    for row in &page.result {
        match figures(row.get(), warsaw().region) {
            Ok(about) => sum += about.content,
            Err(reason) => assert_short_line(&reason::shown(reason.as_str())),
        }
        if let Ok(about) = employee(row.get(), warsaw()) {
            let LastContact::At(contact) = about.content.last_contact(now) else {
                continue;
            };
            assert!(contact <= now + chrono::TimeDelta::days(1), "{contact}");
        }
    }
    assert!(sum.incoming >= 0 && sum.talk_time_s >= 0);
}
