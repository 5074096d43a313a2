//! No figure falls because of a purge.

use pretend_callyzer::{Call, MluviiSession, TelecubeCall};

use super::purge;
use crate::moment::{day_before, noon};
use crate::office::Office;

/// Calls at noon of each of the last five days, at three systems; all of them are stored.
fn office() -> Office {
    let office = Office::new().with_telecube().with_mluvii().going_back(7);
    for n in 1..=5 {
        let (at, id) = (noon(day_before(n)), format!("c-{n}"));
        office.call(Call::new(&id, "600100201", "601200301", "Outgoing", at, 60));
        let call = TelecubeCall::new(&id, "IN", "48601200301", "u-anna", at, 40);
        office.telecube_call(call);
        let id = i64::try_from(n).unwrap();
        let session = MluviiSession::new(id, "OutgoingCall", "+48601200301", "41", at, 20);
        office.mluvii_session(session);
    }
    office.sync();
    office
}

fn figures(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT provider, user_id, day, incoming, outgoing, missed, rejected, connected,
                talk_time_s, incoming_time_s, outgoing_time_s
         FROM daily_stats ORDER BY 1, 2, 3",
    )
}

#[test]
fn statistics_of_purged_days_stay_to_the_letter() {
    let office = office();
    let (from, to) = (day_before(5).to_string(), day_before(1).to_string());
    let stats = |by: &str| {
        let arguments = [
            "stats", "--from", &from, "--to", &to, "--by", by, "--format", "csv",
        ];
        let stats = office.callsync(&arguments).prints("Anna").logs();
        stats.run().stdout
    };
    let before = stats("advisor");
    assert!(before.contains("bik"), "{before}");
    purge(&office, day_before(0)).prints("Połączenia: 15").run();
    assert_eq!(office.count("calls"), "0");
    assert_eq!(stats("advisor"), before);
}

#[test]
fn a_day_that_is_due_counts_what_was_purged() {
    let office = office();
    let before = figures(&office);
    let counted = before.iter().filter(|row| !row.starts_with("callyzer"));
    assert_eq!(counted.count(), 10, "{before:?}");
    office.execute(
        "INSERT INTO stats_due (provider, user_id, day) SELECT provider, user_id, day FROM daily_stats
         WHERE true ON CONFLICT DO NOTHING;
         DELETE FROM daily_stats WHERE provider <> 'callyzer'",
    );
    purge(&office, day_before(2)).prints("Połączenia: 9").run();
    office.sync();
    assert_eq!(office.count("stats_due"), "0");
    assert_eq!(figures(&office), before);
}
