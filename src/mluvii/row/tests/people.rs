//! The client, and the operators with their notes.

use serde_json::json;

use super::*;

#[test]
fn the_clients_number_is_never_the_one_that_opened_the_session() {
    for (changes, number) in [
        (
            json!({"phoneCallbackNumber": "600 100 200"}),
            Some("+48600100200"),
        ),
        (
            json!({"phoneCallbackNumber": 48_600_100_200_i64}),
            Some("+48600100200"),
        ),
        (json!({"phoneCallbackNumber": null}), Some("+48600300400")),
        (
            json!({"phoneCallbackNumber": "anonymous"}),
            Some("+48600300400"),
        ),
        (
            json!({"phoneCallbackNumber": "Anonymous", "guest": null}),
            None,
        ),
        (
            json!({"phoneCallbackNumber": "", "guest": {"callParams": []}}),
            None,
        ),
        (json!({"phoneCallbackNumber": "112"}), Some("112")),
        (
            json!({"phoneCallbackNumber": null, "guest": {"callParams": {"oo1_guest_phone": ["+420777888999"]}}}),
            Some("+420777888999"),
        ),
    ] {
        assert_eq!(call(&changes).client.as_str(), number, "{changes}");
    }
}

#[test]
fn the_operator_who_joined_first_comes_first() {
    let operators = json!([
        operator(json!({"userId": "44", "joined": null})),
        operator(json!({"userId": 43, "joined": "2026-11-20T10:16:00Z"})),
        operator(json!({"userId": 41, "joined": "2026-11-20T11:15:20+01:00"})),
        operator(json!({"userId": 43, "joined": "2026-11-20T10:16:30Z"})),
        operator(json!({"userId": null, "joined": "2026-11-20T10:15:00Z"})),
    ]);
    assert_eq!(
        call(&json!({"operators": operators})).advisor_keys,
        ["41", "43", "44"]
    );
}

#[test]
fn an_operators_notes_are_one_note() {
    let operators = json!([
        operator(json!({"concluded": null, "joined": "2026-11-20T10:16:00Z", "note": "druga"})),
        operator(json!({"note": "pierwsza"})),
        operator(json!({"userId": 43, "note": " ", "joined": "2026-11-20T10:16:40Z"})),
        operator(
            json!({"userId": 44, "firstName": null, "lastName": "", "concluded": null,
            "left": null, "note": "trzecia", "joined": "2026-11-20T10:16:50Z"})
        ),
    ]);
    let notes = call(&json!({"operators": operators}))
        .attached
        .unwrap()
        .notes;
    let shown: Vec<_> = notes
        .iter()
        .map(|note| {
            let author = note.author.as_deref().unwrap();
            (
                &*note.id,
                author,
                &*note.text,
                moment::to_text(note.created_at),
            )
        })
        .collect();
    let expected = [
        (
            "41",
            "Anna Nowak",
            "pierwsza\ndruga",
            "2026-11-20T10:17:00Z".to_owned(),
        ),
        ("44", "anna.n", "trzecia", "2026-11-20T10:16:50Z".to_owned()),
    ];
    assert_eq!(shown, expected);
    let twice = json!([
        operator(json!({})),
        operator(json!({"joined": "2026-11-20T10:16:00Z"}))
    ]);
    let notes = call(&json!({"operators": twice})).attached.unwrap().notes;
    assert_eq!(notes[0].text, "Oddzwonić\nw piątek");
}
