//! Whose a call is, and in whose figures it counts.

use super::{call, office, receiver};
use crate::moment::ago;
use crate::office::Office;

fn owners(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT c.provider_call_id, u.login FROM calls c LEFT JOIN users u ON u.id = c.advisor_id
         ORDER BY 1",
    )
}

#[test]
fn the_advisor_is_the_user_by_uuid_and_by_extension_only_where_there_is_no_uuid() {
    let office = office();
    for (uuid, receivers) in [
        ("t-1", vec![receiver(Some(999), Some("U-CELINA"))]),
        ("t-2", vec![receiver(Some(101), None)]),
        ("t-3", vec![receiver(Some(101), Some("u-nobody"))]),
        (
            "t-4",
            vec![
                receiver(None, Some("u-nobody")),
                receiver(None, Some("u-celina")),
            ],
        ),
        (
            "t-5",
            vec![
                receiver(None, Some("u-karol")),
                receiver(None, Some("u-anna")),
            ],
        ),
        ("t-6", vec![receiver(None, Some("u-karol"))]),
        ("t-7", vec![]),
    ] {
        let mut call = call(uuid, "IN", "48601200301", 60, 30);
        call.receivers = receivers;
        office.telecube_call(call);
    }
    office.sync();
    assert_eq!(
        owners(&office),
        [
            "t-1|celina",
            "t-2|anna",
            "t-3|null",
            "t-4|celina",
            "t-5|anna",
            "t-6|kierownik",
            "t-7|null",
        ]
    );
    assert_eq!(office.count("calls WHERE advisor_number IS NOT NULL"), "0");
}

#[test]
fn a_call_of_an_unknown_key_has_its_advisor_by_a_later_reading_and_keeps_them() {
    let office = office();
    let mut new = call("t-1", "IN", "48601200301", 60, 30);
    new.receivers = vec![receiver(None, Some("u-new"))];
    office.telecube_call(new);
    office.sync();
    assert_eq!(owners(&office), ["t-1|null"]);
    assert_eq!(office.count("daily_stats"), "0");
    office.import("users", "login,telecube\nbartek,u-new\n");
    office.sync();
    assert_eq!(owners(&office), ["t-1|bartek"]);
    assert_eq!(
        office.value("SELECT incoming FROM daily_stats WHERE user_id = 2"),
        "1"
    );
    office.import("users", "login,telecube\nbartek,\ncelina,u-new\n");
    office.sync();
    assert_eq!(owners(&office), ["t-1|bartek"]);
}

#[test]
fn keys_replace_the_earlier_ones_and_can_move() {
    let office = Office::unasked();
    let keys = "SELECT u.login, k.provider, k.key FROM advisor_keys k
                JOIN users u ON u.id = k.user_id WHERE k.provider = 'telecube' ORDER BY 1, 3";
    let import = |csv: &str| {
        office.file("users.csv", csv);
        office.callsync(&["import", "users", "users.csv"])
    };
    import("login,telecube\nanna,U-ANNA | 107\ncelina,101\n")
        .prints("zmienieni 2")
        .says("3: telecube: 101 przechodzi od „anna” do „celina”")
        .run();
    assert_eq!(
        office.rows(keys),
        [
            "anna|telecube|107",
            "anna|telecube|u-anna",
            "celina|telecube|101",
            "kierownik|telecube|u-karol",
        ]
    );
    import("login,name\nanna,Anna Nowa\n")
        .prints("zmienieni 1")
        .run();
    import("login,telecube\nanna,\n")
        .prints("zmienieni 1")
        .run();
    assert_eq!(office.rows(keys).len(), 2);
    import("login,telecube\nanna,7\nbartek,7\ncelina,a b\n")
        .fails(65)
        .says("3: telecube: „7” jest już w wierszu 2")
        .says("4: telecube: „a b” to nie jest jeden klucz")
        .run();
}

#[test]
fn figures_are_counted_from_the_stored_calls() {
    let office = office();
    for (uuid, direction, outcome, duration_s) in [
        ("t-1", "IN", "ANSWERED", 100),
        ("t-2", "OUT", "ANSWERED", 50),
        ("t-3", "OUT", "NOANSWER", 25),
        ("t-4", "IN", "NOANSWER", 20),
        ("t-5", "IN", "BUSY", 0),
    ] {
        let mut call = call(uuid, direction, "48601200301", 5, duration_s);
        call.status = outcome.into();
        office.telecube_call(call);
    }
    let mut nobodys = call("t-6", "IN", "48601200301", 5, 30);
    nobodys.receivers = Vec::new();
    office.telecube_call(nobodys);
    office.sync();
    let figures = "SELECT provider, user_id, incoming, outgoing, missed, rejected, connected,
                          talk_time_s, incoming_time_s, outgoing_time_s FROM daily_stats";
    let counted = ["telecube|1|1|2|1|1|2|150|100|50"];
    assert_eq!(office.rows(figures), counted);
    assert_eq!(office.count("stats_due"), "0");

    // A correction counts at once.
    office
        .callyzer
        .world(|world| world.telecube.calls[0].duration_s = 160);
    office.sync();
    assert_eq!(office.value("SELECT talk_time_s FROM daily_stats"), "210");
}

#[test]
fn statistics_sum_an_advisors_systems_and_can_take_one() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 1, 60)])
        .with_telecube()
        .going_back(1);
    office.telecube_call(call("t-1", "IN", "48601200301", 1, 40));
    office.sync();
    let (from, to) = (ago(24 * 60).date_naive(), ago(-24 * 60).date_naive());
    let period = [from, to].map(|day| day.to_string());
    let talk_time = |more: &[&str]| {
        let period = ["--from", &period[0], "--to", &period[1]];
        let arguments = [
            &["stats", "--team", "bik", "--format", "json"],
            &period[..],
            more,
        ]
        .concat();
        let rows = office.callsync(&arguments).json()["teams"][0]["rows"].clone();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["talk_time_s"].as_i64().unwrap())
            .sum::<i64>()
    };
    assert_eq!(talk_time(&[]), 100);
    assert_eq!(talk_time(&["--provider", "callyzer"]), 60);
    assert_eq!(talk_time(&["--provider", "telecube"]), 40);
    assert_eq!(talk_time(&["--provider", "telecube", "--by", "day"]), 40);
    office
        .callsync(&["stats", "--provider", "telecube"])
        .prints(", tylko TeleCube\n")
        .run();
    office
        .callsync(&["stats", "--provider", "mluvi"])
        .fails(64)
        .says("possible values: callyzer, telecube")
        .run();
}
