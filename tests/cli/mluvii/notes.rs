//! What operators write of a session.

use super::{office, session};
use crate::office::Office;

fn notes(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT c.provider_call_id, n.note_id, n.author, n.text FROM call_notes n
         JOIN calls c ON c.id = n.call_id ORDER BY 1, 2",
    )
}

#[test]
fn notes_are_replaced_whole_by_those_that_the_session_has_now() {
    let office = office();
    let mut forwarded = session(1, "IncomingCall", "41", 60, 30).noting("Prosi o ofertę");
    let again = forwarded.operators[0].clone();
    forwarded.operators.push(again);
    forwarded.operators[1].user_id = "43".into();
    forwarded.operators[1].name = ("Celina".into(), "Dąbrowska".into());
    forwarded.operators[1].note = "Oddzwonić".into();
    office.mluvii_session(forwarded);
    office.sync();
    assert_eq!(
        notes(&office),
        [
            "1|41|Anna Wójcik|Prosi o ofertę",
            "1|43|Celina Dąbrowska|Oddzwonić"
        ]
    );
    let again = || office.sync_with_log().run().stdout;
    assert!(again().contains("(nowe 0, zmienione 0)"), "nothing is new");

    office.callyzer.world(|world| {
        let session = world.mluvii.session_mut(1);
        session.operators[0].note = "Prosi o ofertę mailem".into();
        session.operators[1].note = String::new();
    });
    assert!(again().contains("(nowe 0, zmienione 1)"), "it has changed");
    assert_eq!(notes(&office), ["1|41|Anna Wójcik|Prosi o ofertę mailem"]);
    let screen = office.callsync(&["lead", "1"]).prints("Jan").run().stdout;
    assert!(
        screen.contains(" Anna Wójcik: Prosi o ofertę mailem\n"),
        "{screen}"
    );
}

#[test]
fn a_note_that_comes_within_a_day_is_seen_at_once_and_a_later_one_with_its_closed_day() {
    let office = office().going_back(3);
    for (id, minutes) in [(1, 20 * 60), (2, 30 * 60)] {
        office.mluvii_session(session(id, "IncomingCall", "41", minutes, 30));
    }
    office.sync();
    office.callyzer.world(|world| {
        for session in &mut world.mluvii.sessions {
            session.operators[0].note = "późna".into();
        }
    });
    office.sync();
    assert_eq!(notes(&office), ["1|41|Anna Wójcik|późna"]);
    office.a_day_passes();
    office.sync();
    assert_eq!(notes(&office).len(), 2);
}
