//! What to do next, in Polish: each sentence only where it fits what is known.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::Explanation;
use crate::moment;
use crate::provider::Provider;
use crate::status::{self, StatusOptions};
use crate::store::register::Lead;
use crate::text;

pub(super) const IMPORT_LEADS: &str = "callsync import leads PLIK";
pub(super) const IMPORT_USERS: &str = "callsync import users PLIK";

pub(super) fn invalid(found: &Explanation) -> Vec<String> {
    let mut advice = vec![
        "Podaj cały numer, na przykład 600100200 albo +48600100200; taki sam musi mieć lead"
            .to_owned(),
    ];
    if found.unmatched().is_some() {
        let of_nobody =
            "Połączenia z tym numerem pozostają nieprzetworzone: żaden lead nie może go mieć";
        advice.push(of_nobody.into());
    }
    advice
}

/// From when on calls count.
pub(super) fn forgotten(found: &Explanation, zone: Tz) -> Option<String> {
    let at = found.forgotten_at?.with_timezone(&zone);
    Some(format!(
        "Numer zapomniano {} (callsync forget): wcześniejsze połączenia usunięto i żaden odczyt ich nie \
         przywróci; późniejsze trafiają do pliku jak każde inne",
        at.format("%Y-%m-%d %H:%M:%S")
    ))
}

pub(super) fn leads(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let mut advice = Vec::new();
    if let [_, _, ..] = &found.leads[..] {
        advice.push(format!(
            "Ten numer należy do kilku leadów. Nowa rozmowa trafia do leada przypisanego do doradcy tej \
             rozmowy, a jeśli takiego nie ma, do utworzonego najpóźniej. Sprawdź rejestry: {}",
            commands("lead", &found.leads)
        ));
    }
    if let Some(calls) = found.unmatched() {
        let all = if calls.exhausted > 0 { " --all" } else { "" };
        advice.push(format!(
            "Rozmowy bez leada można już przypisać: callsync retry-unmatched{all}"
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

pub(super) fn unknown(found: &Explanation, options: StatusOptions) -> Vec<String> {
    let mut advice = Vec::new();
    if found.unmatched().is_some() && found.number_date.is_none() {
        advice.push(format!(
            "Dopisz numer do leada, do którego należy (kilka numerów leada oddziel znakiem |, bo \
             komórka zastępuje dotychczasowe): {IMPORT_LEADS}; czekające rozmowy zostaną \
             przypisane od razu, także te po wyczerpaniu prób"
        ));
    }
    if found.number_date.is_some() {
        advice.push(format!(
            "Numer należał do doradcy, a teraz nie jest do nikogo przypisany. Jeśli telefon jest w użyciu, dopisz \
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
    advice.extend(earlier_call(found, zone));
    advice.push(format!(
        "Rozmowa mogła pójść z telefonu, którego callsync nie zna: dopisz jego numer doradcy: \
         {IMPORT_USERS}"
    ));
    advice
}

/// What to do about a call that is older than the file's.
fn earlier_call(found: &Explanation, zone: Tz) -> Option<String> {
    let day = moment::day_of(found.first_call_at?, zone);
    match found.purged_before {
        Some(before) if before >= day => Some(format!(
            "Połączenia sprzed {before} usunięto (callsync purge) i żaden odczyt ich nie przywróci"
        )),
        _ if found.forgotten_at.is_some() => None,
        _ => Some(format!(
            "Najstarsze połączenie w pliku jest z {day}. Wcześniejszą rozmowę wczytasz poleceniem: callsync sync \
             --since RRRR-MM-DD --until {day}"
        )),
    }
}

/// Calls of the number in the registers of leads that do not have it.
fn other_registers(found: &Explanation) -> impl Iterator<Item = String> {
    let has_number = |id: i64| found.leads.iter().any(|lead| lead.id == id);
    let held = found.client_calls.iter();
    let held = held.filter_map(|calls| Some((calls.lead_id?, calls.count)));
    let others = held.filter(move |(id, _)| !has_number(*id));
    others.map(|(id, count)| {
        format!(
            "Połączenia z tym numerem są w rejestrze leada {id} ({count}), który miał go wcześniej; \
             nowe tam nie trafią. Jeśli to nadal jego numer, dopisz go: {IMPORT_LEADS}"
        )
    })
}

/// The phones on which a missing call may still be.
fn not_uploaded(found: &Explanation) -> impl Iterator<Item = String> {
    let silent = found.silent_phones.iter();
    let silent = silent.map(|phone| {
        let login = text::shown(&phone.login);
        format!("{login} ({})", status::silence(phone))
    });
    let stale = found.stale.iter().map(|login| text::shown(login));
    let silent = text::list("Rozmowa może być jeszcze na telefonie bez kontaktu", silent);
    let stale = text::list(
        "Nieaktualne dane doradców (sprawdź: callsync status)",
        stale,
    );
    silent.into_iter().chain(stale)
}

pub(super) fn quarantine(found: &Explanation, zone: Tz) -> Option<String> {
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
pub(super) fn reading((first, last): (NaiveDate, NaiveDate)) -> String {
    format!(
        "callsync sync --since {first} --until {}",
        last + Days::new(1)
    )
}

/// A command for each of the first leads.
fn commands(command: &str, leads: &[Lead]) -> String {
    let commands = leads
        .iter()
        .map(|lead| format!("callsync {command} {}", lead.id));
    text::joined(commands)
}
