//! What an asker may do and see: the contract's table, in one place.

use crate::identity::Who;
use crate::user::Role;

/// What a command wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// `sync`, `retry-unmatched`, `import`.
    Maintain,
    /// The unmatched calls.
    SeeUnmatched,
    /// The call register of a lead that is assigned to this user.
    SeeLead { advisor_id: Option<i64> },
}

pub fn allows(who: &Who, right: Right) -> bool {
    let (role, id) = match who {
        Who::Administrator => (Role::Administrator, None),
        Who::User(user) if user.active => (user.role, Some(user.id)),
        Who::User(_) | Who::Nobody => return false,
    };
    let leads = matches!(role, Role::Administrator | Role::Head | Role::Manager);
    match right {
        Right::Maintain => role == Role::Administrator,
        Right::SeeUnmatched => leads,
        Right::SeeLead { advisor_id } => {
            leads || role == Role::AdvisorBik && id.is_some() && id == advisor_id
        }
    }
}

/// Who may ask on another's behalf with `--as`.
pub fn may_stand_in(who: &Who) -> bool {
    allows(who, Right::Maintain)
}
