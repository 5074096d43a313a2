//! The calls of the demo account's campaign at Dialog.

use chrono_tz::Tz;
use pretend_callyzer::{DialogCall, World};
use serde_json::Value;

const CAMPAIGN: i64 = 7001;

/// Days ago, time in Warsaw, number, seconds, the bot's result, and what else there is to it.
const CALLS: &str = "
3 | 17:00:04 | 48601200301   | 41 | Дозвон       | goal Zgoda na kontakt
3 | 17:00:58 | 48601200303   |  0 | Недозвон     |
3 | 17:01:20 | 48601200305   | 12 | Автоответчик |
3 | 17:02:02 | 48601200399   | 37 | Дозвон       | goal Prośba o telefon
2 | 17:00:03 | 48601200303   | 58 | Дозвон       | goal Zgoda na kontakt
2 | 17:01:31 | 4915123456789 |  0 | Недозвон     |
2 | 17:02:12 | 48601200306   |  9 | Автоответчик |
1 | 17:00:05 | 48601200306   | 63 | Дозвон       |
1 | 17:01:40 | 48601200308   | 22 | Дозвон       | waiting
";

pub fn fill(world: &mut World) -> Result<(), String> {
    for (number, line) in CALLS.trim().lines().enumerate() {
        let made = call(number + 1, line, world.zone);
        world.dialog_call(made.ok_or_else(|| format!("not a call: {line}"))?);
    }
    Ok(())
}

fn call(number: usize, line: &str, zone: Tz) -> Option<DialogCall> {
    let columns: Vec<_> = line.split('|').map(str::trim).collect();
    let [ago, time, client, seconds, result, more] = columns[..] else {
        return None;
    };
    let at = super::moment(ago.parse().ok()?, time.parse().ok()?, zone)?;
    let id = format!("{CAMPAIGN}-{number:02}");
    let mut call = DialogCall::new(CAMPAIGN, &id, client, at, seconds.parse().ok()?);
    call.result = result.into();
    Some(match more.split_once(' ').unwrap_or((more, "")) {
        ("goal", text) => call.showing("goal", text),
        // The platform has the row and not yet the time.
        ("waiting", _) => call.showing("call_time", Value::Null),
        _ => call,
    })
}
