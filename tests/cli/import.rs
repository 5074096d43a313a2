//! `callsync import`: users and leads from CSV.

use crate::office::Office;

#[test]
fn importing_a_lead_assigns_the_calls_that_wait_for_its_number() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    office.sync();
    let file = office.file("leads.csv", "id,name,phone\n50,Nowy Lead,601 200 399\n");
    office
        .callsync(&["import", "leads", file.to_str().unwrap()])
        .prints("Przypisane połączenia: 1")
        .run();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "50");
}
