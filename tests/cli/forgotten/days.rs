//! Days with calls of somebody who was forgotten, compared with Callyzer's figures.

use pretend_callyzer::path::{CALLS_BY_ID, HISTORY};
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::json;

use super::{FORGOTTEN, OTHER, UNHEARD, calls, forget};
use crate::moment::{ago, day_before, noon};
use crate::office::{Office, is_of_kind};

/// A call of Anna's phone at noon of a day.
fn call(id: &str, client: &str, days_ago: u64) -> Call {
    Call::new(
        id,
        "600100201",
        client,
        "Outgoing",
        noon(day_before(days_ago)),
        60,
    )
}

/// An office with a call with each of two clients on three closed days, whose last pass was
/// on an earlier day, and who forgot one client.
fn office() -> Office {
    let office = Office::new().going_back(5);
    for day in 1..=3 {
        office.call(call(&format!("f-{day}"), FORGOTTEN, day));
        office.call(call(&format!("o-{day}"), OTHER, day));
    }
    office.sync();
    office.a_day_passes();
    forget(&office, FORGOTTEN);
    office
}

/// The history gives a call no more, and counts without it.
fn hide(office: &Office, id: &'static str) {
    let hide = Misbehaviour::edit(move |answer| {
        let rows = answer["result"].as_array_mut().unwrap();
        let before = rows.len();
        rows.retain(|row| row["id"] != id);
        let hidden = (before - rows.len()) as u64;
        let total = answer["total_records"].as_u64().unwrap();
        answer["total_records"] = json!(total - hidden);
    });
    office.callyzer.always(HISTORY, hide);
}

/// A call that a phone uploads only now.
fn upload(office: &Office, id: &str, client: &str, days_ago: u64) {
    let mut late = call(id, client, days_ago);
    late.synced_at = ago(1);
    office.call(late);
}

/// How many forgotten calls Anna's phone has on a day, and how long they were.
fn forgotten(office: &Office, days_ago: u64) -> Vec<String> {
    let day = day_before(days_ago);
    office.rows(&format!(
        "SELECT user_id, sum(outgoing), sum(talk_time_s) FROM forgotten_figures
         WHERE day = '{day}' AND advisor_number = '+48600100201' GROUP BY user_id ORDER BY 1"
    ))
}

fn figures(office: &Office, days_ago: u64) -> Vec<String> {
    let day = day_before(days_ago);
    office.rows(&format!(
        "SELECT user_id, outgoing, talk_time_s FROM daily_stats
         WHERE day = '{day}' AND outgoing > 0 ORDER BY user_id"
    ))
}

fn differences(office: &Office) -> Vec<String> {
    office.rows("SELECT day, ours, theirs FROM differences ORDER BY day")
}

#[test]
fn a_day_does_not_differ_and_its_figures_stay_however_often_it_is_read() {
    let office = office();
    for _ in 0..2 {
        office.sync_with_log().says("again").run();
        let since = day_before(3).to_string();
        office.callsync(&["-q", "sync", "--since", &since]).run();
        office.a_day_passes();
    }
    for day in 1..=3 {
        assert_eq!(forgotten(&office, day), ["1|1|60"]);
        assert_eq!(figures(&office, day), ["1|2|120"]);
    }
    assert_eq!(differences(&office), [""; 0]);
    assert_eq!(calls(&office), ["o-1", "o-2", "o-3"]);
    assert_eq!(office.asked(CALLS_BY_ID), 0);
}

#[test]
fn a_call_that_is_lacking_beside_forgotten_ones_is_found() {
    let office = office();
    office.execute("DELETE FROM calls WHERE provider_call_id = 'o-2'");
    hide(&office, "o-2");
    office.sync_with_log().run();
    assert_eq!(differences(&office), [format!("{}|1|2", day_before(2))]);
}

#[test]
fn a_forgotten_call_that_comes_late_or_is_gone_makes_no_difference() {
    let office = office();
    office.sync();
    upload(&office, "f-late", FORGOTTEN, 2);
    upload(&office, "o-late", OTHER, 2);
    office.sync();
    assert_eq!(calls(&office), ["o-1", "o-2", "o-3", "o-late"]);
    assert_eq!(forgotten(&office, 2), ["1|2|120"]);
    assert_eq!(figures(&office, 2), ["1|4|240"]);
    let of_others = |call: &Call| !call.id.starts_with('f');
    office.callyzer.world(|world| world.calls.retain(of_others));
    office.a_day_passes();
    office.sync();
    assert_eq!(forgotten(&office, 2), [""; 0]);
    assert_eq!(figures(&office, 2), ["1|2|120"]);
    assert_eq!(differences(&office), [""; 0]);
}

