//! What to do next, in Polish: each sentence only where it fits what is known.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::{Explanation, Subject};
use crate::moment::{self, Window};
use crate::provider::Provider;
use crate::status::{self, StatusOptions};
use crate::store::explain::NumberOwner;
use crate::store::phones::Silence;
use crate::store::register::Lead;
use crate::text;

const IMPORT_LEADS: &str = "callsync import leads PLIK";
const IMPORT_USERS: &str = "callsync import users PLIK";

pub(super) fn advice(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let of_subject = match found.subject {
        Subject::Invalid => invalid(found),
        Subject::Lead | Subject::Leads => leads(found, options),
        Subject::Unknown => unknown(found, options),
        Subject::Advisor => advisor(found, options),
    };
    let quarantine = quarantine(found, options.zone).into_iter();
    of_subject.into_iter().chain(quarantine).collect()
}

fn invalid(found: &Explanation) -> Vec<String> {
    let mut advice = vec![
        "Podaj cały numer, na przykład 600100200 albo +48600100200; taki sam musi mieć lead"
            .to_owned(),
    ];
    if found.unmatched().is_some() {
        let of_nobody =
            "Połączenia z tym numerem zostają nieprzetworzone: żaden lead nie może go mieć";
        advice.push(of_nobody.into());
    }
    advice
}

fn leads(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let mut advice = Vec::new();
    if let [_, _, ..] = &found.leads[..] {
        advice.push(format!(
            "Numer ma kilka leadów: nowa rozmowa trafia do tego, który jest przypisany do doradcy \
             rozmowy, inaczej do utworzonego najpóźniej. Sprawdź każdy rejestr: {}",
            commands("lead", &found.leads)
        ));
    }
    if let Some(calls) = found.unmatched() {
        let all = if calls.exhausted > 0 { " --all" } else { "" };
        advice.push(format!(
            "Rozmowy bez leada pasują już do tego numeru; przypisz je: callsync retry-unmatched{all}"
        ));
    }
    advice.extend(other_registers(found));
    if options.providers.contains(&Provider::Callyzer) {
        advice.push(format!(
            "Brakuje rozmowy? Zapytaj Callyzera o ostatnie sześć miesięcy: {}",
            commands("refresh-lead", &found.leads)
        ));
    }
    advice.extend(not_uploaded(found));
    advice
}

fn unknown(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let mut advice = Vec::new();
    if found.unmatched().is_some() {
        advice.push(format!(
            "Dopisz numer do leada, do którego należy: {IMPORT_LEADS}; czekające rozmowy zostaną \
             przypisane od razu, także te po wyczerpaniu prób"
        ));
    }
    if found.number_date.is_some() {
        advice.push(format!(
            "Numer należał do doradcy, a teraz nie ma go nikt. Jeśli telefon jest w użyciu, dopisz \
             numer doradcy: {IMPORT_USERS}"
        ));
    }
    advice.extend(other_registers(found));
    if found.calls() == 0 {
        advice.extend(no_call(found, options.zone));
    }
    advice.extend(not_uploaded(found));
    advice
}

/// Why there may be no call of a number that nobody has.
fn no_call(found: &Explanation, zone: Tz) -> Vec<String> {
    let mut advice = vec![
        "Telefon doradcy mógł jeszcze nie przesłać rozmowy: poczekaj na następne przesłanie i \
         synchronizację albo uruchom: callsync sync"
            .to_owned(),
    ];
    if let Some(first) = found.first_call_at {
        let day = moment::day_of(first, zone);
        advice.push(format!(
            "Najstarsze połączenie w pliku jest z {day}. Rozmowę wcześniejszą wczyta: callsync sync \
             --since RRRR-MM-DD --until {day}"
        ));
    }
    advice.push(format!(
        "Rozmowa mogła pójść z telefonu, którego callsync nie zna: dopisz jego numer doradcy: \
         {IMPORT_USERS}"
    ));
    advice
}

fn advisor(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let mut advice = Vec::new();
    advice.extend(found.owner.as_ref().and_then(not_synchronised));
    if !found.leads.is_empty() {
        advice.push(format!(
            "Ten sam numer mają leady ({}), a rozmów z numerem doradcy callsync nie przypisuje do \
             leadów. Popraw numer: {IMPORT_LEADS} albo {IMPORT_USERS}",
            ids(&found.leads)
        ));
    }
    if advice.is_empty() {
        advice.push(upload(found, options));
    }
    // The newest first.
    let windows = found.windows.iter().rev().take(text::MAX_LISTED);
    let reading_of = windows.map(|window| reading(days_of(*window, options.zone)));
    advice.extend(
        reading_of.map(|command| {
            format!("Okres wczytano niekompletnie; wczytaj go jeszcze raz: {command}")
        }),
    );
    let days = found.differences.iter().rev().take(text::MAX_LISTED);
    advice.extend(days.map(|day| {
        let command = reading((*day, *day));
        format!("Dzień {day} nie zgadza się z Callyzerem; wczytaj go jeszcze raz: {command}")
    }));
    advice
}

