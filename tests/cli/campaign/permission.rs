//! Campaigns are for administrators alone.

use std::process::Output;

use pretend_callyzer::path::DIALOG_CAMPAIGNS;

use super::{OPTIONS, PEOPLE};
use crate::accounts::{Accounts, SharedOffice};

#[test]
fn only_an_administrator_has_people_called_or_sees_the_results() {
    let Some(_accounts) = Accounts::create() else {
        return;
    };
    let shared = SharedOffice::new();
    let (Some(sudo), Some(etc)) = (shared.sudo(), &shared.etc) else {
        return;
    };
    let office = &shared.office;
    etc.settings(&format!(
        "CALLSYNC_DATABASE={}\nDIALOG_BASE_URL={}\nDIALOG_TOKEN={}\nDIALOG_PROJECT_ID=1\n\
         DIALOG_SCENARIO_ID=951\nDIALOG_START_BLOCK_ID=10\nDIALOG_INTERVAL_MS=0\n",
        office.database().display(),
        office.callyzer.dialog_url(),
        pretend_callyzer::PretendCallyzer::DIALOG_TOKEN,
    ));
    let file = office.file("people.csv", PEOPLE);
    let mut create = vec!["campaign", "create", file.to_str().unwrap(), "--yes"];
    create.extend(OPTIONS.iter().flat_map(|(name, value)| [*name, *value]));
    let report = ["campaign", "report", "7001"];
    for role in ["head", "manager", "advisor-bik", "administrator"] {
        shared.person(role, true, true);
        let code = if role == "administrator" { 0 } else { 77 };
        let assert_ended = |output: &Output| {
            assert_eq!(output.status.code(), Some(code), "{role}: {output:?}");
            assert_eq!(output.stdout.is_empty(), code != 0, "{role}: {output:?}");
        };
        assert_ended(&shared.ask(sudo, &create));
        assert_ended(&shared.ask(sudo, &report));
        let sent = usize::from(role == "administrator");
        assert_eq!(office.asked(DIALOG_CAMPAIGNS), sent, "{role}");
    }
    let sender = "SELECT sent_by FROM campaigns";
    assert_eq!(office.value(sender), *crate::accounts::PERSON);
}
