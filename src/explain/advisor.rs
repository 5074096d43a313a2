//! What to do where calls of an advisor's phone are missing, in Polish.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::Explanation;
use super::advice::{IMPORT_LEADS, IMPORT_USERS, reading};
use crate::moment::{self, Window};
use crate::status::{self, StatusOptions};
use crate::store::explain::NumberOwner;
use crate::store::phones::Silence;
use crate::text;

pub(super) fn advice(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let mut advice = Vec::new();
    advice.extend(found.owner.as_ref().and_then(not_synchronised));
    if !found.leads.is_empty() {
        let ids = found.leads.iter().map(|lead| format!("lead {}", lead.id));
        advice.push(format!(
            "Ten sam numer ma {}, a rozmów z numerem doradcy callsync nie przypisuje do leadów. \
             Popraw numer: {IMPORT_LEADS} albo {IMPORT_USERS}",
            text::joined(ids)
        ));
    }
    if advice.is_empty() {
        advice.push(upload(found, options));
    }
    // The newest first.
    let mut windows: Vec<_> = found
        .windows
        .iter()
        .rev()
        .map(|window| {
            let command = reading(days_of(*window, options.zone));
            format!("Okres wczytano niekompletnie; wczytaj go jeszcze raz: {command}")
        })
        .collect();
    windows.dedup();
    advice.extend(text::first_items(windows.into_iter()));
    let days = found.differences.iter().rev().map(|day| {
        let command = reading((*day, *day));
        format!("Dzień {day} nie zgadza się z Callyzerem; wczytaj go jeszcze raz: {command}")
    });
    advice.extend(text::first_items(days));
    advice
}

/// Why the calls of the user's phones are not read at all.
fn not_synchronised(owner: &NumberOwner) -> Option<String> {
    let name = text::shown(&owner.name);
    if !owner.is_advisor {
        return Some(format!(
            "{name} nie ma roli doradcy, więc połączeń z tego telefonu callsync nie pobiera. Zmień \
             rolę: {IMPORT_USERS}"
        ));
    }
    (!owner.is_active).then(|| {
        format!(
            "Konto {name} jest nieaktywne, więc połączeń z tego telefonu callsync nie pobiera. Jeśli \
             ta osoba pracuje, wpisz w kolumnie aktywny TAK: {IMPORT_USERS}"
        )
    })
}

/// What to do so that the phone's calls come.
fn upload(found: &Explanation, options: StatusOptions) -> String {
    let stale = status::is_stale(found.number_date, options.now, options.interval);
    let todo = match found.silent_phone().map(|phone| phone.reason) {
        Some(Silence::Unknown) => {
            return format!(
                "Callyzer nie zna tego numeru: popraw go w Callyzerze albo u doradcy: {IMPORT_USERS}"
            );
        }
        Some(Silence::Uninstalled) => {
            "Zainstaluj ponownie aplikację Callyzera na telefonie i zaloguj się w niej tym numerem"
        }
        Some(Silence::NeverInTouch) => "Zaloguj się tym numerem w aplikacji Callyzera na telefonie",
        Some(Silence::NoContact) => {
            "Sprawdź, czy telefon jest włączony, ma internet i nie usypia aplikacji Callyzera"
        }
        Some(Silence::UnreadableDate) => "Sprawdź datę i godzinę ustawione w telefonie",
        None if found.number_date.is_none() => {
            return "Numer nie był jeszcze synchronizowany: callsync sync".into();
        }
        None if stale => {
            return "Synchronizacja nie działa; przyczynę pokaże callsync status. Potem uruchom: callsync sync"
                .into();
        }
        None if found.last_contact_at.is_some() => {
            "Telefon łączy się z Callyzerem: brakująca rozmowa mogła nie zostać jeszcze przesłana"
        }
        None => "Brakująca rozmowa mogła nie zostać jeszcze przesłana z telefonu",
    };
    format!("{todo}. Poczekaj na następne przesłanie i synchronizację albo uruchom: callsync sync")
}

/// The days of a window. A phone may upload a call on the day after it.
fn days_of(window: Window, zone: Tz) -> (NaiveDate, NaiveDate) {
    let day = |at| moment::day_of(at, zone);
    (day(window.from) - Days::new(1), day(window.to))
}
