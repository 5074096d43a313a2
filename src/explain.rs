//! What the file knows of one number, and what to do where a call of it is missing.

mod advice;
mod advisor;

use anyhow::Result;
use chrono::NaiveDate;

use crate::moment::{Moment, Window};
use crate::phone::{PhoneNumber, Region};
use crate::provider::Provider;
use crate::status::{self, StatusOptions};
use crate::store::Store;
use crate::store::explain::{AdvisorCalls, ClientCalls, NumberOwner, QuarantinedCall};
use crate::store::health::SilentPhone;
use crate::store::register::Lead;

/// Fewer digits than that would occur in many records by chance.
const MIN_DIGITS: usize = 7;

/// Whose the number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Lead,
    Leads,
    Advisor,
    Unknown,
    Invalid,
}

impl Subject {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Leads => "leads",
            Self::Advisor => "advisor",
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
        }
    }
}

#[derive(Debug)]
pub struct Explanation {
    /// E.164, or as it was given if it is not valid.
    pub number: String,
    pub subject: Subject,
    pub leads: Vec<Lead>,
    pub owner: Option<NumberOwner>,
    pub client_calls: Vec<ClientCalls>,
    pub advisor_calls: AdvisorCalls,
    pub quarantine: Vec<QuarantinedCall>,
    /// The number's own date, if it has one.
    pub number_date: Option<Moment>,
    /// The oldest date of all active advisors.
    pub oldest_date: Option<Moment>,
    pub last_contact_at: Option<Moment>,
    pub windows: Vec<Window>,
    pub differences: Vec<NaiveDate>,
    pub silent_phones: Vec<SilentPhone>,
    /// Logins of active advisors with stale data.
    pub stale: Vec<String>,
    /// When the oldest call in the file began.
    pub first_call_at: Option<Moment>,
    /// When the number was last forgotten.
    pub forgotten_at: Option<Moment>,
    /// The latest day of a purge.
    pub purged_before: Option<NaiveDate>,
    /// What to do next, in Polish.
    pub advice: Vec<String>,
}

impl Explanation {
    /// Reads what the file knows of a number as a person wrote it.
    pub fn read(
        store: &Store,
        given: &str,
        region: Region,
        options: StatusOptions,
    ) -> Result<Self> {
        let valid = PhoneNumber::parse(given, region);
        let number = valid.as_ref().map_or(given.trim(), PhoneNumber::as_str);
        let digits: String = given.chars().filter(char::is_ascii_digit).collect();
        let digits = valid.as_ref().map_or(&*digits, PhoneNumber::national);
        let leads = match &valid {
            Some(number) => store.leads_of(number)?,
            None => Vec::new(),
        };
        let owner = store.number_owner(number)?;
        let callyzer = Provider::Callyzer.as_str();
        let number_date = store.number_date(callyzer, number)?;
        let mut explanation = Self {
            subject: subject(valid.is_some(), owner.as_ref(), &leads),
            client_calls: store.client_calls(number, options.max_attempts)?,
            // No other number was ever an advisor's.
            advisor_calls: match owner.is_some() || number_date.is_some() {
                true => store.advisor_calls(number)?,
                false => AdvisorCalls::default(),
            },
            quarantine: store
                .quarantined(number, Some(digits).filter(|it| it.len() >= MIN_DIGITS))?,
            oldest_date: oldest_date(store)?,
            last_contact_at: store.last_contact(callyzer, number)?,
            windows: store.windows_with_number(number)?,
            differences: store.differing_days_of(number)?,
            silent_phones: store.silent_phones()?,
            stale: stale(store, options)?,
            first_call_at: store.first_call_at()?,
            forgotten_at: store.forgotten([number])?.into_values().next(),
            purged_before: store.purged_before()?,
            number: number.to_owned(),
            leads,
            owner,
            number_date,
            advice: Vec::new(),
        };
        explanation.advice = advice_on(&explanation, options);
        Ok(explanation)
    }

    /// Stored calls from or to the number.
    pub fn calls(&self) -> i64 {
        let client_calls = self.client_calls.iter().map(|calls| calls.count);
        client_calls.sum::<i64>() + self.advisor_calls.count
    }

    pub fn last_call_at(&self) -> Option<Moment> {
        let client_calls = self.client_calls.iter().map(|calls| calls.last_at);
        client_calls.chain(self.advisor_calls.last_at).max()
    }

    /// Calls without a lead; none where all have one.
    pub fn unmatched(&self) -> Option<&ClientCalls> {
        self.client_calls
            .iter()
            .find(|calls| calls.lead_id.is_none())
    }

    /// Up to when the number's calls are in the file: an advisor's by its own date, others by
    /// those of all active advisors.
    pub fn last_synced_at(&self) -> Option<Moment> {
        match self.subject {
            Subject::Advisor => self.number_date,
            _ => self.oldest_date,
        }
    }

    /// The phone with this number, if it is silent.
    pub fn silent_phone(&self) -> Option<&SilentPhone> {
        let mut silent = self.silent_phones.iter();
        silent.find(|phone| phone.number == self.number)
    }
}

fn subject(is_valid: bool, owner: Option<&NumberOwner>, leads: &[Lead]) -> Subject {
    match (owner, leads) {
        (Some(_), _) => Subject::Advisor,
        (None, [_]) => Subject::Lead,
        (None, [_, _, ..]) => Subject::Leads,
        (None, []) if is_valid => Subject::Unknown,
        (None, []) => Subject::Invalid,
    }
}

fn advice_on(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let of_subject = match found.subject {
        Subject::Invalid => advice::invalid(found),
        Subject::Lead | Subject::Leads => advice::leads(found, options),
        Subject::Unknown => advice::unknown(found, options),
        Subject::Advisor => advisor::advice(found, options),
    };
    let forgotten = advice::forgotten(found, options.zone).into_iter();
    let quarantine = advice::quarantine(found, options.zone).into_iter();
    forgotten.chain(of_subject).chain(quarantine).collect()
}

fn oldest_date(store: &Store) -> Result<Option<Moment>> {
    let dates = store.system_dates()?.into_iter();
    // None is less than any moment.
    Ok(dates.map(|date| date.last_synced_at).min().flatten())
}

fn stale(store: &Store, options: StatusOptions) -> Result<Vec<String>> {
    let mut logins = Vec::new();
    for provider in options.providers {
        let dates = store.advisor_dates(*provider)?.into_iter();
        let stale = dates.filter(|advisor| {
            status::is_stale(advisor.last_synced_at, options.now, options.interval)
        });
        logins.extend(stale.map(|advisor| advisor.login));
    }
    logins.sort();
    logins.dedup();
    Ok(logins)
}
