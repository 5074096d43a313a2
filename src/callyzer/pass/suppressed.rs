//! Calls that are never stored again: counted in the run, and on a closed day that is read
//! whole.

use anyhow::Result;
use chrono::NaiveDate;

use super::{PROVIDER, Pass};
use crate::call::{Kind, LeftOut};
use crate::moment::Window;
use crate::phone::PhoneNumber;
use crate::store::closed_days::CallsOfDay;
use crate::store::forgotten::suppressed::Suppressed;

impl Pass<'_> {
    pub(super) fn take_in_suppressed(&mut self, suppressed: Suppressed) {
        self.run.leave_out(LeftOut::Forgotten, suppressed.rows);
        self.suppressed.append(suppressed);
    }

    /// Has the forgotten calls of a day count as those that its reading left out, in the
    /// numbers and kinds of which all rows came.
    pub(super) fn settle_forgotten(
        &mut self,
        day: NaiveDate,
        numbers: &[PhoneNumber],
        kinds: &[Kind],
    ) -> Result<()> {
        let read = CallsOfDay {
            numbers,
            kinds,
            window: Window::of_day(day, self.options.zone),
        };
        let suppressed = &self.suppressed.calls;
        self.store
            .settle_forgotten_figures(PROVIDER, day, &read, suppressed)
    }
}
