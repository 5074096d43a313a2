//! The tokens that logins gave, kept in memory alone, and how long they last.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Secret, Token};

/// How long before its end a token is renewed.
const MARGIN: Duration = Duration::from_secs(30);

/// Tokens that are remembered, so that an answer that repeats one is shown without it.
const MOST_TOKENS: usize = 8;

/// A token that a login gave.
#[derive(Debug)]
pub struct Grant {
    pub token: Token,
    /// None: it is valid until it is refused.
    renewal: Option<Instant>,
}

impl Grant {
    /// None if the answer has no token that can be used. `asked`: when it was asked for.
    pub fn of(answer: &Value, asked: Instant) -> Option<Self> {
        let token = answer.get("access_token")?.as_str()?.parse().ok()?;
        let life = answer.get("expires_in").and_then(seconds);
        let renewal = life.and_then(|life| asked.checked_add(life.saturating_sub(MARGIN)));
        Some(Self { token, renewal })
    }
}

/// A number of seconds, which may be text; None for anything else.
fn seconds(value: &Value) -> Option<Duration> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok()?,
        value => value.as_f64()?,
    };
    Duration::try_from_secs_f64(number).ok()
}

/// The tokens that came, the newest last.
#[derive(Debug, Default)]
pub struct Tokens {
    given: RefCell<Vec<Grant>>,
    /// Whether the newest was refused.
    is_refused: Cell<bool>,
}

impl Tokens {
    /// The newest, unless it was refused or is about to end.
    pub fn valid(&self, now: Instant) -> Option<Token> {
        let given = self.given.borrow();
        let newest = given.last().filter(|_| !self.is_refused.get())?;
        let lasts = newest.renewal.is_none_or(|renewal| now < renewal);
        lasts.then(|| newest.token.clone())
    }

    pub fn keep(&self, grant: Grant) {
        let mut given = self.given.borrow_mut();
        if given.len() == MOST_TOKENS {
            given.remove(0);
        }
        given.push(grant);
        self.is_refused.set(false);
    }

    pub fn refuse_newest(&self) {
        self.is_refused.set(true);
    }

    pub fn secrets(&self) -> Vec<Secret> {
        let given = self.given.borrow();
        let secrets = given.iter().map(|grant| grant.token.as_secret());
        secrets.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_lasts_until_30_seconds_before_the_end_that_the_answer_tells() {
        let asked = Instant::now();
        let second = |number| asked + Duration::from_secs(number);
        for (expires_in, last) in [
            (json!(3600), Some(3569)),
            (json!("3600"), Some(3569)),
            (json!(31.5), Some(1)),
            (json!(null), None),
            (json!("soon"), None),
            (json!(-1), None),
            (json!(1e300), None),
        ] {
            let answer = json!({"access_token": "word", "expires_in": expires_in});
            let tokens = Tokens::default();
            tokens.keep(Grant::of(&answer, asked).unwrap());
            let is_valid = |number| tokens.valid(second(number)).is_some();
            let last_second = last.unwrap_or(1_000_000);
            assert!(is_valid(last_second), "{expires_in}");
            assert_eq!(is_valid(last_second + 1), last.is_none(), "{expires_in}");
        }
        let short = json!({"access_token": "word", "expires_in": 30});
        let tokens = Tokens::default();
        tokens.keep(Grant::of(&short, asked).unwrap());
        assert_eq!(tokens.valid(asked), None);
    }

    #[test]
    fn only_a_token_that_can_stand_in_a_header_is_one() {
        for answer in [
            json!({}),
            json!([]),
            json!("word"),
            json!({"access_token": null}),
            json!({"access_token": ""}),
            json!({"access_token": "two words"}),
            json!({"access_token": 1}),
        ] {
            assert!(Grant::of(&answer, Instant::now()).is_none(), "{answer}");
        }
    }

    #[test]
    fn a_refused_token_is_not_used_again_and_its_successor_is() {
        let tokens = Tokens::default();
        assert_eq!(tokens.valid(Instant::now()), None);
        let keep = |token: &str| {
            let answer = json!({"access_token": token});
            tokens.keep(Grant::of(&answer, Instant::now()).unwrap());
        };
        keep("first");
        tokens.refuse_newest();
        assert_eq!(tokens.valid(Instant::now()), None);
        keep("second");
        let valid = tokens.valid(Instant::now()).unwrap();
        assert_eq!(valid, "second".parse().unwrap());
        assert_eq!(tokens.secrets().len(), 2);
    }
}
