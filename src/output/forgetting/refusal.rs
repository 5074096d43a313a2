//! Why somebody is not forgotten, and what to do.

use crate::store::forget::Refusal;
use crate::text::shown;

pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Hidden { given } => format!(
            "„{}” nie ma żadnej cyfry; numerów zastrzeżonych nie można zapomnieć",
            shown(given)
        ),
        Refusal::NoNumber { given } => format!(
            "„{}” nie jest prawidłowym numerem telefonu i nie ma go żadne połączenie ani lead",
            shown(given)
        ),
        Refusal::OfUser { number, name } => of_user(number, name.as_deref()),
        Refusal::OfLeads { number, leads } => format!(
            "Numer {} mają leady {}; zostaw go jednemu z nich (callsync import leads), \
             potem spróbuj ponownie",
            shown(number),
            joined(leads)
        ),
        Refusal::InRegisters { number, leads } => format!(
            "Numer {number} łączy leady {}: mają go albo jego połączenia; jeśli to jedna \
             osoba, najpierw callsync forget --number {number}",
            joined(leads),
            number = shown(number),
        ),
    }
}

fn of_user(number: &str, name: Option<&str>) -> String {
    let number = shown(number);
    let whose = match name {
        Some(name) => format!("ma użytkownik {}", shown(name)),
        None => "był numerem doradcy".into(),
    };
    format!("Numer {number} {whose}; numerów doradców nie można zapomnieć")
}

fn joined(leads: &[i64]) -> String {
    let leads: Vec<_> = leads.iter().map(ToString::to_string).collect();
    leads.join(", ")
}
