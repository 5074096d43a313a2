//! Bars and colours that show a value's place between the weakest and the best.

use comfy_table::Color;

/// Red, yellow and green with steps between them, as numbers of the 256 terminal colours.
const COLOURS: [u8; 9] = [160, 166, 172, 178, 184, 148, 112, 76, 40];

/// The range of the values in a column.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    weakest: f64,
    best: f64,
}

impl Scale {
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let none = Self {
            weakest: f64::INFINITY,
            best: 0.0,
        };
        values.fold(none, |scale, value| Self {
            weakest: scale.weakest.min(value),
            best: scale.best.max(value),
        })
    }

    /// From red for the weakest to green for the best; equal values are all green.
    pub fn colour(self, value: f64) -> Color {
        let span = self.best - self.weakest;
        let place = if span > 0.0 {
            (value - self.weakest) / span
        } else {
            1.0
        };
        let last = COLOURS.len() - 1;
        Color::AnsiValue(COLOURS[(place * last as f64).round() as usize % COLOURS.len()])
    }

    /// A bar of `width` characters for the best value, proportionally shorter for others.
    pub fn bar(self, value: f64, width: usize) -> String {
        if self.best <= 0.0 {
            return String::new();
        }
        let eighths = (value / self.best * width as f64 * 8.0).round() as usize;
        let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
        "█".repeat(eighths / 8) + part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(values: &[f64]) -> Scale {
        Scale::of(values.iter().copied())
    }

    #[test]
    fn the_weakest_is_red_the_middle_yellow_and_the_best_green() {
        let scale = scale(&[10.0, 20.0, 30.0]);
        for (value, colour) in [(10.0, 160), (20.0, 184), (30.0, 40), (12.4, 166)] {
            assert_eq!(scale.colour(value), Color::AnsiValue(colour), "{value}");
        }
    }

    #[test]
    fn equal_values_are_all_green() {
        for values in [&[7.0][..], &[7.0, 7.0], &[0.0]] {
            let colour = scale(values).colour(values[0]);
            assert_eq!(colour, Color::AnsiValue(40), "{values:?}");
        }
    }

    #[test]
    fn a_bar_is_proportional_to_the_best_value() {
        let scale = scale(&[0.0, 8.0]);
        for (value, bar) in [
            (8.0, "██████"),
            (4.0, "███"),
            (1.0, "▊"),
            (5.0, "███▊"),
            (0.0, ""),
        ] {
            assert_eq!(scale.bar(value, 6), bar, "{value}");
        }
        assert_eq!(self::scale(&[0.0]).bar(0.0, 6), "");
    }
}
