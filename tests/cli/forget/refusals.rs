//! Who cannot be forgotten, why, and what to do.

use std::fs;

use crate::office::Office;

/// Anna's number, one that was an advisor's, one of two leads, and calls that join two leads.
fn office() -> Office {
    let office = Office::unasked();
    office.import(
        "leads",
        "id,name,phone\n4,Anna Nowak,601200301\n6,Ola,22 555 01 99\n",
    );
    office.execute(
        "INSERT INTO sync_dates VALUES ('callyzer', '+48600100209', '2026-11-01T00:00:00Z');
         INSERT INTO calls (provider, provider_call_id, advisor_number, lead_id, client_number,
             status, kind, started_at, duration_s, first_seen_at, changed_at)
         VALUES
             ('callyzer', '1', '+48600100208', 2, '+48601200302', 'Wychodzące', 'PhoneCall/Voice',
              '2026-11-20T10:00:00Z', 5, '', ''),
             ('callyzer', '2', NULL, 2, '+48601200303', 'Wychodzące', 'PhoneCall/Voice',
              '2026-11-20T10:00:00Z', 5, '', ''),
             ('callyzer', '3', NULL, 6, '+48600100202', 'Wychodzące', 'PhoneCall/Voice',
              '2026-11-20T10:00:00Z', 5, '', '')",
    );
    office
}

#[test]
fn a_refusal_names_its_reason_and_nothing_is_written() {
    let office = office();
    let bytes = fs::read(office.database()).unwrap();
    for (arguments, reason) in [
        (
            ["--number", "600 100 201"],
            "Numer +48600100201 ma użytkownik Anna Wójcik; numerów doradców nie można zapomnieć",
        ),
        (
            ["--number", "600100209"],
            "Numer +48600100209 był numerem doradcy; numerów",
        ),
        (
            ["--number", "600100208"],
            "Numer +48600100208 był numerem doradcy; numerów",
        ),
        (
            ["--lead", "6"],
            "Numer +48600100202 ma użytkownik Bartosz Zieliński; numerów",
        ),
        (
            ["--number", "601200301"],
            "Numer +48601200301 mają leady 1, 4; zostaw go jednemu z nich (callsync import leads), \
             potem spróbuj ponownie",
        ),
        (
            ["--lead", "4"],
            "Numer +48601200301 mają leady 1, 4; zostaw go",
        ),
        (
            ["--lead", "2"],
            "Numer +48601200303 łączy leady 2, 3: mają go albo jego połączenia; jeśli to jedna \
             osoba, najpierw callsync forget --number +48601200303",
        ),
        (
            ["--number", "zastrzeżony"],
            "„zastrzeżony” nie ma żadnej cyfry; numerów zastrzeżonych",
        ),
        (
            ["--number", "997"],
            "„997” nie jest prawidłowym numerem telefonu i nie ma go żadne",
        ),
        (["--lead", "9"], "Nie ma leada o identyfikatorze 9\n"),
        (
            ["--lead", "601200301"],
            "czy to numer? callsync lead --number 601200301\n",
        ),
    ] {
        let given = [&["forget"], &arguments[..], &["--yes"]].concat();
        office.callsync(&given).fails(65).says(reason).run();
    }
    for arguments in [&["--yes"][..], &["--lead", "1", "--number", "601200301"]] {
        let given = [&["forget"], arguments].concat();
        office
            .callsync(&given)
            .fails(64)
            .says("--number <NUMBER>")
            .run();
    }
    assert_eq!(fs::read(office.database()).unwrap(), bytes);
    assert_eq!(office.count("sync_runs WHERE command = 'forget'"), "0");
}
