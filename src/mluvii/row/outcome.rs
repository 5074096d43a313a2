//! Which way a call went and how it ended.

use chrono::TimeDelta;

use super::unknown;
use crate::call::{LeftOut, Status};
use crate::mluvii::phases::SessionTimes;
use crate::mluvii::session::Session;
use crate::mluvii::wire::{is_true, word};
use crate::moment::Moment;
use crate::reason::{Cause, Reason};

/// A field whose word is unknown, or absent.
const CHANNEL: [Cause; 2] = [Cause::UnknownChannel, Cause::NoChannel];
const STATUS: [Cause; 2] = [Cause::UnknownStatus, Cause::NoStatus];
const SOURCE: [Cause; 2] = [Cause::UnknownSource, Cause::NoSource];

/// A closed session whose dial result still says that it rings is waited for so long. Then
/// it counts as it is, so that it is not lost.
const LONGEST_DIALLING: TimeDelta = TimeDelta::days(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its status in the register, and the word for `status` in its details.
    Call(Status, &'static str),
    LeftOut(LeftOut),
    /// To be read again.
    Unfinished,
}

impl Session {
    /// Whether it is a conversation that is no phone call.
    pub(super) fn is_chat(&self) -> Result<bool, Reason> {
        match word(&self.channel).as_deref() {
            Some("phone") => Ok(false),
            Some("chat" | "av") => Ok(true),
            Some(word) if is_messenger(word) => Ok(true),
            _ => Err(unknown(CHANNEL, &self.channel)),
        }
    }

    pub(super) fn outcome(&self, times: &SessionTimes, now: Moment) -> Result<Outcome, Reason> {
        if !self.has_ended()? {
            return Ok(Outcome::Unfinished);
        }
        match word(&self.source).as_deref() {
            Some("incomingcall") => Ok(self.incoming()),
            Some("outgoingcall" | "campaign") => self.outgoing(times, now),
            Some("callback") if self.phone_callback_dialed.text().is_some() => {
                self.outgoing(times, now)
            }
            Some("callback") => Ok(Outcome::LeftOut(LeftOut::UnservedCallback)),
            Some("api") if self.outbound_dial_result.text().is_some() => self.outgoing(times, now),
            Some("api") => Ok(Outcome::LeftOut(LeftOut::ApiSession)),
            Some(word) if is_messenger(word) => Ok(Outcome::LeftOut(LeftOut::Chat)),
            _ => Err(unknown(SOURCE, &self.source)),
        }
    }

    fn has_ended(&self) -> Result<bool, Reason> {
        match word(&self.status).as_deref() {
            Some("closed" | "blacklisted") => Ok(true),
            Some("created" | "inqueue" | "waiting" | "active" | "acw" | "bcw") => Ok(false),
            _ => Err(unknown(STATUS, &self.status)),
        }
    }

    fn incoming(&self) -> Outcome {
        let has_operator = !self.operators.0.is_empty();
        if self.started.text().is_some() && has_operator {
            return Outcome::Call(Status::Incoming, "answered");
        }
        if self.is_blacklisted() {
            return Outcome::Call(Status::Rejected, "blocked");
        }
        if !has_operator && !self.chatbots.0.is_empty() {
            return Outcome::LeftOut(LeftOut::Bot);
        }
        Outcome::Call(Status::Missed, "noanswer")
    }

    fn is_blacklisted(&self) -> bool {
        is_true(&self.blacklisted) || word(&self.status).as_deref() == Some("blacklisted")
    }

    /// An outgoing call stays one, whatever became of it.
    fn outgoing(&self, times: &SessionTimes, now: Moment) -> Result<Outcome, Reason> {
        let has_talk = times
            .length
            .is_some_and(|length| length > TimeDelta::zero());
        let is_old = times
            .created
            .is_none_or(|created| created < now - LONGEST_DIALLING);
        let ended = match word(&self.outbound_dial_result).as_deref() {
            Some("answered") => "answered",
            Some("noanswer" | "unreachable") => "noanswer",
            Some("rejected") => "rejected",
            Some("failed" | "invalidnumber") => "failed",
            Some("blacklisted") => "blocked",
            Some("cancelledbyuser") => "cancelled",
            Some("dialing" | "ringing") if !is_old => return Ok(Outcome::Unfinished),
            None | Some("dialing" | "ringing") if has_talk => "answered",
            None if self.is_blacklisted() => "blocked",
            None | Some("dialing" | "ringing") => "unknown",
            Some(_) => {
                let text = self.outbound_dial_result.text().unwrap_or_default();
                return Err(Cause::UnknownDialResult.of(&[&text]));
            }
        };
        Ok(Outcome::Call(Status::Outgoing, ended))
    }
}

/// Other ways to write to the organisation, as sources and channels name them.
fn is_messenger(word: &str) -> bool {
    matches!(
        word,
        "facebook" | "whatsapp" | "vk" | "apple" | "genericchannel"
    )
}
