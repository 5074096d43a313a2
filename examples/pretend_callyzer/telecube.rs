//! The demo account's calls at TeleCube.

use chrono::TimeDelta;
use chrono_tz::Tz;
use pretend_callyzer::{Receiver, TelecubeCall, TelecubeNote, World};

/// How the table names a user, uuid, extension, first and last name.
const USERS: [(&str, &str, u32, &str, &str); 2] = [
    (
        "anna",
        "fdf75d0c-fc9f-41dc-9a54-af2121db989b",
        101,
        "Anna",
        "Wójcik",
    ),
    (
        "celina",
        "0c5b8e3a-6d1f-4b8e-9a77-1f2e3d4c5b6a",
        103,
        "Celina",
        "Dąbrowska",
    ),
];

/// Days ago, time in Warsaw, direction, user, number, seconds, and what else there is to it.
const CALLS: &str = "
3 | 08:47:25 | OUT      | anna   | 48601200301   | 133 | draft Prosi o ofertę mailem
3 | 10:31:08 | IN       | celina | 48601200305   |   0 |
3 | 13:02:44 | OUT      | celina | 48601200305   | 208 |
2 | 09:14:37 | IN       | anna   | 48601200301   |  76 | note Pytał o termin wypłaty
2 | 11:26:50 | IN       | celina | 48601200308   |   0 | busy
2 | 12:05:19 | INTERNAL | anna   |               |  41 |
2 | 15:40:02 | OUT      | anna   | 4915123456789 | 187 |
1 | 08:36:12 | OUT      | anna   | 48601200301   |   0 |
1 | 10:02:55 | IN       | celina | 48601200308   | 264 |
1 | 11:48:30 | OUT      | anna   | 48601200301   |   0 | sms Oferta wysłana, proszę o potwierdzenie
1 | 14:20:16 | IN       | anna   |               |  58 |
";

pub fn fill(world: &mut World) -> Result<(), String> {
    for (number, line) in CALLS.trim().lines().enumerate() {
        let made = call(number + 1, line, world.telecube.zone);
        world.telecube_call(made.ok_or_else(|| format!("not a call: {line}"))?);
    }
    Ok(())
}

fn call(number: usize, line: &str, zone: Tz) -> Option<TelecubeCall> {
    let columns: Vec<_> = line.split('|').map(str::trim).collect();
    let [ago, time, direction, user, client, seconds, more] = columns[..] else {
        return None;
    };
    let at = super::moment(ago.parse().ok()?, time.parse().ok()?, zone)?;
    let uuid = format!("7e1ec0be-0001-4000-8000-{number:012}");
    let seconds = seconds.parse().ok()?;
    let mut call = TelecubeCall::new(&uuid, direction, client, "", at, seconds);
    call.receivers = vec![receiver(user)?];
    match more.split_once(' ').unwrap_or((more, "")) {
        ("draft", text) => call.notes = vec![note(number, &drafted(text), &call)],
        ("note", text) => call.notes = vec![note(number, text, &call)],
        ("busy", _) => call.status = "BUSY".into(),
        ("sms", text) => {
            call.service = "SMS".into();
            call.status = "ANSWERED".into();
            call = call.showing("smsData", text);
        }
        _ => {}
    }
    Some(call)
}

fn receiver(user: &str) -> Option<Receiver> {
    let (_, uuid, internal, first_name, last_name) =
        USERS.into_iter().find(|known| known.0 == user)?;
    Some(Receiver {
        internal: Some(internal),
        uuid: Some(uuid.into()),
        first_name: first_name.into(),
        last_name: last_name.into(),
    })
}

/// Written by the call's user a minute after its end.
fn note(number: usize, text: &str, call: &TelecubeCall) -> TelecubeNote {
    let uuid = format!("7e1ec0be-0002-4000-8000-{number:012}");
    let written = call.at + TimeDelta::seconds(60 + i64::from(call.duration_s));
    let mut note = TelecubeNote::new(&uuid, text, written);
    if let Some(user) = call.receivers.first() {
        note.author = (user.first_name.clone(), user.last_name.clone());
    }
    note
}

/// The document that TeleCube's editor makes of a text.
fn drafted(text: &str) -> String {
    format!(r#"{{"blocks":[{{"text":"{text}"}}],"entityMap":{{}}}}"#)
}
