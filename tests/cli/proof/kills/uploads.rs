//! Calls that come in at the four systems, by chance.

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use pretend_callyzer::{
    Call, DialogCall, HostedFile, MluviiFile, MluviiSession, TelecubeCall, TelecubeNote,
};
use serde_json::Value;

use crate::office::{DIALOG_CAMPAIGN, Office};

/// Clients of this many numbers call; the first of them have leads, sooner or later.
pub const CLIENTS: u32 = 40;

const ADVISORS: [&str; 4] = ["600100201", "600100202", "225550102", "600100203"];

/// A call that a system has, and that a sync must have brought once its date is later.
pub struct Upload {
    pub provider: &'static str,
    /// As the database has it.
    pub id: String,
    /// Of its date of last synchronisation.
    pub key: String,
    pub came_at: DateTime<Utc>,
}

/// When calls come in.
#[derive(Clone, Copy)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

#[derive(Default)]
pub struct Uploads {
    pub all: Vec<Upload>,
    serial: u32,
    /// Sessions that have not ended at mluvii, as they will have.
    open_sessions: Vec<MluviiSession>,
}

/// A client's number, as people write it.
pub fn client(number: u32) -> String {
    format!("{}", 601_200_300 + number)
}

impl Span {
    /// A whole second of it, never its first.
    fn draw(self, chance: &mut Rng) -> DateTime<Utc> {
        let seconds = (self.to - self.from).num_seconds().max(1);
        self.from + TimeDelta::seconds(chance.i64(1..=seconds))
    }
}

impl Uploads {
    pub fn come(&mut self, office: &Office, chance: &mut Rng, (span, count): (Span, u32)) {
        for _ in 0..count {
            self.serial += 1;
            match chance.u32(..20) {
                0..12 => self.callyzer(office, chance, span),
                12..14 => self.correct(office, chance, span),
                14..17 => self.telecube(office, chance, span),
                17 => self.mluvii(office, chance, span),
                _ => self.dialog(office, chance, span),
            }
        }
        self.end_sessions(office, |_| chance.bool());
    }

    /// Takes some calls of a client away from Callyzer, and corrects others without sending
    /// them again: only a refresh finds out.
    pub fn change_unseen(&mut self, office: &Office, chance: &mut Rng, client: &str) {
        let serial = self.serial;
        let gone = office.callyzer.world(|world| {
            let is_theirs = |call: &Call| call.client_number == client && call.extra.is_empty();
            let (theirs, others) = world.calls.drain(..).partition::<Vec<_>, _>(is_theirs);
            let (gone, mut kept) = theirs
                .into_iter()
                .partition::<Vec<_>, _>(|_| chance.u32(..4) == 0);
            for call in &mut kept {
                call.note = Some(format!("po odświeżeniu {serial}"));
            }
            world.calls = [others, kept].concat();
            gone
        });
        let is_gone = |upload: &Upload| gone.iter().any(|call| call.id == upload.id);
        self.all.retain(|upload| !is_gone(upload));
    }

    /// Ends the sessions that go on at mluvii, as far as chosen.
    pub fn end_sessions(&mut self, office: &Office, mut ends: impl FnMut(i64) -> bool) {
        let sessions = std::mem::take(&mut self.open_sessions).into_iter();
        let (ended, open) = sessions.partition(|session| ends(session.id));
        self.open_sessions = open;
        Vec::into_iter(ended).for_each(|session| office.mluvii_session(session));
    }

    fn callyzer(&mut self, office: &Office, chance: &mut Rng, span: Span) {
        let id = format!("c-{:05}", self.serial);
        let came_at = span.draw(chance);
        // Phones without a network send their calls a day later.
        let late = if chance.u32(..10) == 0 {
            40 * 3600
        } else {
            900
        };
        let at = came_at - TimeDelta::seconds(chance.i64(1..late));
        let advisor = ADVISORS[chance.usize(..ADVISORS.len())];
        let (call_type, duration_s) = match chance.u32(..5) {
            0 => ("Missed", 0),
            1 => ("Rejected", 0),
            2 => ("Incoming", chance.u32(1..600)),
            _ => ("Outgoing", chance.u32(..600)),
        };
        let client = client(chance.u32(..CLIENTS));
        let mut call = Call::new(&id, advisor, &client, call_type, at, duration_s);
        call.synced_at = came_at;
        if chance.u32(..10) == 0 {
            call.method = "WhatsAppCall".into();
        }
        call.note = (chance.u32(..5) == 0).then(|| format!("notatka {}", self.serial));
        if chance.u32(..8) == 0 {
            call.recording_url = Some(office.callyzer.recording_url(&id));
            let bytes = id.repeat(chance.usize(1..20_000));
            office
                .callyzer
                .world(|world| world.recordings.insert(id.clone(), HostedFile::new(bytes)));
        }
        if chance.u32(..40) == 0 {
            call = call.showing("duration", "soon");
        }
        office.call(call);
        self.note("callyzer", id, format!("+48{advisor}"), came_at);
    }

