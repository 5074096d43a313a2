//! Which lead a call goes to.

use pretend_callyzer::Call;

use crate::moment::ago;
use crate::office::{Office, USERS};

#[test]
fn a_call_goes_to_the_lead_of_its_advisor_else_to_the_newest() {
    let office = Office::empty();
    office.import("users", USERS);
    office.import(
        "leads",
        "id,name,phone,advisor,created_at
1,Najstarszy,601200301,,2026-01-01
2,Anny,601200301,anna,2026-01-02
3,Nowszy,601200301,,2026-01-03
4,Nowszy też,601200301,,2026-01-03
5,Bartka,601200301,bartek,2025-12-31
",
    );
    for (id, advisor) in [("a", "600100201"), ("b", "600100202"), ("c", "600100203")] {
        office.call(Call::new(id, advisor, "601200301", "Outgoing", ago(30), 10));
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1"),
        ["a|2", "b|5", "c|4"]
    );
    office.import(
        "leads",
        "id,name,phone,advisor,created_at\n9,Jeszcze nowszy,601200301,celina,2026-02-01\n",
    );
    office.sync();
    assert_eq!(
        office.value("SELECT lead_id FROM calls WHERE provider_call_id = 'c'"),
        "4",
        "a call keeps its lead"
    );
}

#[test]
fn a_second_number_counts_as_the_first_among_several_leads() {
    let office = Office::empty();
    office.import("users", USERS);
    office.import(
        "leads",
        "id,name,phone,advisor,created_at
1,Pierwszy,601200301,,2026-01-01
2,Anny,601200302|601200301,anna,2026-01-02
3,Nowszy,601200303|601200301,,2026-01-03
",
    );
    for (id, advisor) in [("a", "600100201"), ("b", "600100202")] {
        office.call(Call::new(id, advisor, "601200301", "Outgoing", ago(30), 10));
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1"),
        ["a|2", "b|3"]
    );
}

#[test]
fn a_call_between_advisors_is_nobodys_lead() {
    let office = Office::new();
    office.import("leads", "id,name,phone\n7,Bartek prywatnie,600100202\n");
    office.call(Call::new(
        "c-1",
        "600100201",
        "600100202",
        "Outgoing",
        ago(30),
        10,
    ));
    office.sync();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "null");
    office
        .callsync(&["retry-unmatched", "--all"])
        .prints_only("Sprawdzono ponownie: 1, przypisane do leadów: 0\n")
        .run();
}

#[test]
fn numbers_meet_however_they_are_written() {
    let office = Office::new();
    for (id, code, number) in [
        ("a", "48", "601200301"),
        ("b", "+48", "601200301"),
        ("c", "", "+48 601 200 301"),
        ("d", "", "0048601200301"),
        ("e", "48", "48601200301"),
        ("f", "48", "112"),
        ("g", "", "*100#"),
        ("h", "", ""),
        ("i", "49", "15123456789"),
    ] {
        let mut call = Call::new(id, "600100201", number, "Incoming", ago(30), 5);
        call.client_country_code = code.into();
        office.call(call);
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, client_number, lead_id FROM calls ORDER BY 1"),
        [
            "a|+48601200301|1",
            "b|+48601200301|1",
            "c|+48601200301|1",
            "d|+48601200301|1",
            "e|+48601200301|1",
            "f|112|null",
            "g|*100#|null",
            "h|null|null",
            "i|+4915123456789|null",
        ]
    );
}

#[test]
fn a_call_that_stands_twice_on_a_page_has_the_lead_of_what_both_rows_say() {
    let office = Office::new();
    for (client, uploaded) in [("601200301", 20), ("", 10)] {
        let mut call = Call::new("c-1", "600100201", client, "Outgoing", ago(30), 10);
        call.synced_at = ago(uploaded);
        office.call(call);
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, client_number, lead_id FROM calls"),
        ["c-1|+48601200301|1"]
    );
    assert_eq!(office.count("unmatched_calls"), "0");
}