/// Why the calls of the user's phones are not read at all.
fn not_synchronised(owner: &NumberOwner) -> Option<String> {
    let name = text::one_line(&owner.name);
    if !owner.is_advisor {
        return Some(format!(
            "{name} nie ma roli doradcy, więc połączeń z tego telefonu callsync nie pobiera. Zmień \
             rolę: {IMPORT_USERS}"
        ));
    }
    (!owner.is_active).then(|| {
        format!(
            "Konto {name} jest nieaktywne, więc połączeń z tego telefonu callsync nie pobiera. Jeśli \
             pracuje, wpisz active=1: {IMPORT_USERS}"
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
            "Zainstaluj ponownie aplikację Callyzera na telefonie i zaloguj ją tym numerem"
        }
        Some(Silence::NeverInTouch) => "Zaloguj aplikację Callyzera na telefonie tym numerem",
        Some(Silence::NoContact) => {
            "Sprawdź, czy telefon jest włączony, ma internet i nie usypia aplikacji Callyzera"
        }
        Some(Silence::UnreadableDate) => "Sprawdź datę i godzinę ustawione w telefonie",
        None if found.number_date.is_none() => {
            return "Numer nie był jeszcze synchronizowany: callsync sync".into();
        }
        None if stale => {
            return "Synchronizacja stoi: callsync status pokaże, dlaczego; potem callsync sync"
                .into();
        }
        None if found.last_contact_at.is_some() => {
            "Telefon jest w kontakcie: brakująca rozmowa mogła nie zostać jeszcze przesłana"
        }
        None => "Brakująca rozmowa mogła nie zostać jeszcze przesłana z telefonu",
    };
    format!("{todo}. Poczekaj na następne przesłanie i synchronizację albo uruchom: callsync sync")
}

/// Calls of the number in the registers of leads that do not have it.
fn other_registers(found: &Explanation) -> impl Iterator<Item = String> {
    let has_number = |id: i64| found.leads.iter().any(|lead| lead.id == id);
    let held = found.client_calls.iter();
    let held = held.filter_map(|calls| Some((calls.lead_id?, calls.count)));
    let others = held.filter(move |(id, _)| !has_number(*id));
    others.map(|(id, count)| {
        format!(
            "Połączenia z tym numerem są też w rejestrze leada {id} ({count}), który miał go \
             wcześniej: callsync lead {id}"
        )
    })
}

/// The phones on which a missing call may still be.
fn not_uploaded(found: &Explanation) -> impl Iterator<Item = String> {
    let silent = found.silent_phones.iter();
    let silent = silent.map(|phone| {
        let login = text::one_line(&phone.login);
        format!("{login} ({})", status::silence(phone))
    });
    let stale = found.stale.iter().map(|login| text::one_line(login));
    let silent = text::list("Rozmowa może być jeszcze na telefonie bez kontaktu", silent);
    let stale = text::list(
        "Nieaktualne dane doradców (sprawdź: callsync status)",
        stale,
    );
    silent.into_iter().chain(stale)
}

fn quarantine(found: &Explanation, zone: Tz) -> Option<String> {
    let days = found.quarantine.iter();
    let days = days.map(|record| {
        let seen = moment::day_of(record.first_seen_at, zone);
        record.day.unwrap_or(seen)
    });
    let (first, last) = (days.clone().min()?, days.max()?);
    Some(format!(
        "Rekordów w kwarantannie callsync nie umie odczytać (powody wyżej). Po poprawce w systemie \
         telefonicznym albo po aktualizacji programu wczytaj te dni jeszcze raz: {}",
        reading((first, last))
    ))
}

/// The command that reads days again, both included.
fn reading((first, last): (NaiveDate, NaiveDate)) -> String {
    format!(
        "callsync sync --since {first} --until {}",
        last + Days::new(1)
    )
}

/// The days of a window. A phone may upload a call on the day after it.
fn days_of(window: Window, zone: Tz) -> (NaiveDate, NaiveDate) {
    let day = |at| moment::day_of(at, zone);
    (day(window.from) - Days::new(1), day(window.to))
}

fn ids(leads: &[Lead]) -> String {
    let ids: Vec<_> = leads.iter().map(|lead| lead.id.to_string()).collect();
    ids.join(", ")
}

/// A command for each of the first leads.
fn commands(command: &str, leads: &[Lead]) -> String {
    let shown = leads.iter().take(text::MAX_LISTED);
    let commands: Vec<_> = shown
        .map(|lead| format!("callsync {command} {}", lead.id))
        .collect();
    commands.join(", ")
}
