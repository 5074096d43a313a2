//! Calls of all systems, so that a sync writes into every table.

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{Call, DialogCall, MluviiSession, TelecubeCall, TelecubeNote};
use serde_json::Value;

use crate::office::{DIALOG_CAMPAIGN, Office};

/// Calls of each system with three leads and a stranger, and some that are odd.
pub fn add_calls(office: &Office, round: i64, begin: DateTime<Utc>) {
    let time = |minutes| begin + TimeDelta::minutes(minutes);
    for n in 0..4 {
        let number = format!("60120030{}", n + 1);
        let id = format!("c-{round}-{n}");
        office.call(Call::new(
            &id,
            "600100201",
            &number,
            "Outgoing",
            time(n),
            60,
        ));
        let id = format!("t-{round}-{n}");
        let number = format!("48{number}");
        let mut call = TelecubeCall::new(&id, "OUT", &number, "u-anna", time(10 + n), 60);
        call.notes = vec![TelecubeNote::new(&format!("n-{id}"), "ważne", time(20))];
        office.telecube_call(call);
        let number = format!("+{number}");
        let id = 100 * (round + 1) + n;
        let session = MluviiSession::new(id, "IncomingCall", &number, "41", time(30 + n), 60);
        office.mluvii_session(session);
        let id = format!("d-{round}-{n}");
        office.dialog_call(DialogCall::new(
            DIALOG_CAMPAIGN,
            &id,
            &number,
            time(40 + n),
            20,
        ));
    }
    add_odd_ones(office, round, begin + TimeDelta::minutes(50));
}

/// One that cannot be read, one that has not ended, and one that is no call.
fn add_odd_ones(office: &Office, round: i64, at: DateTime<Utc>) {
    let (id, client) = (format!("odd-{round}"), "601200301");
    let unknown = Call::new(&id, "600100202", client, "Outgoing", at, 60);
    office.call(unknown.showing("call_type", "Conference"));
    let id = 100 * (round + 1) + 50;
    let session = MluviiSession::new(id, "IncomingCall", "+48601200301", "41", at, 60);
    office.mluvii_session(session.unfinished());
    let id = format!("timeless-{round}");
    let timeless = DialogCall::new(DIALOG_CAMPAIGN, &id, "48601200302", at, 0);
    office.dialog_call(timeless.showing("call_time", Value::Null));
}

/// A late note and another length for a call of each round.
pub fn change_calls(office: &Office, round: i64, at: DateTime<Utc>) {
    office.callyzer.world(|world| {
        let call = world.call_mut(&format!("c-{round}-1"));
        call.note = Some("oddzwonić".into());
        call.duration_s += 1;
        call.modified_at = Some(at);
        call.synced_at = at;
    });
}
