//! From counts to pixels.

use std::fmt;

/// A coordinate, written with at most one decimal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Px(pub(super) f64);

impl Px {
    /// The distance from `other` to here.
    pub(super) fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.1}", self.0);
        f.write_str(text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// A straight-line map from one range to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) from: (f64, f64),
    pub(super) to: (f64, f64),
}

impl Scale {
    /// Where `value` comes to lie.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value - self.from.0) / (self.from.1 - self.from.0);
        self.to.0 + share * (self.to.1 - self.to.0)
    }
}

/// Round numbers from zero to the first one not below `highest`, three to five of them in all.
pub(super) fn ticks(highest: f64) -> Vec<f64> {
    let rough = highest.max(1.0) / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(10.0 * power);
    // Counts are whole: so are the ticks.
    let step = step.ceil().max(1.0);
    let count = (highest / step).ceil().max(1.0);
    let mut ticks = vec![0.0];
    while ticks.len() as f64 <= count {
        ticks.push(ticks.len() as f64 * step);
    }
    ticks
}

/// An SVG path through the points; empty without any.
pub(super) fn path(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (x, y) in points {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&format!("{} {}", Px(x), Px(y)));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_whole_and_round() {
        let cases: [(f64, &[f64]); 5] = [
            (0.0, &[0.0, 1.0]),
            (3.0, &[0.0, 1.0, 2.0, 3.0]),
            (41.0, &[0.0, 20.0, 40.0, 60.0]),
            (100.0, &[0.0, 25.0, 50.0, 75.0, 100.0]),
            (9_700.0, &[0.0, 2_500.0, 5_000.0, 7_500.0, 10_000.0]),
        ];
        for (highest, expected) in cases {
            assert_eq!(ticks(highest), expected, "{highest}");
        }
    }

    #[test]
    fn a_path_moves_once_and_then_draws() {
        assert_eq!(path([(0.0, 1.0), (2.25, 3.0)]), "M0 1L2.2 3");
        assert_eq!(path([]), "");
    }
}