#[test]
fn a_reading_that_fails_or_lacks_rows_leaves_the_counts_as_they_were() {
    let office = office();
    office
        .callyzer
        .world(|world| world.calls.retain(|call| call.id != "f-1"));
    let fails = Misbehaviour::status(500, "");
    office.callyzer.when(
        |request| is_of_kind(request, "WhatsAppCall") && request.body["call_from"].is_i64(),
        fails,
    );
    office.failing_sync(75).run();
    assert_eq!(forgotten(&office, 1), ["1|1|60"]);
    office.callyzer.behave();
    office.execute("DELETE FROM reread_days");
    office.callyzer.when(
        |request| is_of_kind(request, "PhoneCall") && request.body["call_from"].is_i64(),
        Misbehaviour::WrongTotal(1),
    );
    office.sync_with_log().run();
    assert_eq!(forgotten(&office, 1), ["1|1|60"]);
}

#[test]
fn two_advisors_of_one_number_keep_their_shares() {
    let office = Office::new().going_back(5);
    office.call(call("a-1", FORGOTTEN, 1));
    office.sync();
    office.import("users", "login,numbers\nanna,\nbartek,600 100 201\n");
    upload(&office, "b-1", OTHER, 1);
    upload(&office, "b-2", FORGOTTEN, 1);
    office.sync();
    let (shares, counts) = (["1|1|60", "2|2|120"], ["1|1|60", "2|1|60"]);
    assert_eq!(figures(&office, 1), shares);
    forget(&office, FORGOTTEN);
    assert_eq!(forgotten(&office, 1), counts);
    office.a_day_passes();
    office.sync();
    assert_eq!(figures(&office, 1), shares);
    assert_eq!(forgotten(&office, 1), counts);
    assert_eq!(differences(&office), [""; 0]);
}

#[test]
fn a_call_that_a_day_lacks_and_that_a_look_up_gives_with_a_forgotten_number_goes() {
    let office = office();
    forget(&office, UNHEARD);
    office
        .callyzer
        .world(|world| world.call_mut("o-1").client_number = UNHEARD.into());
    hide(&office, "o-1");
    office.sync();
    assert!(office.asked(CALLS_BY_ID) > 0);
    assert_eq!(calls(&office), ["o-2", "o-3"]);
    assert_eq!(forgotten(&office, 1), ["1|2|120"]);
    assert_eq!(differences(&office), [""; 0]);
}

#[test]
fn a_purged_day_is_compared_no_more() {
    for (is_purged, differing) in [(false, "1"), (true, "0")] {
        let office = Office::new().going_back(5);
        for day in [2, 4] {
            office.call(call(&format!("o-{day}"), OTHER, day));
        }
        office.sync();
        office.a_day_passes();
        office.sync();
        if is_purged {
            let before = day_before(2).to_string();
            let purge = ["-q", "purge", "--before", &before, "--yes"];
            office.callsync(&purge).run();
        }
        upload(&office, "o-late", OTHER, 4);
        hide(&office, "o-late");
        let day = day_before(4);
        office.execute(&format!(
            "INSERT INTO stats_due (provider, user_id, day) VALUES ('callyzer', 1, '{day}')"
        ));
        let sync = office.sync_with_log().run();
        assert_eq!(sync.stderr.contains("at Callyzer"), !is_purged);
        assert_eq!(figures(&office, 4), ["1|2|120"]);
        assert_eq!(office.count("differences"), differing);
    }
}

#[test]
fn a_record_of_a_forgotten_number_that_cannot_be_read_makes_no_difference() {
    let office = office();
    upload(&office, "f-odd", FORGOTTEN, 2);
    office.callyzer.world(|world| {
        let odd = world.call_mut("f-odd").clone().showing("duration", "long");
        *world.call_mut("f-odd") = odd;
    });
    office.sync();
    assert_eq!(office.count("quarantine"), "0");
    assert_eq!(differences(&office), [""; 0]);
    assert_eq!(forgotten(&office, 2), ["1|2|60"]);
}
