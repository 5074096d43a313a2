//! Numbers that Callyzer does not know. It refuses a whole question because of
//! one of them, so they are left out and the question is asked again.

use anyhow::Result;

use super::Pass;
use crate::phone::PhoneNumber;
use crate::provider::{self, Fault};

impl Pass<'_> {
    /// Does `work` for the numbers that Callyzer knows, and again without those of
    /// which it says that it does not. None: no number is left.
    pub(super) fn without_unknown<T>(
        &mut self,
        numbers: &[PhoneNumber],
        mut work: impl FnMut(&mut Self, &[PhoneNumber]) -> Result<T>,
    ) -> Result<Option<T>> {
        loop {
            let is_known = |number: &&PhoneNumber| !self.unknown.contains(number);
            let known: Vec<_> = numbers.iter().filter(is_known).cloned().collect();
            if known.is_empty() {
                return Ok(None);
            }
            let error = match work(self, &known) {
                Ok(done) => return Ok(Some(done)),
                Err(error) => error,
            };
            let Some(message) = unknown_number_message(&error) else {
                return Err(error);
            };
            let unknown = self.find_unknown(&known, message)?;
            if unknown.is_empty() {
                return Err(error);
            }
            for number in unknown {
                log::warn!(
                    "Callyzer does not know {}: left out of this run",
                    number.masked()
                );
                self.unknown.insert(number);
            }
        }
    }

    /// The numbers that a refusal means: those that it names, else those that no
    /// employee has.
    fn find_unknown(&self, numbers: &[PhoneNumber], message: &str) -> Result<Vec<PhoneNumber>> {
        let named: Vec<_> = numbers
            .iter()
            .filter(|number| names(message, number))
            .cloned()
            .collect();
        if !named.is_empty() {
            return Ok(named);
        }
        let employees = self.api.employees(self.clock.times().now)?;
        let numbers = numbers.iter();
        Ok(numbers
            .filter(|number| !employees.contains_key(number))
            .cloned()
            .collect())
    }
}

pub(super) fn unknown_number_message(error: &anyhow::Error) -> Option<&str> {
    let Some(Fault::Refused(_, message)) = provider::fault(error) else {
        return None;
    };
    let says = |words: &str| message.to_lowercase().contains(words);
    ["n't exist", "n’t exist", "not exist"]
        .into_iter()
        .any(says)
        .then_some(message)
}

/// Whether a message holds the number, in any of Callyzer's spellings.
fn names(message: &str, number: &PhoneNumber) -> bool {
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let whole = digits(number.as_str());
    message
        .split(|c: char| !(c.is_ascii_digit() || c == '-' || c == '+'))
        .map(digits)
        .any(|word| word == whole || word == number.national())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_a_number_in_any_spelling() {
        let number = PhoneNumber::parse("600100200", "PL".parse().unwrap()).unwrap();
        for message in [
            "Employee number 48-600100200 doesn't exist",
            "600100200 doesn't exist",
            "[+48600100200] doesn't exist.",
        ] {
            assert!(names(message, &number), "{message}");
        }
        for message in [
            "Employee doesn't exist",
            "48-600100201 doesn't exist",
            "1600100200 doesn't exist",
        ] {
            assert!(!names(message, &number), "{message}");
        }
    }
}
