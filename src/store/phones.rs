//! The state of the advisors' phones, as a provider last reported it.

use std::str::FromStr;

use anyhow::Result;
use rusqlite::{OptionalExtension, params};

use super::Store;
use super::column::required_moment;
use crate::moment::{self, Moment};
use crate::phone::PhoneNumber;

/// Why a phone counts as silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The provider does not know the number.
    Unknown,
    Uninstalled,
    NoContact,
    NeverInTouch,
    /// The date of the last contact cannot be read, or lies in the future.
    UnreadableDate,
}

impl FromStr for Silence {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let all = [
            Self::Unknown,
            Self::Uninstalled,
            Self::NoContact,
            Self::NeverInTouch,
            Self::UnreadableDate,
        ];
        let found = all.into_iter().find(|silence| silence.as_str() == text);
        found.ok_or_else(|| format!("'{text}' is no reason for a silent phone"))
    }
}

impl Silence {
    /// As the database writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Uninstalled => "uninstalled",
            Self::NoContact => "no_contact",
            Self::NeverInTouch => "never_in_touch",
            Self::UnreadableDate => "unreadable_date",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Phone {
    pub number: PhoneNumber,
    pub last_contact_at: Option<Moment>,
    /// None: it is well.
    pub silence: Option<Silence>,
}

/// Attempts to look at the phones that failed.
#[derive(Clone, Copy, Debug)]
pub struct FailingCheck {
    pub since: Moment,
    pub last: Moment,
}

impl Store {
    pub fn phones_checked_at(&self, provider: &str) -> Result<Option<Moment>> {
        let sql = "SELECT max(checked_at) FROM phones WHERE provider = ?1";
        let text: Option<String> = self
            .connection
            .query_row(sql, [provider], |row| row.get(0))?;
        Ok(text.as_deref().map(moment::from_text).transpose()?)
    }

    /// Since when the phones cannot be looked at, and the last attempt; None: they can.
    pub fn failing_phone_check(&self, provider: &str) -> Result<Option<FailingCheck>> {
        let sql = "SELECT failing_since, failed_at FROM phone_checks WHERE provider = ?1";
        let check = self.connection.query_row(sql, [provider], |row| {
            Ok(FailingCheck {
                since: required_moment(row, 0)?,
                last: required_moment(row, 1)?,
            })
        });
        Ok(check.optional()?)
    }

    /// Notes that the phones could not be looked at.
    pub fn fail_phone_check(&mut self, provider: &str, now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute(
            "INSERT INTO phone_checks (provider, failing_since, failed_at) VALUES (?1, ?2, ?2)
             ON CONFLICT DO UPDATE SET failed_at = excluded.failed_at",
            params![provider, moment::to_text(now)],
        )?;
        tx.commit()
    }

    /// Replaces what is known of all phones.
    pub fn save_phones(&mut self, provider: &str, phones: &[Phone], now: Moment) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute("DELETE FROM phones WHERE provider = ?1", [provider])?;
        tx.execute("DELETE FROM phone_checks WHERE provider = ?1", [provider])?;
        for phone in phones {
            tx.prepare_cached(
                "INSERT INTO phones (provider, number, last_contact_at, reason, checked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                provider,
                phone.number.as_str(),
                phone.last_contact_at.map(moment::to_text),
                phone.silence.map(Silence::as_str),
                moment::to_text(now)
            ])?;
        }
        tx.commit()
    }
}
