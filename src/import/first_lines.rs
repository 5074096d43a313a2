//! The values that no two rows of a file may share.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::Hash;

use super::Remarks;

/// The line on which each value first stands.
#[derive(Debug)]
pub struct FirstLines<K>(HashMap<K, u64>);

impl<K> Default for FirstLines<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> FirstLines<K> {
    /// Gives false if the value was added before; then refuses the cell at this line and column.
    pub fn add(
        &mut self,
        value: K,
        shown: impl Display,
        (line, column): (u64, &str),
        remarks: &mut Remarks,
    ) -> bool {
        match self.0.entry(value) {
            Entry::Vacant(entry) => {
                entry.insert(line);
                true
            }
            Entry::Occupied(first) => {
                let first = first.get();
                remarks.refuse(line, column, format!("{shown} jest już w wierszu {first}"));
                false
            }
        }
    }
}
