//! Ids of calls: a column's where there is one, else the row's own.

use pretend_callyzer::RowShape;

use super::{call, office};
use crate::office::{DIALOG_COLUMNS, Office};
use crate::run::Run;

/// A sync for which no column is the id.
fn sync(office: &Office) -> Run {
    let columns = DIALOG_COLUMNS.replace("id=call_id,", "");
    let run = office.callsync(&["sync"]).logs();
    run.with("DIALOG_COLUMNS", columns)
}

#[test]
fn without_an_id_column_equal_rows_are_calls_of_their_own_and_none_comes_twice() {
    let office = office();
    office.dialog_call(call("", "48601200301", 40, 30));
    office.dialog_call(call("", "48601200301", 40, 30));
    office.dialog_call(call("", "48601200302", 40, 30));
    sync(&office).prints("Połączenia: 3 (nowe 3, ").run();
    let calls = "SELECT id, provider_call_id, client_number, lead_id FROM calls ORDER BY id";
    let stored = office.rows(calls);
    sync(&office)
        .prints("Połączenia: 3 (nowe 0, zmienione 0)")
        .run();
    // Neither the order of the rows nor those beside them make them others.
    office.callyzer.world(|world| {
        world.dialog.calls.reverse();
        world.dialog.row_shape = RowShape::Arrays;
    });
    office.dialog_call(call("", "48601200303", 50, 30));
    sync(&office)
        .prints("Połączenia: 4 (nowe 1, zmienione 0)")
        .run();
    assert_eq!(office.rows(calls)[..3], stored);
    // The bot's result is learnt late: the same call.
    office
        .callyzer
        .world(|world| world.dialog.calls[0].result = "Автоответчик".into());
    sync(&office)
        .prints("Połączenia: 4 (nowe 0, zmienione 1)")
        .run();
    assert_eq!(office.count("calls"), "4");
}

#[test]
fn with_an_id_column_the_id_tells_calls_apart() {
    let office = office();
    office.dialog_call(call("d-1", "48601200301", 40, 30));
    office.dialog_call(call("d-2", "48601200301", 40, 30));
    office.sync();
    let ids = "SELECT provider_call_id FROM calls ORDER BY 1";
    assert_eq!(office.rows(ids), ["7001-d-1", "7001-d-2"]);
    let later = call("", "48601200301", 39, 45);
    office.callyzer.world(|world| {
        world.dialog.calls[1].at = later.at;
        world.dialog.calls[1].duration_s = 45;
    });
    office
        .callsync(&["sync"])
        .prints("Połączenia: 2 (nowe 0, zmienione 1)")
        .logs()
        .run();
    assert_eq!(office.rows(ids), ["7001-d-1", "7001-d-2"]);
    assert_eq!(office.value("SELECT max(duration_s) FROM calls"), "45");
}

#[test]
fn an_id_column_that_is_named_later_makes_no_call_come_twice() {
    let office = office();
    office.dialog_call(call("d-1", "48601200301", 40, 30));
    office.dialog_call(call("d-2", "48601200301", 30, 20));
    sync(&office).prints("nowe 2, ").run();
    let calls = "SELECT id, lead_id FROM calls ORDER BY id";
    let stored = office.rows(calls);
    let run = office.callsync(&["sync"]).logs();
    run.prints("Połączenia: 2 (nowe 0, zmienione 2)").run();
    assert_eq!(office.rows(calls), stored);
    let ids = "SELECT provider_call_id FROM calls ORDER BY 1";
    assert_eq!(office.rows(ids), ["7001-d-1", "7001-d-2"]);
}
