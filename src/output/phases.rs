//! The phases of a call in a contact centre, as text and as JSON.

use serde_json::{Value, json};

use crate::call::PhaseName;
use crate::store::phases::StoredPhase;
use crate::text;

/// The phases on one line, as it stands under their call.
pub fn line(phases: &[StoredPhase]) -> String {
    let phases: Vec<_> = phases.iter().map(shown).collect();
    format!("Fazy: {}", phases.join(", "))
}

pub fn to_json(phase: &StoredPhase) -> Value {
    json!({
        "phase": phase.name.as_str(),
        "operator": phase.operator,
        "seconds": phase.seconds,
    })
}

fn shown(phase: &StoredPhase) -> String {
    let name = name(phase.name);
    let operator = phase.operator_name.as_ref().or(phase.operator.as_ref());
    let operator = operator.map(|operator| format!(" ({})", text::shown(operator)));
    let (minutes, seconds) = (phase.seconds / 60, phase.seconds % 60);
    format!(
        "{name}{} {minutes}:{seconds:02}",
        operator.unwrap_or_default()
    )
}

fn name(phase: PhaseName) -> &'static str {
    match phase {
        PhaseName::Created => "utworzenie",
        PhaseName::InQueue => "kolejka",
        PhaseName::Waiting => "oczekiwanie",
        PhaseName::BeforeCallWork => "praca przed rozmową",
        PhaseName::Active => "rozmowa",
        PhaseName::AfterCallWork => "praca po rozmowie",
        PhaseName::OperatorQueue => "kolejka konsultanta",
        PhaseName::OperatorAfterCallWork => "praca po rozmowie konsultanta",
        PhaseName::Ringing => "dzwonienie",
        PhaseName::Exchange => "od centrali do konsultanta",
    }
}
