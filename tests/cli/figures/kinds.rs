//! Which kinds of call a day's figures are asked for, and which of the answers count.

use chrono::NaiveDate;
use pretend_callyzer::path::EMPLOYEE_SUMMARY;
use pretend_callyzer::{Call, Misbehaviour, World};

use super::{asked_days, by_whatsapp, figures, phone_call};
use crate::moment::{ago, day_before, day_of, noon};
use crate::office::Office;

const PHONE_ALONE: &str = "PhoneCall/Voice";

/// An office with a phone call and one by `WhatsApp` on a day, both stored.
fn office_with_both() -> (Office, NaiveDate) {
    let (office, day) = (Office::new().going_back(4), day_before(2));
    let at = noon(day);
    office.call(phone_call("p-1", "600100201", "Outgoing", at, 60));
    let video = phone_call("v-1", "600100201", "Outgoing", at, 7);
    office.call(by_whatsapp(video, "Video"));
    office.sync();
    assert_eq!(figures(&office, "anna", day), "0|2|0|0|2|67|0|67");
    (office, day)
}

/// Makes the figures of the day due.
fn change(office: &Office, id: &str) {
    office.callyzer.world(|world| {
        let call = world.call_mut(id);
        (call.duration_s, call.synced_at) = (90, ago(0));
    });
}

#[track_caller]
fn nothing_differs_a_day_later(office: &Office) {
    office.a_day_passes();
    office
        .sync_with_log()
        .with("CALLYZER_KINDS", PHONE_ALONE)
        .run();
    assert_eq!(office.count("differences"), "0");
}

#[test]
fn a_kind_that_is_no_longer_configured_counts_on_the_days_that_have_calls_of_it() {
    let (office, day) = office_with_both();
    change(&office, "p-1");
    let before = asked_days(&office, 0).len();
    office
        .sync_with_log()
        .with("CALLYZER_KINDS", PHONE_ALONE)
        .run();
    assert_eq!(
        asked_days(&office, before),
        ["PhoneCall/Voice", "WhatsAppCall/Video"].map(|kind| (day, kind.to_owned()))
    );
    assert_eq!(figures(&office, "anna", day), "0|2|0|0|2|97|0|97");
    nothing_differs_a_day_later(&office);
}

#[test]
fn a_kind_that_callyzer_refuses_and_that_is_not_configured_is_left_out_and_reported() {
    let (office, day) = office_with_both();
    office.execute("UPDATE calls SET kind = 'TelegramCall/Voice' WHERE provider_call_id = 'v-1'");
    change(&office, "p-1");
    office
        .sync_with_log()
        .with("CALLYZER_KINDS", PHONE_ALONE)
        .says("TelegramCall/Voice, which is not in CALLYZER_KINDS, is left out")
        .run();
    assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|90|0|90");
    let noted = office.value("SELECT error FROM sync_runs ORDER BY id DESC LIMIT 1");
    assert!(noted.contains("TelegramCall/Voice"), "{noted}");
    nothing_differs_a_day_later(&office);
}

#[test]
fn a_kind_that_callyzer_refuses_and_that_is_configured_is_a_failure() {
    let (office, _) = office_with_both();
    change(&office, "p-1");
    let refusal = Misbehaviour::Refuse("call_mode is odd".into());
    office.callyzer.always(EMPLOYEE_SUMMARY, refusal);
    office.failing_sync(76).says("call_mode is odd").run();
    assert_ne!(office.count("stats_due"), "0");
}

/// The outgoing calls of today by the figures of an office where these calls were made
/// an hour ago, by an advisor and in a kind each. The account may ignore the kind.
fn outgoing(calls: &[(&str, &str)], ignores_kinds: bool) -> Vec<String> {
    let (office, at) = (Office::new().going_back(1), ago(60));
    for (n, (advisor, method)) in calls.iter().enumerate() {
        office.call(Call {
            method: (*method).into(),
            ..phone_call(&format!("c-{n}"), advisor, "Outgoing", at, 60)
        });
    }
    if ignores_kinds {
        office.callyzer.world(ignore_kinds);
    }
    office
        .callsync(&["sync"])
        .prints(&format!("Połączenia: {} ", calls.len()))
        .logs()
        .run();
    ["anna", "bartek"]
        .map(|login| figures(&office, login, day_of(at)))
        .into_iter()
        .map(|figures| figures.split('|').nth(1).unwrap().to_owned())
        .collect()
}

fn ignore_kinds(world: &mut World) {
    world.figures_ignore_kinds = true;
}

#[test]
fn kinds_with_the_same_figures_all_count_unless_the_stored_calls_contradict_it() {
    let (phone, whatsapp) = ("PhoneCall", "WhatsAppCall");
    let (anna, bartek) = ("600100201", "600100202");
    for (calls, ignores_kinds, expected) in [
        (vec![(anna, phone), (anna, whatsapp)], false, ["2", "0"]),
        (vec![(anna, phone)], true, ["1", "0"]),
        (vec![(anna, phone), (anna, whatsapp)], true, ["2", "0"]),
        (
            vec![(anna, phone), (anna, whatsapp), (bartek, whatsapp)],
            true,
            ["2", "1"],
        ),
        (
            vec![
                (anna, phone),
                (anna, whatsapp),
                (bartek, phone),
                (bartek, whatsapp),
            ],
            false,
            ["2", "2"],
        ),
    ] {
        assert_eq!(
            outgoing(&calls, ignores_kinds),
            expected,
            "{calls:?} {ignores_kinds}"
        );
    }
}

#[test]
fn figures_that_count_once_are_logged() {
    let (office, at) = (Office::new().going_back(1), ago(60));
    office.call(phone_call("c-1", "600100201", "Outgoing", at, 60));
    office.callyzer.world(ignore_kinds);
    office
        .sync_with_log()
        .says("WhatsAppCall/Voice has the same figures as another kind; they count once")
        .run();
    assert_eq!(figures(&office, "anna", day_of(at)), "0|1|0|0|1|60|0|60");
}
