//! The pretend Callyzer as a program, with a demo account of three days, and the
//! other pretend systems beside it.
//!
//! `cargo run --example pretend_callyzer -- [--port N] [--url-file FILE]
//! [--telecube-url-file FILE] [--mluvii-url-file FILE] [--dialog-url-file FILE]
//! [--calls N [--days D]] [--until-stdin-closes]`
//!
//! Callyzer's base URL is written to standard output, and each system's to its FILE
//! once it can be asked.

#[path = "pretend_callyzer/dialog.rs"]
mod dialog;
#[path = "pretend_callyzer/mluvii.rs"]
mod mluvii;
#[path = "pretend_callyzer/telecube.rs"]
mod telecube;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io, thread};

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use pretend_callyzer::{Call, HostedFile, PretendCallyzer, World};

const ADVISORS: [(&str, &str, &str); 4] = [
    ("600100201", "Anna Wójcik", "BIK"),
    ("600100202", "Bartosz Zieliński", "BIK"),
    ("600100203", "Celina Dąbrowska", "Cesje"),
    ("600100204", "Dawid Łukaszewicz", "Cesje"),
];

/// As the advisors' phone books have them.
const CLIENTS: [(&str, &str); 8] = [
    ("601200301", "Marek Nowicki"),
    ("601200302", "Ewa Kaczmarek"),
    ("601200303", "Tomasz Szymański"),
    ("601200304", "Zofia Gąsior"),
    ("601200305", "Piotr Wieczorek"),
    ("601200306", "Małgorzata Żak"),
    ("225550102", "Kancelaria Lipowa"),
    ("15123456789", "Jürgen Köhler"),
];

/// Days ago, time in Warsaw, advisor, client, type, seconds, and what else there is to it.
const CALLS: &str = "
3 | 08:41:10 | 600100201 | 48 601200301   | Outgoing   | 184 | recording
3 | 08:52:37 | 600100201 | 48 601200302   | Outgoing   |   0 |
3 | 09:05:02 | 600100202 | 48 601200303   | Incoming   |  97 | note Prosi o ofertę na piśmie
3 | 09:18:44 | 600100203 | 48 601200305   | Outgoing   | 412 | recording
3 | 09:40:15 | 600100204 | 48 601200306   | Missed     |   0 | late
3 | 10:12:58 | 600100201 | 48 601200302   | Incoming   |  66 | note Oddzwoniła, umówić rozmowę na piątek
3 | 11:03:21 | 600100202 | 48 601200304   | Outgoing   |  35 |
3 | 11:30:49 | 600100204 | 48 601200307   | Outgoing   | 240 | late
3 | 12:47:06 | 600100203 |                | Missed     |   0 |
3 | 13:15:33 | 600100201 | 48 225550102   | Outgoing   | 128 |
3 | 14:22:10 | 600100202 | 48 601200303   | Outgoing   |   0 |
3 | 15:08:57 | 600100204 | 48 601200306   | Outgoing   | 311 | late
3 | 15:55:41 | 600100203 | 48 601200308   | Rejected   |   0 |
2 | 08:33:19 | 600100201 | 48 601200301   | Incoming   |  52 |
2 | 08:58:04 | 600100202 | 48 601200304   | Missed     |   0 |
2 | 09:01:46 | 600100202 | 48 601200304   | Outgoing   | 275 | recording
2 | 09:26:30 | 600100203 | 48 601200305   | Outgoing   |  18 |
2 | 10:05:12 | 600100204 | 48 601200307   | Incoming   | 143 | note Wyśle dokumenty mailem
2 | 10:44:55 | 600100201 | 49 15123456789 | Outgoing   | 203 |
2 | 11:17:38 | 600100203 | 48 601200308   | Outgoing   |  91 | WhatsApp
2 | 11:59:02 | 600100202 | 48 601200303   | Incoming   | 164 |
2 | 12:20:27 | 600100201 |                | Incoming   |  40 |
2 | 13:36:14 | 600100204 | 48 601200306   | Rejected   |   0 |
2 | 13:37:50 | 600100204 | 48 601200306   | Outgoing   |  77 |
2 | 14:11:09 | 600100203 | 48 601200305   | Conference | 600 |
2 | 14:49:43 | 600100201 | 48 601200302   | Outgoing   | 358 | recording
2 | 15:31:25 | 600100202 | 48 225550102   | Missed     |   0 |
1 | 08:28:51 | 600100203 | 48 601200308   | Missed     |   0 |
1 | 08:45:16 | 600100201 | 48 601200301   | Outgoing   | 231 |
1 | 09:02:33 | 600100203 | 48 601200308   | Outgoing   | 119 | note Decyzja po rozmowie z mężem
1 | 09:30:07 | 600100202 | 48 225550102   | Outgoing   |  84 |
1 | 09:51:48 | 600100204 | 48 601200307   | Outgoing   |   0 |
1 | 10:16:20 | 600100204 | 48 112         | Outgoing   |  29 |
1 | 10:58:59 | 600100201 | 49 15123456789 | Missed     |   0 |
1 | 11:34:42 | 600100202 | 48 601200304   | Incoming   | 147 | recording
1 | 12:09:13 | 600100203 | 48 601200305   | Incoming   |  61 |
1 | 13:04:36 | 600100204 | 48 601200307   | Incoming   | 322 | note Zgoda na cesję, przygotować umowę
1 | 14:18:05 | 600100201 | 48 601200302   | Rejected   |   0 |
1 | 15:12:29 | 600100202 | 48 601200303   | Outgoing   | 205 |
1 | 15:47:54 | 600100203 | 48 601200308   | Outgoing   |   0 |
";

