//! Who is asking: the account of the process, and its user in the database.

use std::env;

use anyhow::Result;

use crate::user::{User, Who};
use crate::{owner, permission};

/// The account that runs the process, by its real user id; `$USER` proves nothing.
#[derive(Debug)]
pub struct Account {
    uid: u32,
    /// Set when another account runs the process through sudo.
    borrower: Option<String>,
}

impl Account {
    pub fn of_process() -> Self {
        let uid = uzers::get_current_uid();
        let sudo_uid = env::var_os("SUDO_UID");
        let borrower = sudo_uid.filter(|_| uid != 0).and_then(|text| {
            let lender = text.to_str().and_then(|text| text.parse().ok());
            (lender != Some(uid)).then(|| lender.map_or_else(|| "unknown".to_owned(), login_of))
        });
        Self { uid, borrower }
    }

    /// Whether another account asks through this one. It may not choose files or settings.
    pub fn is_borrowed(&self) -> bool {
        self.borrower.is_some()
    }

    pub fn uid(&self) -> u32 {
        self.uid
    }
}

fn login_of(uid: u32) -> String {
    owner::login(uid).unwrap_or_else(|| format!("uid {uid}"))
}

#[derive(Debug)]
pub struct Asker {
    /// The login of the account; through sudo, of the account that called sudo.
    pub account: String,
    /// On whose behalf, by `--as`.
    pub as_login: Option<String>,
    pub who: Who,
}

impl Asker {
    /// Decides who is asking. `owner` is the owner of the database file; without a
    /// file it will be the account of the process. `find` looks up a user by login.
    /// None: the asker may not say `--as`.
    pub fn decide(
        account: &Account,
        owner: Option<u32>,
        as_login: Option<&str>,
        find: impl Fn(&str) -> Result<Option<User>>,
    ) -> Result<Option<Self>> {
        let user =
            |login: &str| Ok::<_, anyhow::Error>(find(login)?.map_or(Who::Nobody, Who::User));
        let owns = owner.is_none_or(|owner| owner == account.uid);
        let (login, who) = match &account.borrower {
            _ if account.uid == 0 => (login_of(0), Who::Administrator),
            Some(borrower) => (borrower.clone(), user(borrower)?),
            None if owns => (login_of(account.uid), Who::Administrator),
            None => (login_of(account.uid), user(&login_of(account.uid))?),
        };
        let who = match as_login {
            None => who,
            Some(_) if !permission::may_stand_in(&who) => return Ok(None),
            Some(other) => user(other)?,
        };
        Ok(Some(Self {
            account: login,
            as_login: as_login.map(Into::into),
            who,
        }))
    }
}
