//! The organisation's users and their roles.

use std::fmt;
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Administrator,
    Head,
    Manager,
    AdvisorBik,
    AdvisorCesje,
}

impl Role {
    pub const ALL: [Self; 5] = [
        Self::Administrator,
        Self::Head,
        Self::Manager,
        Self::AdvisorBik,
        Self::AdvisorCesje,
    ];

    /// As the database and CSV files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Head => "head",
            Self::Manager => "manager",
            Self::AdvisorBik => "advisor-bik",
            Self::AdvisorCesje => "advisor-cesje",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.code() == text)
            .ok_or_else(|| {
                format!(
                    "'{text}' is no role; write one of {}",
                    Self::ALL.map(Self::code).join(", ")
                )
            })
    }
}

/// As users see it.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Administrator => "Administrator",
            Self::Head => "Szef działu",
            Self::Manager => "Kierownik zespołu",
            Self::AdvisorBik => "Doradca klienta BIK",
            Self::AdvisorCesje => "Doradca klienta Cesje",
        })
    }
}

#[derive(Clone, Debug)]
pub struct User {
    pub id: i64,
    pub role: Role,
    /// The code of the team.
    pub team: Option<String>,
    pub active: bool,
}

/// What the asker is to callsync.
#[derive(Debug)]
pub enum Who {
    /// Root or the owner of the database.
    Administrator,
    User(User),
    /// No user has this login.
    Nobody,
}
