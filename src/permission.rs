//! Permissions: who may do and see what.

use crate::user::{Role, Who};

/// What a command wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right<'a> {
    /// `sync`, `retry-unmatched`, `import`, `export`, `recordings`, `campaign`, `backup`, `forget`,
    /// `purge`, `check`.
    Maintain,
    /// The unmatched calls, and what is known of a number.
    SeeUnmatched,
    /// The call registers of some leads at least.
    SeeSomeLeads,
    /// The call register of a lead that is assigned to this user.
    SeeLead { advisor_id: Option<i64> },
    /// `status`.
    SeeStatus,
    /// The statistics of a team; `None`: of all teams and of advisors without one.
    SeeStatistics { team: Option<&'a str> },
}

pub fn allows(who: &Who, right: Right) -> bool {
    let (role, id, own_team) = match who {
        Who::Administrator => (Role::Administrator, None, None),
        Who::User(user) if user.active => (user.role, Some(user.id), user.team.as_deref()),
        Who::User(_) | Who::Nobody => return false,
    };
    let leads = matches!(role, Role::Administrator | Role::Head | Role::Manager);
    match right {
        Right::Maintain => role == Role::Administrator,
        Right::SeeUnmatched => leads,
        Right::SeeSomeLeads => leads || role == Role::AdvisorBik,
        Right::SeeLead { advisor_id } => {
            leads || role == Role::AdvisorBik && id.is_some() && id == advisor_id
        }
        Right::SeeStatus => matches!(role, Role::Administrator | Role::Head),
        Right::SeeStatistics { team } => match role {
            Role::Administrator | Role::Head => true,
            Role::Manager => team.is_some() && team == own_team,
            Role::AdvisorBik | Role::AdvisorCesje => false,
        },
    }
}

/// Team codes that the user may query; empty means all. A manager who names no team
/// gets their own. `None` if any requested team is forbidden.
pub fn teams_to_see(who: &Who, asked: &[String]) -> Option<Vec<String>> {
    let sees = |team| allows(who, Right::SeeStatistics { team });
    let teams = match who {
        _ if sees(None) => return Some(asked.to_vec()),
        Who::User(user) if asked.is_empty() => user.team.iter().cloned().collect(),
        _ => asked.to_vec(),
    };
    let all_seen = teams.iter().all(|team| sees(Some(team)));
    (!teams.is_empty() && all_seen).then_some(teams)
}

/// Whether the user may ask on behalf of another one (`--as`).
pub fn may_stand_in(who: &Who) -> bool {
    allows(who, Right::Maintain)
}
