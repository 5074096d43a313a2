//! What people are told of a number that was forgotten, and of days that were purged.

use pretend_callyzer::Call;

use super::{FORGOTTEN, OTHER, forget_before};
use crate::explain::{advice, assert_advises, explain};
use crate::moment::{ago, day_before, day_of, local, noon};
use crate::office::{LEADS, Office};

#[test]
fn explain_says_since_when_calls_of_a_forgotten_number_count() {
    let office = Office::unasked();
    forget_before(&office, FORGOTTEN, 20);
    let since = office.value("SELECT forgotten_at FROM forgotten");
    let found = explain(&office, FORGOTTEN);
    assert_eq!(found["is"], "unknown");
    let since = local(since.parse().unwrap());
    assert_advises(
        &found,
        &format!("Numer zapomniano {since} (callsync forget)"),
    );
    let other = explain(&office, OTHER);
    let says = |line: &&str| line.contains("zapomniano");
    assert_eq!(advice(&other).into_iter().filter(says).count(), 0);
}

#[test]
fn explain_sends_nobody_for_calls_of_purged_days() {
    let office = Office::new().going_back(3);
    let call = Call::new(
        "c-1",
        "600100201",
        OTHER,
        "Outgoing",
        noon(day_before(1)),
        5,
    );
    office.call(call);
    office.sync();
    let unknown = "601200377";
    assert_advises(&explain(&office, unknown), "sync --since RRRR-MM-DD");
    let day = day_before(1).to_string();
    let purge = ["-q", "purge", "--before", &day, "--yes"];
    office.callsync(&purge).run();
    let found = explain(&office, unknown);
    assert_advises(&found, &format!("Połączenia sprzed {day} usunięto"));
    assert!(!found.to_string().contains("--since"));
}

#[test]
fn an_import_of_leads_warns_of_a_forgotten_number() {
    let office = Office::unasked();
    forget_before(&office, FORGOTTEN, 20);
    let file = office.file(
        "leads.csv",
        LEADS.replace("601200303", "601200303|601 200 301"),
    );
    let import = [
        "import",
        "leads",
        file.to_str().unwrap(),
        "--format",
        "json",
    ];
    let found = office.callsync(&import).json();
    let day = day_of(ago(20));
    let reason = format!(
        "numer +48*****301 zapomniano {day} (callsync forget); wcześniejszych połączeń z nim nie ma"
    );
    let findings = found["findings"].as_array().unwrap().iter();
    let findings: Vec<_> = findings
        .map(|it| {
            (
                it["line"].as_i64(),
                it["fatal"].as_bool(),
                it["reason"].as_str(),
            )
        })
        .collect();
    let warning = |line| (Some(line), Some(false), Some(reason.as_str()));
    assert_eq!(findings, [warning(2), warning(4)]);
    assert_eq!(office.count("lead_numbers"), "4");
}
