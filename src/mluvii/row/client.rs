//! The client's number.

use crate::call::Party;
use crate::mluvii::session::Session;
use crate::phone::{PhoneNumber, Region};
use crate::scalar::Scalar;

/// The parameter in which a campaign or a site hands the client's number over.
const GUEST_PHONE: &str = "oo1_guest_phone";

/// What exchanges write where a caller hides the number.
const HIDDEN: [&str; 7] = [
    "anonymous",
    "hidden",
    "private",
    "restricted",
    "unavailable",
    "unknown",
    "withheld",
];

impl Session {
    /// `directCallNumber` is none: it is what the client typed to open the session, such as
    /// the number of an invitation.
    pub(super) fn client(&self, region: Region) -> Party {
        let numbers = [
            self.phone_callback_number.clone(),
            self.call_param(GUEST_PHONE),
        ];
        let mut numbers = numbers.into_iter().filter_map(shown_number);
        match numbers.next() {
            Some(text) => {
                PhoneNumber::parse(&text, region).map_or(Party::Other(text), Party::Number)
            }
            None => Party::Hidden,
        }
    }
}

fn shown_number(Scalar(text): Scalar) -> Option<String> {
    text.filter(|text| !HIDDEN.contains(&text.to_lowercase().as_str()))
}
