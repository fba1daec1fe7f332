//! Intervals of a proportion.

/// The standard normal quantile of a two-sided 95 % interval.
const Z_95: f64 = 1.959_963_984_540_054;

/// The 95 % score interval of a proportion, `successes` of `trials` (Wilson, "Probable inference, the law
/// of succession, and statistical inference", JASA 1927). Without trials it is (0, 1).
pub fn wilson_95(successes: u32, trials: u32) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (f64::from(trials), f64::from(successes) / f64::from(trials));
    let z2 = Z_95 * Z_95;
    let centre = p + z2 / (2.0 * n);
    let spread = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    (((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference values: R, `prop.test(x, n, correct = FALSE)$conf.int`.
    #[test]
    fn agrees_with_reference_values() {
        for (successes, trials, low, high) in [
            (8, 10, 0.490_162, 0.943_318),
            (0, 20, 0.0, 0.161_125),
            (20, 20, 0.838_875, 1.0),
            (0, 0, 0.0, 1.0),
        ] {
            let (got_low, got_high) = wilson_95(successes, trials);
            assert!(
                (got_low - low).abs() < 1e-5 && (got_high - high).abs() < 1e-5,
                "{successes}/{trials}: {got_low} {got_high}"
            );
        }
    }
}
