//! Leads get several numbers, and teams codes in small letters.

use super::{VERSIONS, office};

/// The versions that had neither.
const BEFORE_THEM: &[(u32, &str)] = VERSIONS.split_at(6).0;

#[test]
fn the_number_of_a_lead_is_one_of_several_from_then_on() {
    for (version, schema) in BEFORE_THEM {
        let office = office(*version, schema);
        office.callyzer.may_stay_unasked();
        office.execute(
            "INSERT INTO leads VALUES (2, 'Ten sam', '601200301', '+48601200301', NULL, '', NULL),
                 (3, 'Bez numeru', 'w kadrach', NULL, NULL, '', NULL),
                 (4, 'Kilka', '601200304|+48 22 555 01 99|brak', NULL, NULL, '', NULL)",
        );
        office.callsync(&["-q", "retry-unmatched"]).run();
        assert_eq!(
            office.rows("SELECT number, lead_id FROM lead_numbers ORDER BY lead_id, number"),
            [
                "+48601200301|1",
                "+48601200301|2",
                "+48225550199|4",
                "+48601200304|4"
            ],
            "{version}"
        );
        assert_eq!(
            office.value("SELECT number FROM leads WHERE id = 4"),
            "+48601200304",
            "{version}"
        );
    }
}

#[test]
fn team_codes_are_put_into_small_letters_and_teams_that_differ_only_in_case_are_one() {
    for (version, schema) in BEFORE_THEM {
        let office = office(*version, schema);
        office.callyzer.may_stay_unasked();
        office.execute(
            "INSERT INTO teams VALUES ('BIK', 'Zespół BIK'), ('Bik', 'Bik'),
                 ('ŁÓDŹ', 'ŁÓDŹ'), ('cesje', 'Cesje');
             INSERT INTO users (id, login, name, role, team) VALUES
                 (11, 'a', 'A', 'advisor-bik', 'BIK'), (12, 'b', 'B', 'manager', 'Bik'),
                 (13, 'c', 'C', 'advisor-bik', 'ŁÓDŹ'), (14, 'd', 'D', 'head', NULL);
             PRAGMA foreign_keys = off;
             INSERT INTO users (id, login, name, role, team) VALUES
                 (15, 'e', 'E', 'advisor-bik', 'Windykacja')",
        );
        office.callsync(&["-q", "retry-unmatched"]).run();
        assert_eq!(
            office.rows("SELECT code, name FROM teams ORDER BY code"),
            [
                "bik|Zespół BIK",
                "cesje|Cesje",
                "windykacja|Windykacja",
                "łódź|ŁÓDŹ"
            ],
            "{version}"
        );
        assert_eq!(
            office.rows("SELECT id, team FROM users WHERE id > 10 OR id = 1 ORDER BY id"),
            [
                "1|bik",
                "11|bik",
                "12|bik",
                "13|łódź",
                "14|null",
                "15|windykacja"
            ],
            "{version}"
        );
        assert_eq!(office.rows("PRAGMA foreign_key_check"), [""; 0]);
    }
}
