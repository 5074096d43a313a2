//! Bars that show a value's place between the weakest and the best, by their length and by
//! their colour.

/// From the weakest to the best: numbers of the 256 terminal colours, and the same for a
/// page. Each stands out from black and from white, and the first from the last also for
/// people who do not tell red from green.
const SHADES: [(u8, &str); 5] = [
    (166, "#d75f00"),
    (136, "#af8700"),
    (101, "#87875f"),
    (66, "#5f8787"),
    (30, "#008787"),
];

/// The colour of a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shade(usize);

impl Shade {
    pub const BEST: Self = Self(SHADES.len() - 1);

    /// The number of the terminal's colour.
    pub fn ansi(self) -> u8 {
        SHADES[self.0].0
    }

    /// The colour on a page.
    pub fn css(self) -> &'static str {
        SHADES[self.0].1
    }
}

/// A value between the weakest and the best of its column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Of the best value, from 0 to 1.
    pub share: f64,
    pub shade: Shade,
}

impl Bar {
    /// A bar of `width` characters for the best value, proportionally shorter for others.
    pub fn text(self, width: usize) -> String {
        let eighths = (self.share * width as f64 * 8.0).round() as usize;
        let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
        "█".repeat(eighths / 8) + part
    }
}

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

    /// Equal values are all the best.
    pub fn bar(self, value: f64) -> Bar {
        let span = self.best - self.weakest;
        let place = if span > 0.0 {
            (value - self.weakest) / span
        } else {
            1.0
        };
        let last = SHADES.len() - 1;
        Bar {
            share: if self.best > 0.0 {
                value / self.best
            } else {
                0.0
            },
            shade: Shade((place * last as f64).round() as usize % SHADES.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(values: &[f64]) -> Scale {
        Scale::of(values.iter().copied())
    }

    #[test]
    fn the_weakest_is_orange_and_the_best_is_teal() {
        let scale = scale(&[10.0, 20.0, 30.0]);
        for (value, colour) in [(10.0, 166), (20.0, 101), (30.0, 30), (14.9, 136)] {
            assert_eq!(scale.bar(value).shade.ansi(), colour, "{value}");
        }
    }

    #[test]
    fn equal_values_are_all_the_best() {
        for values in [&[7.0][..], &[7.0, 7.0], &[0.0]] {
            let bar = scale(values).bar(values[0]);
            assert_eq!(bar.shade.ansi(), 30, "{values:?}");
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
            assert_eq!(scale.bar(value).text(6), bar, "{value}");
        }
        assert_eq!(self::scale(&[0.0]).bar(0.0).text(6), "");
    }

    /// Linear red, green and blue, from 0 to 1.
    fn linear(css: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let value = f64::from(u8::from_str_radix(&css[at..at + 2], 16).unwrap()) / 255.0;
            match value {
                ..=0.04045 => value / 12.92,
                _ => ((value + 0.055) / 1.055).powf(2.4),
            }
        })
    }

    #[test]
    fn each_shade_stands_out_from_black_and_white_and_is_the_terminals_colour() {
        for (ansi, css) in SHADES {
            let [red, green, blue] = linear(css);
            let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            // The contrast of WCAG 2, at least 3 for graphics.
            assert!(1.05 / (luminance + 0.05) >= 3.0, "{css} on white");
            assert!((luminance + 0.05) / 0.05 >= 3.0, "{css} on black");
            let cube = [(ansi - 16) / 36, (ansi - 16) / 6 % 6, (ansi - 16) % 6];
            let steps = cube.map(|step| [0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff][usize::from(step)]);
            let [red, green, blue] = steps;
            assert_eq!(css, format!("#{red:02x}{green:02x}{blue:02x}"));
        }
    }

    /// What people without red, and without green cones see: the matrices of Machado,
    /// Oliveira and Fernandes (2009).
    #[test]
    fn the_weakest_and_the_best_differ_for_people_who_do_not_tell_red_from_green() {
        let protanope = [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ];
        let deuteranope = [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ];
        for matrix in [protanope, deuteranope] {
            let seen = |css: &str| {
                let colour = linear(css);
                matrix.map(|row: [f64; 3]| row.iter().zip(colour).map(|(a, b)| a * b).sum::<f64>())
            };
            let (weakest, best) = (seen(SHADES[0].1), seen(SHADES[SHADES.len() - 1].1));
            let blue = |[red, green, blue]: [f64; 3]| blue - (red + green) / 2.0;
            assert!(blue(best) - blue(weakest) > 0.2, "{weakest:?} {best:?}");
        }
    }
}
