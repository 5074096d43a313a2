//! What is removed or changed in passing is overwritten in the file too.

use pretend_callyzer::{Call, MluviiSession, TelecubeCall, TelecubeNote};

use crate::moment::ago;
use crate::office::Office;
use crate::purge::files_with;

const COUNT: usize = 60;

/// Which of these texts are still in the database's files.
#[track_caller]
fn left(office: &Office, texts: impl Iterator<Item = String>) -> Vec<String> {
    let texts = texts.filter(|text| !files_with(&office.database(), text).is_empty());
    texts.collect()
}

fn all() -> std::ops::Range<usize> {
    0..COUNT
}

/// Every other one.
fn half() -> std::iter::StepBy<std::ops::Range<usize>> {
    all().step_by(2)
}

fn note(n: usize) -> String {
    format!("note-{n:04} asks for an offer by mail, and for a call on Friday")
}

#[test]
fn notes_that_were_deleted_at_telecube_are_overwritten() {
    let office = Office::of_telecube().going_back(1);
    for n in all() {
        let (id, client) = (format!("t-{n:04}"), format!("4860120{n:04}"));
        let mut call = TelecubeCall::new(&id, "OUT", &client, "u-anna", ago(60), 30);
        call.notes = vec![TelecubeNote::new(&format!("n-{n}"), &note(n), ago(59))];
        office.telecube_call(call);
    }
    let sync = || {
        let sync = office.callsync(&["-q", "sync"]);
        sync.with("TELECUBE_NOTES_A_RUN", "100").run();
    };
    sync();
    assert_eq!(left(&office, all().map(note)).len(), COUNT);
    office.callyzer.world(|world| {
        for n in half() {
            world.telecube.calls[n].notes[0].status = "deleted".into();
        }
    });
    sync();
    assert_eq!(left(&office, half().map(note)), [""; 0]);
    assert_eq!(left(&office, all().map(note)).len(), COUNT / 2);
    assert_eq!(office.count("call_notes"), (COUNT / 2).to_string());
}

#[test]
fn notes_that_were_deleted_at_mluvii_are_overwritten() {
    let office = Office::of_mluvii().going_back(1);
    for n in all() {
        let client = format!("+4860120{n:04}");
        let id = n as i64 + 1;
        let session = MluviiSession::new(id, "IncomingCall", &client, "41", ago(60), 30);
        office.mluvii_session(session.noting(&note(n)));
    }
    office.sync();
    assert_eq!(left(&office, all().map(note)).len(), COUNT);
    office.callyzer.world(|world| {
        for n in half() {
            world.mluvii.sessions[n].operators[0].note.clear();
        }
    });
    office.sync();
    assert_eq!(left(&office, half().map(note)), [""; 0]);
    assert_eq!(left(&office, all().map(note)).len(), COUNT / 2);
}

#[test]
fn calls_that_are_gone_at_callyzer_are_overwritten() {
    let office = Office::new().going_back(1);
    for n in all() {
        let id = format!("c-{n:04}");
        let mut call = Call::new(&id, "600100201", "601200301", "Outgoing", ago(60), 60);
        call.note = Some(note(n));
        office.call(call);
    }
    office.sync();
    assert_eq!(left(&office, all().map(note)).len(), COUNT);
    office.callyzer.world(|world| {
        let is_kept = |call: &Call| !half().any(|n| call.id == format!("c-{n:04}"));
        world.calls.retain(is_kept);
    });
    let removed = format!("usunięte: {}", COUNT / 2);
    office
        .callsync(&["refresh-lead", "1"])
        .prints(&removed)
        .run();
    assert_eq!(left(&office, half().map(note)), [""; 0]);
    assert_eq!(left(&office, all().map(note)).len(), COUNT / 2);
}

#[test]
fn a_lead_s_former_numbers_are_overwritten() {
    let office = Office::unasked();
    let number = |n: usize| format!("+48601300{:03}", n * 7 % 1000);
    let row = |n: usize, phone: &str| format!("{},Lead {n},{phone}\n", 100 + n);
    let import = |rows: String| office.import("leads", &format!("id,name,phone\n{rows}"));
    import(all().map(|n| row(n, &number(n))).collect());
    assert_eq!(left(&office, all().map(number)).len(), COUNT);
    // Every fourth gets another one, and every fourth none.
    let changed = half().map(|n| match n % 4 {
        0 => row(n, &format!("+48601400{n:03}")),
        _ => row(n, ""),
    });
    import(changed.collect());
    assert_eq!(left(&office, half().map(number)), [""; 0]);
    assert_eq!(left(&office, all().map(number)).len(), COUNT / 2);
}