#[derive(Default)]
struct Options {
    port: u16,
    url_file: Option<PathBuf>,
    telecube_url_file: Option<PathBuf>,
    mluvii_url_file: Option<PathBuf>,
    dialog_url_file: Option<PathBuf>,
    calls: Option<usize>,
    days: i64,
    until_stdin_closes: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let server = PretendCallyzer::start_on(options.port, world(&options)?);
    host_recordings(&server);
    server.may_stay_unasked();
    writeln!(io::stdout(), "{}", server.base_url())?;
    for (file, url) in [
        (&options.url_file, server.base_url()),
        (&options.telecube_url_file, server.telecube_url()),
        (&options.mluvii_url_file, server.mluvii_url()),
        (&options.dialog_url_file, server.dialog_url()),
    ] {
        if let Some(file) = file {
            write_whole(file, &url)?;
        }
    }
    if options.until_stdin_closes {
        io::copy(&mut io::stdin(), &mut io::sink())?;
        return Ok(());
    }
    loop {
        thread::park();
    }
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        days: 3,
        ..Options::default()
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} wants a value"));
        match word.as_str() {
            "--port" => options.port = value()?.parse()?,
            "--url-file" => options.url_file = Some(value()?.into()),
            "--telecube-url-file" => options.telecube_url_file = Some(value()?.into()),
            "--mluvii-url-file" => options.mluvii_url_file = Some(value()?.into()),
            "--dialog-url-file" => options.dialog_url_file = Some(value()?.into()),
            "--calls" => options.calls = Some(value()?.parse()?),
            "--days" => options.days = value()?.parse()?,
            "--until-stdin-closes" => options.until_stdin_closes = true,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    Ok(options)
}

/// Nobody who waits for the file sees half of it.
fn write_whole(file: &Path, url: &str) -> io::Result<()> {
    let draft = file.with_extension("draft");
    fs::write(&draft, format!("{url}\n"))?;
    fs::rename(draft, file)
}

fn world(options: &Options) -> Result<World, Box<dyn Error>> {
    let mut world = World::new();
    for (number, name, team) in ADVISORS {
        world.employee(number, name).tags = vec![team.into()];
    }
    let now = Utc::now();
    match options.calls {
        Some(count) => world.generate(count, now - TimeDelta::days(options.days), now, 1),
        None => {
            for (number, line) in CALLS.trim().lines().enumerate() {
                let made = call(number + 1, line, world.zone)
                    .ok_or_else(|| format!("not a call: {line}"))?;
                world.call(made);
            }
            telecube::fill(&mut world)?;
            mluvii::fill(&mut world)?;
            dialog::fill(&mut world)?;
        }
    }
    Ok(world)
}

/// Puts Callyzer's recordings under addresses of the server.
fn host_recordings(server: &PretendCallyzer) {
    server.world(|world| {
        for call in &mut world.calls {
            if call.recording_url.is_some() {
                call.recording_url = Some(server.recording_url(&call.id));
                world
                    .recordings
                    .insert(call.id.clone(), HostedFile::new(silence()));
            }
        }
    });
}

/// A short silence.
fn silence() -> Vec<u8> {
    let frame = [&[0xff, 0xfb, 0x10, 0xc4][..], &[0; 100]].concat();
    frame.repeat(40)
}

fn call(number: usize, line: &str, zone: Tz) -> Option<Call> {
    let columns: Vec<_> = line.split('|').map(str::trim).collect();
    let [ago, time, advisor, client, call_type, seconds, more] = columns[..] else {
        return None;
    };
    let (country_code, client) = client.split_once(' ').unwrap_or(("", ""));
    let at = moment(ago.parse().ok()?, time.parse().ok()?, zone)?;
    let id = format!("demo-{number:02}");
    let mut call = Call::new(&id, advisor, client, call_type, at, seconds.parse().ok()?);
    call.client_country_code = country_code.into();
    call.client_name = CLIENTS
        .iter()
        .find(|known| known.0 == client)
        .map(|known| known.1.into());
    match more.split_once(' ').unwrap_or((more, "")) {
        ("note", text) => call.note = Some(text.into()),
        ("recording", _) => call.recording_url = Some(String::new()),
        ("WhatsApp", _) => call.method = "WhatsAppCall".into(),
        ("late", _) => call.synced_at += TimeDelta::days(2),
        _ => {}
    }
    Some(call)
}

fn moment(days_ago: i64, time: NaiveTime, zone: Tz) -> Option<DateTime<Utc>> {
    let day = Utc::now().with_timezone(&zone).date_naive() - TimeDelta::days(days_ago);
    zone.from_local_datetime(&day.and_time(time))
        .earliest()
        .map(|moment| moment.to_utc())
}
