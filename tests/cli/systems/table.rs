//! The telephony systems, a row each.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Europe::Warsaw;
use pretend_callyzer::path::{DIALOG_REPORT, HISTORY, MLUVII_SESSIONS, TELECUBE_CALLS};
use pretend_callyzer::{
    Call, DialogCall, Misbehaviour, MluviiSession, PretendCallyzer, TelecubeCall,
};
use serde_json::Value;

use super::SystemUnderTest;
use crate::office::{DIALOG_CAMPAIGN, Office};

pub const SYSTEMS: [SystemUnderTest; 4] = [
    SystemUnderTest {
        provider: "callyzer",
        name: "Callyzer",
        prefix: "CALLYZER",
        overlap_setting: Some("CALLSYNC_OVERLAP_MINUTES"),
        bad_settings: &[],
        path: HISTORY,
        secret: PretendCallyzer::TOKEN,
        given_token: None,
        page_size: Some(100),
        counts_rows: true,
        dates: 4,
        kind: "PhoneCall/Voice",
        id_prefix: "",
        other_shape: || Misbehaviour::OtherShape,
        code_of_page: 76,
        alone: Office::new,
        call: |office, id, client, at| {
            let id = id.to_string();
            office.call(Call::new(&id, "600100201", client, "Outgoing", at, 60));
        },
        set_clock: PretendCallyzer::set_clock_offset,
        hide_clock: PretendCallyzer::hide_clock,
        window: |request| {
            let second = |name: &str| request.body[name].as_i64();
            Some((second("synced_from")?, second("synced_to")?))
        },
    },
    SystemUnderTest {
        provider: "telecube",
        name: "TeleCube",
        prefix: "TELECUBE",
        overlap_setting: Some("TELECUBE_OVERLAP_MINUTES"),
        bad_settings: &[
            ("TELECUBE_OVERLAP_MINUTES", "long"),
            ("TELECUBE_NOTES_A_RUN", "many"),
        ],
        path: TELECUBE_CALLS,
        secret: PretendCallyzer::TELECUBE_TOKEN,
        given_token: None,
        page_size: Some(1000),
        counts_rows: true,
        dates: 1,
        kind: "PhoneCall/Voice",
        id_prefix: "",
        other_shape: || Misbehaviour::OtherShape,
        code_of_page: 76,
        alone: Office::of_telecube,
        call: |office, id, client, at| {
            let (id, number) = (id.to_string(), format!("48{client}"));
            office.telecube_call(TelecubeCall::new(&id, "OUT", &number, "u-anna", at, 60));
        },
        set_clock: PretendCallyzer::set_telecube_clock_offset,
        hide_clock: PretendCallyzer::hide_telecube_clock,
        window: |request| {
            let second = |name: &str| Some(second_in_warsaw(request.body[name].as_str()?));
            Some((second("dateFrom")?, second("dateTo")?))
        },
    },
    SystemUnderTest {
        provider: "mluvii",
        name: "mluvii",
        prefix: "MLUVII",
        overlap_setting: None,
        bad_settings: &[("MLUVII_PHASES", "yes"), ("MLUVII_PHASES_A_RUN", "0")],
        path: MLUVII_SESSIONS,
        secret: PretendCallyzer::MLUVII_CLIENT_SECRET,
        given_token: Some(PretendCallyzer::MLUVII_TOKEN),
        page_size: Some(200),
        counts_rows: false,
        dates: 1,
        kind: "PhoneCall/Voice",
        id_prefix: "",
        other_shape: || Misbehaviour::OtherShape,
        code_of_page: 77,
        alone: Office::of_mluvii,
        call: |office, id, client, at| {
            let number = format!("+48{client}");
            office.mluvii_session(MluviiSession::new(
                id,
                "OutgoingCall",
                &number,
                "41",
                at,
                60,
            ));
        },
        set_clock: PretendCallyzer::set_mluvii_clock_offset,
        hide_clock: PretendCallyzer::hide_mluvii_clock,
        window: |request| {
            let second = |name: &str| second(&request.body[name]);
            Some((second("Created.Min")?, second("Created.Max")?))
        },
    },
    SystemUnderTest {
        provider: "dialog",
        name: "Dialog",
        prefix: "DIALOG",
        overlap_setting: Some("CALLSYNC_OVERLAP_MINUTES"),
        bad_settings: &[
            ("DIALOG_PROJECT_ID", "one"),
            ("DIALOG_CAMPAIGNS", "7001,7001"),
            ("DIALOG_COLUMNS", "time"),
            ("DIALOG_TIMEZONE", "Warsaw"),
        ],
        path: DIALOG_REPORT,
        secret: PretendCallyzer::DIALOG_TOKEN,
        given_token: None,
        page_size: None,
        counts_rows: true,
        dates: 1,
        kind: "Campaign/Voice",
        id_prefix: "7001-",
        // A report may consist of no more than the usual other shape has.
        other_shape: || Misbehaviour::status(200, r#"{"result": []}"#),
        code_of_page: 76,
        alone: Office::of_dialog,
        call: |office, id, client, at| {
            let (id, number) = (id.to_string(), format!("48{client}"));
            office.dialog_call(DialogCall::new(DIALOG_CAMPAIGN, &id, &number, at, 60));
        },
        set_clock: PretendCallyzer::set_dialog_clock_offset,
        hide_clock: PretendCallyzer::hide_dialog_clock,
        window: |request| {
            let filter = &request.body["analytics_filter"];
            Some((second(&filter["date_start"])?, second(&filter["date_end"])?))
        },
    },
];

/// The second of a moment in RFC 3339.
fn second(value: &Value) -> Option<i64> {
    let moment: DateTime<Utc> = value.as_str()?.parse().unwrap();
    Some(moment.timestamp())
}

fn second_in_warsaw(text: &str) -> i64 {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
    local.and_local_timezone(Warsaw).unwrap().timestamp()
}
