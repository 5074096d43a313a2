//! `callsync retry-unmatched`, and the attempts that a call has.

use crate::office::Office;

#[test]
fn an_unmatched_call_is_tried_until_its_attempts_are_used_up() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    let sync = |attempts: &str| {
        office
            .callsync(&["-q", "sync"])
            .with("CALLSYNC_MAX_ATTEMPTS", "3")
            .run();
        assert_eq!(office.value("SELECT attempts FROM unmatched"), attempts);
    };
    sync("1");
    sync("2");
    sync("3");
    sync("3");
    office
        .callsync(&["retry-unmatched"])
        .with("CALLSYNC_MAX_ATTEMPTS", "3")
        .prints_only("Sprawdzono ponownie: 0, przypisane do leadów: 0\n")
        .run();
    office
        .callsync(&["retry-unmatched", "--all"])
        .prints_only("Sprawdzono ponownie: 1, przypisane do leadów: 0\n")
        .run();
    assert_eq!(office.value("SELECT attempts FROM unmatched"), "4");
    // As the CRM would insert it, so that nothing but a new try can assign the call.
    office.execute(
        "INSERT INTO leads (id, name, phone, number, created_at)
         VALUES (50, 'Nowy', '601200399', '+48601200399', '2026-11-01T00:00:00Z')",
    );
    office
        .callsync(&["retry-unmatched"])
        .prints_only("Sprawdzono ponownie: 1, przypisane do leadów: 1\n")
        .run();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "50");
    assert_eq!(office.value("SELECT count(*) FROM unmatched_calls"), "0");
}

#[test]
fn a_retry_waits_for_another_writer() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    office.sync();
    office.while_another_writes(|| {
        office
            .callsync(&["retry-unmatched"])
            .prints_only("Sprawdzono ponownie: 1, przypisane do leadów: 0\n")
            .run()
    });
    assert_eq!(office.value("SELECT attempts FROM unmatched"), "2");
}
