//! mluvii: what its sessions become, in which register and in whose figures.

mod advisors;
mod beside;
mod check;
mod login;
mod notes;
mod phases;
mod reading;
mod unfinished;

use pretend_callyzer::MluviiSession;
use serde_json::json;

use crate::moment::ago;
use crate::office::Office;

const CLIENT: &str = "+48601200301";

/// A session with a client who has a lead, so many minutes ago.
fn session(id: i64, source: &str, operator: &str, minutes: i64, length_s: u32) -> MluviiSession {
    MluviiSession::new(id, source, CLIENT, operator, ago(minutes), length_s)
}

/// An office of mluvii alone, whose first sync goes one day back.
fn office() -> Office {
    Office::of_mluvii().going_back(1)
}

/// An outgoing session that the system says ended so.
fn dialled(id: i64, source: &str, result: Option<&str>) -> MluviiSession {
    let mut session = session(id, source, "41", 60, 0);
    session.dial_result = result.map(str::to_owned);
    session
}

#[test]
fn source_and_outcome_make_the_four_statuses() {
    let office = office();
    let mut blocked = session(3, "IncomingCall", "", 60, 0);
    blocked.status = "BLACKLISTED".into();
    let mut talked = dialled(13, "OutgoingCall", None);
    talked.length_s = Some(7);
    for session in [
        session(1, "IncomingCall", "41", 60, 30),
        session(2, "incomingCall", "", 60, 0),
        blocked,
        session(4, "OutgoingCall", "41", 60, 30),
        session(5, "Campaign", "", 60, 0),
        session(6, "Callback", "41", 60, 30),
        dialled(7, "OutgoingCall", Some("REJECTED")),
        dialled(8, "OUTGOINGCALL", Some("unreachable")),
        dialled(9, "Campaign", Some("FAILED")),
        dialled(10, "API", Some("INVALID_NUMBER")),
        dialled(11, "OutgoingCall", Some("BLACKLISTED")),
        dialled(12, "OutgoingCall", Some("CANCELLED_BY_USER")),
        talked,
        dialled(14, "OutgoingCall", None),
    ] {
        office.mluvii_session(session);
    }
    office.sync();
    let statuses = "SELECT provider_call_id, status, details ->> 'status', duration_s FROM calls
                    WHERE provider = 'mluvii' AND kind = 'PhoneCall/Voice' AND lead_id = 1
                    ORDER BY CAST(provider_call_id AS INTEGER)";
    assert_eq!(
        office.rows(statuses),
        [
            "1|Przychodzące|answered|30",
            "2|Nieodebrane|noanswer|0",
            "3|Odrzucone|blocked|0",
            "4|Wychodzące|answered|30",
            "5|Wychodzące|noanswer|0",
            "6|Wychodzące|answered|30",
            "7|Wychodzące|rejected|0",
            "8|Wychodzące|noanswer|0",
            "9|Wychodzące|failed|0",
            "10|Wychodzące|failed|0",
            "11|Wychodzące|blocked|0",
            "12|Wychodzące|cancelled|0",
            "13|Wychodzące|answered|7",
            "14|Wychodzące|unknown|0",
        ]
    );
}

#[test]
fn what_is_no_call_with_a_client_is_counted_and_in_no_register() {
    let office = office();
    let robot = json!([{"chatbotId": 3, "name": "Robot"}]);
    for session in [
        session(1, "OutgoingCall", "41", 60, 30),
        session(2, "IncomingCall", "41", 50, 30).showing("channel", "Chat"),
        session(3, "IncomingCall", "41", 40, 30).showing("channel", "AV"),
        session(4, "IncomingCall", "", 40, 0).showing("chatbots", robot),
        session(5, "Callback", "", 30, 0),
        dialled(6, "API", None),
    ] {
        office.mluvii_session(session);
    }
    let left_out =
        "czaty 2, chatboty 1, prośby o kontakt bez oddzwonienia 1, sesje API bez wybierania 1";
    office
        .callsync(&["sync"])
        .prints("Połączenia: 1 (nowe 1, zmienione 0)")
        .prints(&format!("Poza rejestrem: {left_out}\n"))
        .says("left out: 2 chat")
        .run();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["1"]);
    assert_eq!(office.count("quarantine"), "0");
}

#[test]
fn a_word_that_nobody_knows_goes_to_quarantine_with_its_id_and_comes_back() {
    let office = office();
    for (id, field, word) in [
        (1, "channel", "Hologram"),
        (2, "source", "Telegraph"),
        (3, "status", "PAUSED"),
        (4, "outboundDialResult", "BUSY"),
        (5, "length", "soon"),
        (6, "created", "yesterday"),
    ] {
        let session = session(id, "OutgoingCall", "41", 60, 30);
        office.mluvii_session(session.showing(field, word));
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider, provider_call_id, reason FROM quarantine ORDER BY 2"),
        [
            "mluvii|1|unknown channel 'Hologram'",
            "mluvii|2|unknown source of a phone call 'Telegraph'",
            "mluvii|3|unknown status 'PAUSED'",
            "mluvii|4|unknown dial result 'BUSY'",
            "mluvii|5|impossible duration 'soon'",
            "mluvii|6|impossible time 'yesterday'",
        ]
    );
    office.callyzer.world(|world| {
        for session in &mut world.mluvii.sessions {
            session.extra.clear();
        }
    });
    office.sync();
    assert_eq!(office.count("quarantine"), "0");
    assert_eq!(office.count("calls"), "6");
}

#[test]
fn what_else_a_session_says_is_kept() {
    let office = office();
    let mut told = session(1, "Campaign", "41", 60, 30);
    told.tags = vec!["oferta".into(), "VIP".into()];
    told.campaign_id = Some(17);
    told.termination = "OperatorLeft".into();
    office.mluvii_session(told.showing("waited", "P0DT0H0M12.5S"));
    office.sync();
    let details = "SELECT details ->> 'source', details ->> 'outbound_dial_result',
                          details ->> '$.tags[1]', details ->> 'campaign',
                          details ->> 'termination_reason', details ->> '$.operators[0].id',
                          details ->> '$.operators[0].name' FROM calls";
    assert_eq!(
        office.value(details),
        "Campaign|ANSWERED|VIP|17|OperatorLeft|41|Anna Wójcik"
    );
    let whole = "SELECT details FROM calls";
    assert!(
        !office.value(whole).contains("192.0.2.7"),
        "no address of the guest"
    );
}

#[test]
fn hidden_and_odd_numbers_are_kept_as_they_came() {
    let office = office();
    let call = |id, number: &str| MluviiSession::new(id, "IncomingCall", number, "41", ago(60), 9);
    let handed_over = json!({"callParams": {"oo1_guest_phone": "601 200 302"}});
    for session in [
        call(1, ""),
        call(2, "112"),
        call(3, "+4915123456789"),
        call(4, "Anonymous"),
        call(5, "").showing("guest", handed_over),
        call(6, "").showing("phoneCallbackNumber", 48_601_200_301_u64),
    ] {
        office.mluvii_session(session);
    }
    office.sync();
    let numbers = "SELECT client_number, lead_id FROM calls ORDER BY provider_call_id";
    assert_eq!(
        office.rows(numbers),
        [
            "null|null",
            "112|null",
            "+4915123456789|null",
            "null|null",
            "+48601200302|2",
            "+48601200301|1",
        ]
    );
    assert_eq!(office.count("unmatched_calls"), "4");
}
