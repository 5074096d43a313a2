//! Which way a session went, how it ended, and whether it did.

use serde_json::json;

use super::*;

#[test]
fn an_incoming_call_is_answered_refused_by_the_blacklist_or_missed() {
    for (changes, status, word) in [
        (json!({}), Status::Incoming, "answered"),
        (
            json!({"source": "INCOMING_CALL", "status": "Closed"}),
            Status::Incoming,
            "answered",
        ),
        (json!({"started": null}), Status::Missed, "noanswer"),
        (
            json!({"operators": {}, "length": null}),
            Status::Missed,
            "noanswer",
        ),
        (
            json!({"operators": null, "started": null}),
            Status::Missed,
            "noanswer",
        ),
        (
            json!({"operators": [], "status": "BLACKLISTED"}),
            Status::Rejected,
            "blocked",
        ),
        (
            json!({"operators": [], "blacklisted": true}),
            Status::Rejected,
            "blocked",
        ),
        (json!({"blacklisted": true}), Status::Incoming, "answered"),
        // Forwarded to a phone outside: it rang there, and the call came in all the same.
        (
            json!({"outboundDialResult": "RINGING"}),
            Status::Incoming,
            "answered",
        ),
    ] {
        assert_eq!(call(&changes).status, status, "{changes}");
        assert_eq!(details(&changes)["status"], word, "{changes}");
    }
}

#[test]
fn an_outgoing_call_stays_one_whatever_became_of_it() {
    for (result, word) in [
        (json!("ANSWERED"), "answered"),
        (json!("NO_ANSWER"), "noanswer"),
        (json!("UNREACHABLE"), "noanswer"),
        (json!("Rejected"), "rejected"),
        (json!("FAILED"), "failed"),
        (json!("INVALID_NUMBER"), "failed"),
        (json!("BLACKLISTED"), "blocked"),
        (json!("CANCELLED_BY_USER"), "cancelled"),
        (json!(null), "answered"),
    ] {
        for source in ["OutgoingCall", "Campaign"] {
            let changes = json!({"source": source, "outboundDialResult": result});
            assert_eq!(call(&changes).status, Status::Outgoing, "{changes}");
            let details = details(&changes);
            assert_eq!(details["status"], word, "{changes}");
            assert_eq!(
                details["outbound_dial_result"],
                changes["outboundDialResult"]
            );
        }
    }
    let silent = json!({"source": "OutgoingCall", "length": null});
    assert_eq!(details(&silent)["status"], "unknown");
    let blocked = json!({"source": "OutgoingCall", "length": null, "status": "BLACKLISTED"});
    assert_eq!(details(&blocked)["status"], "blocked");
    for changes in [
        json!({"source": "Callback", "phoneCallbackDialed": "2026-11-20T11:16:00+01:00"}),
        json!({"source": "API", "outboundDialResult": "NO_ANSWER"}),
    ] {
        assert_eq!(call(&changes).status, Status::Outgoing, "{changes}");
    }
}

#[test]
fn what_is_no_call_is_left_out_under_its_name() {
    for (changes, expected) in [
        (
            json!({"channel": "Chat", "status": "ACTIVE"}),
            LeftOut::Chat,
        ),
        (json!({"channel": "AV"}), LeftOut::Chat),
        (json!({"source": "WhatsApp"}), LeftOut::Chat),
        (json!({"source": "Callback"}), LeftOut::UnservedCallback),
        (json!({"source": "api"}), LeftOut::ApiSession),
        (
            json!({"operators": [], "chatbots": [{"chatbotId": 3, "name": "Bot"}]}),
            LeftOut::Bot,
        ),
    ] {
        let records = read(&changes);
        let id = sample()["id"].to_string();
        assert_eq!(records.left_out, [(expected, Some(id))], "{changes}");
        assert_eq!(
            (records.len(), records.unfinished.len()),
            (0, 0),
            "{changes}"
        );
    }
}

#[test]
fn a_session_that_has_not_ended_is_read_again() {
    let states = ["CREATED", "IN_QUEUE", "WAITING", "ACTIVE", "ACW", "BCW"];
    let mut unfinished: Vec<_> = states
        .iter()
        .map(|state| json!({"status": state}))
        .collect();
    unfinished.push(json!({"source": "Campaign", "outboundDialResult": "DIALING"}));
    unfinished.push(json!({"source": "API", "outboundDialResult": "Ringing"}));
    for changes in unfinished {
        let records = read(&changes);
        let expected = UnfinishedCall {
            provider_call_id: sample()["id"].to_string(),
            started_at: moment::from_text("2026-11-20T10:15:02Z").unwrap(),
        };
        assert_eq!(records.unfinished, [expected], "{changes}");
        assert_eq!(records.left_out[0].0, LeftOut::Unfinished, "{changes}");
        assert_eq!(records.len(), 0, "{changes}");
    }
    // A closed one that still rings a day later never stops.
    let old = json!({"source": "Campaign", "outboundDialResult": "RINGING", "length": null,
        "created": "2026-11-19T19:59:59+01:00"});
    assert_eq!(call(&old).status, Status::Outgoing);
    assert_eq!(details(&old)["status"], "unknown");
}
