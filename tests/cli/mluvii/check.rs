//! What `check` says of mluvii.

use pretend_callyzer::path::MLUVII_SESSIONS;
use pretend_callyzer::{MluviiOperator, TelecubeCall};

use super::{office, session};
use crate::moment::ago;
use crate::office::Office;

#[test]
fn check_says_which_operators_are_no_users_and_who_is_refused() {
    let office = office();
    office.mluvii_session(session(1, "IncomingCall", "41", 60, 30));
    office
        .callsync(&["check"])
        .prints("ok    mluvii accepts the credentials\n")
        .prints("ok    clock: as mluvii's\n")
        .prints("ok    advisors' keys: the users of a week's calls are all known\n")
        .run();
    assert_eq!(office.asked(MLUVII_SESSIONS), 1);
    let mut stranger = MluviiOperator::new("999", ago(60), 10);
    stranger.name = ("Jan".into(), "Obcy".into());
    let mut of_stranger = session(2, "OutgoingCall", "999", 60, 30);
    of_stranger.operators = vec![stranger];
    office.mluvii_session(of_stranger);
    office
        .callsync(&["check"])
        .prints("warn  advisors' keys: 999 (Jan Obcy), of a week's calls 1, is no user's; import users with it in the column mluvii\n")
        .run();
    office
        .callyzer
        .world(|world| world.mluvii.client_secret = "another".into());
    office
        .callsync(&["check"])
        .fails(1)
        .prints("WRONG mluvii refused the login (400: ")
        .prints("MLUVII_CLIENT_SECRET")
        .run();
}

#[test]
fn what_is_good_of_another_system_is_told_of_this_one_too() {
    let office = Office::with_all();
    let number = super::CLIENT.trim_start_matches('+');
    let call = TelecubeCall::new("t-1", "OUT", number, "u-anna", ago(60), 20);
    office.telecube_call(call);
    office.mluvii_session(session(1, "IncomingCall", "41", 60, 30));
    let known = "ok    advisors' keys: the users of a week's calls are all known\n";
    let shown = office.callsync(&["check"]).prints(known).run().stdout;
    assert_eq!(shown.matches(known).count(), 2, "{shown}");
}
