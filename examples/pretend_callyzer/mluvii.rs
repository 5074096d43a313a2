//! The demo account's sessions at mluvii.

use chrono_tz::Tz;
use pretend_callyzer::{MluviiFile, MluviiSession, World};

/// The id of the first session; those after it count on.
const FIRST_ID: i64 = 5001;

/// Days ago, time in Warsaw, source, operator's user id, number, seconds, and what else there is to it.
const SESSIONS: &str = "
3 | 09:21:40 | IncomingCall | 41 | +48601200301   | 145 | note Prosi o kontakt po południu
3 | 10:50:12 | OutgoingCall | 43 | +48601200305   | 301 | recording
3 | 12:31:27 | IncomingCall |    | +48601200304   |   0 |
3 | 14:04:55 | Campaign     | 42 | +48601200303   |   0 |
2 | 08:19:08 | OutgoingCall | 41 | +4915123456789 |  92 |
2 | 10:33:46 | Callback     | 42 | +48601200304   | 188 | note Umówić spotkanie
2 | 11:45:30 | Callback     |    | +48601200308   |   0 |
2 | 13:22:17 | IncomingCall | 41 | +48601200302   |  64 | chat
2 | 14:58:39 | IncomingCall | 43 |                |  37 |
1 | 09:12:05 | Campaign     | 42 | +48601200303   | 173 | recording
1 | 10:40:51 | IncomingCall |    | +48601200308   |   0 | blacklisted
1 | 12:27:33 | OutgoingCall | 41 | +48601200301   |   0 | refused
1 | 15:05:48 | IncomingCall | 43 | +48601200305   | 219 | note Wysłać umowę
";

pub fn fill(world: &mut World) -> Result<(), String> {
    for (id, line) in (FIRST_ID..).zip(SESSIONS.trim().lines()) {
        let session = session(id, line, world.mluvii.zone);
        world.mluvii_session(session.ok_or_else(|| format!("not a session: {line}"))?);
    }
    Ok(())
}

fn session(id: i64, line: &str, zone: Tz) -> Option<MluviiSession> {
    let columns: Vec<_> = line.split('|').map(str::trim).collect();
    let [ago, time, source, operator, client, seconds, more] = columns[..] else {
        return None;
    };
    let at = super::moment(ago.parse().ok()?, time.parse().ok()?, zone)?;
    let mut session = MluviiSession::new(id, source, client, operator, at, seconds.parse().ok()?);
    match more.split_once(' ').unwrap_or((more, "")) {
        ("note", text) => session = session.noting(text),
        ("recording", _) => {
            session.recordings = vec![MluviiFile::new(&format!("{id}1"), super::silence())]
        }
        ("chat", _) => session.channel = "Chat".into(),
        ("blacklisted", _) => session.status = "BLACKLISTED".into(),
        ("refused", _) => session.dial_result = Some("REJECTED".into()),
        _ => {}
    }
    if source == "Campaign" {
        session.campaign_id = Some(17);
        session.tags = vec!["oferta".into()];
    }
    Some(session)
}
