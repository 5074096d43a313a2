//! Keys of rows that have no id: a hash that is the same on every machine and in every
//! version.

use std::collections::HashMap;
use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Makes the keys of an answer's rows. Rows that say the same are told apart by their place
/// among each other.
#[derive(Debug, Default)]
pub struct SyntheticKeys {
    /// How many rows came that say this.
    places: HashMap<String, u64>,
}

impl SyntheticKeys {
    /// The key of a row that says this: 32 hexadecimal digits.
    pub fn next(&mut self, said: &[&str]) -> String {
        let said = said.join("\0");
        let mut hasher = SipHasher13::new();
        hasher.write(said.as_bytes());
        let place = self.places.entry(said).or_default();
        hasher.write(format!("\0{place}").as_bytes());
        *place += 1;
        format!("{:032x}", hasher.finish128().as_u128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_changes_and_equal_rows_differ_by_their_place() {
        let mut keys = SyntheticKeys::default();
        let first = keys.next(&["7001", "48600100200", "2026-07-28T08:41:09Z"]);
        let second = keys.next(&["7001", "48600100200", "2026-07-28T08:41:09Z"]);
        assert_eq!(first, "01ecbcb1142ff9e0c098649763ab2f23");
        assert_ne!(second, first);
        let again = SyntheticKeys::default().next(&["7001", "48600100200", "2026-07-28T08:41:09Z"]);
        assert_eq!(again, first);
    }
}
