//! Answers that asking again would not change: the run ends at once.

use std::mem;

use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use crate::office::Office;

#[test]
fn a_refused_token_and_an_expired_subscription_end_the_run_at_its_first_request() {
    for (message, expire) in [("refused the token (401", false), ("subscription", true)] {
        let office =
            Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]).going_back(1);
        office.sync();
        let dates_before = office.sync_dates();
        let before = office.callyzer.requests().len();
        office.callyzer.world(|world| {
            world.subscription_expired = expire;
            if !expire {
                world.token = "another".into();
            }
        });
        office.failing_sync(77).says(message).run();
        assert_eq!(office.callyzer.requests().len(), before + 1, "{message}");
        assert_eq!(office.last_run(), "failed|77|1");
        assert_eq!(office.sync_dates(), dates_before);
        assert_eq!(office.value("SELECT attempts FROM unmatched"), "1");
    }
}

#[test]
fn an_answer_that_asking_again_would_not_change_is_not_asked_for_again() {
    let office = Office::new().going_back(1);
    let bytes = (32 << 20) + 1;
    for (answer, words) in [
        (
            Misbehaviour::Refuse("page_size is too big".into()),
            "400: page_size is too big",
        ),
        (Misbehaviour::status(404, "nothing here"), "404"),
        (Misbehaviour::Huge { bytes }, "more than 32 MiB"),
        (Misbehaviour::GzipBomb { bytes }, "more than 32 MiB"),
    ] {
        office.callyzer.always(HISTORY, answer);
        let output = office.failing_sync(76).says(words).run();
        assert!(!output.stderr.contains("attempt"), "{}", output.stderr);
        assert_eq!(office.last_run(), "failed|76|1", "{words}");
        assert_eq!(office.count("sync_dates"), "0", "{words}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let office = Office::new().going_back(1);
    let elsewhere = PretendCallyzer::start(office.callyzer.world(mem::take));
    elsewhere.may_stay_unasked();
    let target = format!("{}{HISTORY}", elsewhere.base_url());
    office
        .callyzer
        .always(HISTORY, Misbehaviour::Redirect(target));
    office.failing_sync(76).says("redirect").run();
    assert_eq!(elsewhere.requests().len(), 0);
    assert_eq!(office.last_run(), "failed|76|1");
}