    /// Sends a call of Callyzer's again, with another note and readable.
    fn correct(&mut self, office: &Office, chance: &mut Rng, span: Span) {
        let of_callyzer = self.all.iter_mut().filter(|it| it.provider == "callyzer");
        let mut of_callyzer: Vec<_> = of_callyzer.collect();
        if of_callyzer.is_empty() {
            return;
        }
        let place = chance.usize(..of_callyzer.len());
        let upload = &mut of_callyzer[place];
        let came_at = span.draw(chance).max(upload.came_at);
        upload.came_at = came_at;
        office.callyzer.world(|world| {
            let call = world.call_mut(&upload.id);
            call.note = Some(format!("poprawka {}", self.serial));
            call.synced_at = came_at;
            call.extra.clear();
        });
    }

    fn telecube(&mut self, office: &Office, chance: &mut Rng, span: Span) {
        let id = format!("t-{:05}", self.serial);
        let came_at = span.draw(chance);
        let at = came_at - TimeDelta::minutes(chance.i64(0..200));
        let direction = if chance.bool() { "IN" } else { "OUT" };
        let user = ["u-anna", "u-celina", ""][chance.usize(..3)];
        let number = format!("48{}", client(chance.u32(..CLIENTS)));
        let duration_s = chance.u32(..2) * chance.u32(1..900);
        let mut call = TelecubeCall::new(&id, direction, &number, user, at, duration_s);
        for note in 0..chance.u32(..3) {
            let text = format!("notatka {note} do {id}");
            let note = TelecubeNote::new(&format!("{id}-{note}"), &text, came_at);
            call.notes.push(note);
        }
        office.telecube_call(call);
        self.note("telecube", id, String::new(), came_at);
    }

    fn mluvii(&mut self, office: &Office, chance: &mut Rng, span: Span) {
        let id = i64::from(self.serial);
        let came_at = span.draw(chance);
        let at = came_at - TimeDelta::minutes(chance.i64(0..600));
        let source = ["IncomingCall", "OutgoingCall"][chance.usize(..2)];
        let operator = ["41", "43"][chance.usize(..2)];
        let number = format!("+48{}", client(chance.u32(..CLIENTS)));
        let mut session = MluviiSession::new(id, source, &number, operator, at, chance.u32(..600))
            .noting("uwaga");
        if chance.bool() {
            let file = MluviiFile::new(&format!("r{id}"), vec![b'm'; chance.usize(1..90_000)]);
            session.recordings.push(file);
        }
        if chance.u32(..3) == 0 {
            office.mluvii_session(session.clone().unfinished());
            self.open_sessions.push(session);
        } else {
            office.mluvii_session(session);
            self.note("mluvii", id.to_string(), String::new(), came_at);
        }
    }

    fn dialog(&mut self, office: &Office, chance: &mut Rng, span: Span) {
        let id = format!("d-{:05}", self.serial);
        let came_at = span.draw(chance);
        let at = came_at - TimeDelta::minutes(chance.i64(0..50));
        let number = format!("48{}", client(chance.u32(..CLIENTS)));
        let duration_s = chance.u32(..2) * chance.u32(1..90);
        let call = DialogCall::new(DIALOG_CAMPAIGN, &id, &number, at, duration_s);
        let key = DIALOG_CAMPAIGN.to_string();
        if chance.u32(..10) == 0 {
            office.dialog_call(call.showing("call_time", Value::Null));
        } else {
            office.dialog_call(call);
            self.note("dialog", format!("{key}-{id}"), key, came_at);
        }
    }

    fn note(&mut self, provider: &'static str, id: String, key: String, came_at: DateTime<Utc>) {
        self.all.push(Upload {
            provider,
            id,
            key,
            came_at,
        });
    }
}
