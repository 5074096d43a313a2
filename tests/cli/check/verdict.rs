//! What `check` says at its end, and as JSON.

use serde_json::{Value, json};

use super::office;

#[test]
fn what_is_wrong_stands_once_more_below_the_verdict() {
    let office = office();
    let check = |arguments: &[&str]| {
        let run = office.callsync(&[&["check"], arguments].concat()).fails(1);
        run.with("CALLSYNC_REGION", "Polska")
            .with("CALLYZER_TOKEN", "mistyped")
    };
    let output = check(&[]).prints("WRONG").run().stdout;
    let (items, verdict) = output.split_once("\n\n").unwrap();
    let count = items.lines().count();
    let expected = format!(
        "2 of {count} items wrong, 3 not checked\n\
         WRONG CALLSYNC_REGION (environment): 'Polska' is not a country: write two letters such as PL\n\
         WRONG Callyzer refused the token (401: Invalid access token); renew CALLYZER_TOKEN\n"
    );
    assert_eq!(verdict, expected);

    let found = check(&["--format", "json"]).json();
    assert_eq!(found["ok"], false);
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), count);
    let wrong: Vec<_> = items.iter().filter(|item| item["ok"] == false).collect();
    assert_eq!(
        wrong,
        [
            &json!({
                "name": "CALLSYNC_REGION", "ok": false, "fix": null,
                "found": "CALLSYNC_REGION (environment): 'Polska' is not a country: write two letters such as PL",
            }),
            &json!({
                "name": "Callyzer access", "ok": false, "fix": "renew CALLYZER_TOKEN",
                "found": "Callyzer refused the token (401: Invalid access token)",
            }),
        ]
    );
}

#[test]
fn an_installation_in_order_is_ok_as_json() {
    let office = office();
    let found = office.callsync(&["check", "--format", "json"]).json();
    assert_eq!(found["ok"], true);
    let items = found["items"].as_array().unwrap();
    let clock = json!({"name": "Callyzer clock", "ok": true, "found": "clock: as Callyzer's", "fix": Value::Null});
    assert!(items.contains(&clock), "{found}");
    assert!(items.iter().all(|item| item["ok"] == true), "{found}");
}
